#include <math.h>
#include <stdio.h>

int main(void) {
  int n = 0;
  double temperatures[1000];
  if (scanf("%d", &n) != 1) return 1;
  for (int i = 0; i < n; ++i) {
    if (scanf("%lf", &temperatures[i]) != 1) return 1;
  }

  /* Print the average, then the average distance from it. */
  return 0;
}
