#include <stdio.h>

int main(void) {
  int bytes = 0, characters = 0;
  for (int c = getchar(); c != EOF && c != '\n'; c = getchar()) {
    ++bytes;
    if ((c & 0xC0) != 0x80) ++characters;
  }
  printf("%d %d\n", bytes, characters);
  return 0;
}
