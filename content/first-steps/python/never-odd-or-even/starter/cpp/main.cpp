#include <cctype>
#include <iostream>
#include <string>

int main() {
  std::string line;
  std::getline(std::cin, line);

  // What should happen to the line before it is compared?
  std::string reversed(line.rbegin(), line.rend());
  std::cout << (line == reversed ? "palindrome" : "no") << "\n";
}
