#include <iostream>

int main() {
  int n = 0;
  std::cin >> n;
  double sum = 0;
  for (int i = 0; i < n; ++i) {
    double number = 0;
    std::cin >> number;
    sum += number;
  }
  std::cout.precision(20);
  std::cout << sum << "\n";
}
