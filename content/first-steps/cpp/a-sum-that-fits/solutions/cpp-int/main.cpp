#include <iostream>

int main() {
  int n = 0;
  std::cin >> n;
  int sum = 0;
  for (int i = 0; i < n; ++i) {
    int number = 0;
    std::cin >> number;
    sum += number;
  }
  std::cout << sum << "\n";
}
