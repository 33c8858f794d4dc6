#include <iostream>
#include <string>
#include <vector>

int main() {
  std::string line;
  std::getline(std::cin, line);

  std::vector<char> open;  // the brackets that are still open, the last one on top
  for (std::size_t i = 0; i < line.size(); ++i) {
    // What does line[i] do to the pile?
  }
}
