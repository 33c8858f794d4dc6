#include <cstdio>
#include <numbers>

int main() {
  int n;
  if (std::scanf("%d", &n) != 1) return 1;
  for (double r; n-- > 0 && std::scanf("%lf", &r) == 1;) std::printf("%.9e\n", std::numbers::pi * r * r);
}
