#include <iostream>
#include <string>

int main() {
  int n = 0;
  std::cin >> n;

  std::cout << 1 << std::endl;  // std::endl flushes
  std::string answer;
  std::cin >> answer;
  // Guess until the answer is "right" or "over".
}
