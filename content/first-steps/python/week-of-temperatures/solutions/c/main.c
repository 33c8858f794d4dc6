#include <stdio.h>

int main(void) {
  int n = 0;
  double temperatures[1000];
  double sum = 0, distances = 0;
  if (scanf("%d", &n) != 1) return 1;
  for (int i = 0; i < n; ++i) {
    if (scanf("%lf", &temperatures[i]) != 1) return 1;
    sum += temperatures[i];
  }
  const double average = sum / n;
  for (int i = 0; i < n; ++i) {
    const double off = temperatures[i] - average;
    distances += off < 0 ? -off : off;
  }
  printf("%.8f\n%.8f\n", average, distances / n);
  return 0;
}
