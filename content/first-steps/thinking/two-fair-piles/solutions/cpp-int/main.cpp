#include <iostream>

int main() {
  int n = 0;
  std::cin >> n;
  const int total = n * (n + 1) / 2;
  if (total % 2 == 1) {
    std::cout << "impossible\n";
    return 0;
  }
  int missing = total / 2;
  for (int stone = n; stone > 0; --stone) {
    if (stone > missing) continue;
    std::cout << stone << "\n";
    missing -= stone;
  }
}
