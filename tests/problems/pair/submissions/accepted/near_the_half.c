#include <stdio.h>

int main(void) {
  long n;
  if (scanf("%ld", &n) != 1) return 1;
  const long a = (n - 1) / 2;
  printf("%ld\n%ld\n", n - a, a);
}
