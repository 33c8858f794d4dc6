#include <iostream>
#include <string>

int main() {
  std::string line;
  std::getline(std::cin, line);
  int characters = 0;
  for (unsigned char byte : line) {
    // Does a character begin with this byte?
  }
  std::cout << line.size() << " " << characters << "\n";
}
