#include <stdio.h>

int main(void) {
  int n = 0;
  if (scanf("%d", &n) != 1) return 1;
  /* Read n numbers and print their sum. Which type is wide enough? */
  return 0;
}
