#include <stdio.h>

int main(void) {
  int n = 0, count = 0, step = 0;
  int broken[76] = {0};
  if (scanf("%d %d", &n, &count) != 2) return 1;
  for (int i = 0; i < count; ++i) {
    if (scanf("%d", &step) == 1) broken[step] = 1;
  }

  /* In how many ways can you get to step n? */
  return 0;
}
