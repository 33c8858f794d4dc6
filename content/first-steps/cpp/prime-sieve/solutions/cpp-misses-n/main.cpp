#include <cstdio>
#include <vector>

int main() {
  int n = 0;
  if (std::scanf("%d", &n) != 1) return 1;
  std::vector<bool> crossed(n + 1);
  for (long long p = 2; p * p <= n; ++p) {
    if (crossed[p]) continue;
    for (long long multiple = p * p; multiple <= n; multiple += p) crossed[multiple] = true;
  }

  int count = 0;
  for (int i = 2; i < n; ++i) count += crossed[i] ? 0 : 1;
  std::printf("%d\n", count);

  std::vector<int> largest;  // falling
  for (int i = n - 1; i >= 2 && largest.size() < 10; --i) {
    if (!crossed[i]) largest.push_back(i);
  }
  for (std::size_t i = largest.size(); i-- > 0;) std::printf("%d ", largest[i]);
  std::printf("\n");
}
