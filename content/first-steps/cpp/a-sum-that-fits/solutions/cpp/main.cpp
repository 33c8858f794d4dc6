#include <iostream>

int main() {
  int n = 0;
  std::cin >> n;
  long long sum = 0;
  for (int i = 0; i < n; ++i) {
    long long number = 0;
    std::cin >> number;
    sum += number;
  }
  std::cout << sum << "\n";
}
