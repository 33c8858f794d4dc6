#include <iostream>
#include <string>

int main() {
  std::string line;
  std::getline(std::cin, line);
  const std::string opening = "([{", closing = ")]}";
  int open[3] = {};
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (auto kind = opening.find(line[i]); kind != std::string::npos) ++open[kind];
    if (auto kind = closing.find(line[i]); kind != std::string::npos && --open[kind] < 0) {
      std::cout << i + 1 << "\n";
      return 0;
    }
  }
  if (open[0] + open[1] + open[2] == 0) {
    std::cout << "ok\n";
  } else {
    std::cout << line.size() + 1 << "\n";
  }
}
