// Counts the points of a grid finer than anybody could wait for.
#include <cstdio>

int main() {
  int n;
  double r;
  if (std::scanf("%d", &n) != 1) return 1;
  for (; n-- > 0 && std::scanf("%lf", &r) == 1;) {
    const long steps = 2'000'000;
    long inside = 0;
    for (long i = 0; i < steps; ++i)
      for (volatile long k = 0; k < steps; k = k + 1) inside += i * i + k * k < steps * steps;
    std::printf("%f\n", 4 * r * r * static_cast<double>(inside) / (static_cast<double>(steps) * steps));
  }
}
