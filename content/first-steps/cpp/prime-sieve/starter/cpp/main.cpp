#include <cstdio>
#include <vector>

int main() {
  int n = 0;
  if (std::scanf("%d", &n) != 1) return 1;
  std::vector<bool> crossed(n + 1);  // crossed[i]: i is a multiple of a smaller prime

  // Cross out, count, and print the ten largest.
}
