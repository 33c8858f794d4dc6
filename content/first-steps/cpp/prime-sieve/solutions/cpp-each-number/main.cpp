#include <cstdio>
#include <vector>

bool is_prime(int number) {
  for (int i = 2; static_cast<long long>(i) * i <= number; ++i) {
    if (number % i == 0) return false;
  }
  return true;
}

int main() {
  int n = 0;
  if (std::scanf("%d", &n) != 1) return 1;
  std::vector<int> primes;
  for (int i = 2; i <= n; ++i) {
    if (is_prime(i)) primes.push_back(i);
  }
  std::printf("%zu\n", primes.size());
  for (std::size_t i = primes.size() < 10 ? 0 : primes.size() - 10; i < primes.size(); ++i) {
    std::printf("%d ", primes[i]);
  }
  std::printf("\n");
}
