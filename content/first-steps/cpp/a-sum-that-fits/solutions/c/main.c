#include <stdio.h>

int main(void) {
  int n = 0;
  long long sum = 0, number = 0;
  if (scanf("%d", &n) != 1) return 1;
  for (int i = 0; i < n; ++i) {
    if (scanf("%lld", &number) != 1) return 1;
    sum += number;
  }
  printf("%lld\n", sum);
  return 0;
}
