#include <iostream>

int main() {
  int n = 0;
  std::cin >> n;

  // Print the stones of one pile, or "impossible".
}
