#include <stdio.h>
#include <string.h>

static char closes(char c) {
  switch (c) {
    case '(': return ')';
    case '[': return ']';
    case '{': return '}';
    default: return 0;
  }
}

int main(void) {
  static char line[20002];
  static char wanted[20001];
  int depth = 0;
  if (fgets(line, sizeof line, stdin) == NULL) return 1;
  line[strcspn(line, "\n")] = '\0';

  int i = 0;
  for (; line[i] != '\0'; ++i) {
    if (closes(line[i])) {
      wanted[depth++] = closes(line[i]);
    } else if (strchr(")]}", line[i]) != NULL) {
      if (depth == 0 || wanted[depth - 1] != line[i]) {
        printf("%d\n", i + 1);
        return 0;
      }
      --depth;
    }
  }
  if (depth == 0) {
    printf("ok\n");
  } else {
    printf("%d\n", i + 1);
  }
  return 0;
}
