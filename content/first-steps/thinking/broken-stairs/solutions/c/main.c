#include <stdio.h>

int main(void) {
  int n = 0, count = 0, step = 0;
  int broken[76] = {0};
  if (scanf("%d %d", &n, &count) != 2) return 1;
  for (int i = 0; i < count; ++i) {
    if (scanf("%d", &step) == 1) broken[step] = 1;
  }

  long long below = 0, here = 1;
  for (int i = 1; i <= n; ++i) {
    const long long next = broken[i] ? 0 : below + here;
    below = here;
    here = next;
  }
  printf("%lld\n", here);
  return 0;
}
