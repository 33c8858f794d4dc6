#include <iostream>
#include <string>

int main() {
  std::string line;
  std::getline(std::cin, line);
  int characters = 0;
  for (unsigned char byte : line) {
    if ((byte & 0xC0) != 0x80) ++characters;
  }
  std::cout << line.size() << " " << characters << "\n";
}
