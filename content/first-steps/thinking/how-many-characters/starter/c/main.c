#include <stdio.h>

int main(void) {
  int bytes = 0, characters = 0;
  for (int c = getchar(); c != EOF && c != '\n'; c = getchar()) {
    ++bytes;
    /* Does a character begin with this byte? */
  }
  printf("%d %d\n", bytes, characters);
  return 0;
}
