#include <iostream>

int main() {
  int n = 0;
  std::cin >> n;
  // Read n numbers and print their sum. Which type is wide enough?
}
