#include <cctype>
#include <iostream>
#include <string>

int main() {
  std::string line, kept;
  std::getline(std::cin, line);
  for (unsigned char c : line) {
    if (std::isalnum(c)) kept += static_cast<char>(std::tolower(c));
  }
  std::string reversed(kept.rbegin(), kept.rend());
  std::cout << (kept == reversed ? "palindrome" : "no") << "\n";
}
