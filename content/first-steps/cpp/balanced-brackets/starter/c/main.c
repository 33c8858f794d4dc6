#include <stdio.h>
#include <string.h>

int main(void) {
  static char line[20002];
  static char open[20001]; /* the brackets that are still open */
  int depth = 0;           /* how many there are */
  if (fgets(line, sizeof line, stdin) == NULL) return 1;
  line[strcspn(line, "\n")] = '\0';

  for (int i = 0; line[i] != '\0'; ++i) {
    /* What does line[i] do to the pile? */
  }
  return 0;
}
