#include <iostream>

int main() {
  long long n = 0;
  std::cin >> n;
  const long long total = n * (n + 1) / 2;
  if (total % 2 == 1) {
    std::cout << "impossible\n";
    return 0;
  }
  long long missing = total / 2;
  for (long long stone = n; stone > 0; --stone) {
    if (stone > missing) continue;
    std::cout << stone << "\n";
    missing -= stone;
  }
}
