#include <iostream>
#include <string>
#include <vector>

int main() {
  std::string line;
  std::getline(std::cin, line);
  const std::string opening = "([{", closing = ")]}";

  std::vector<char> wanted;  // for each open bracket, what must close it
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (auto kind = opening.find(line[i]); kind != std::string::npos) {
      wanted.push_back(closing[kind]);
    } else if (closing.find(line[i]) != std::string::npos) {
      if (wanted.empty() || wanted.back() != line[i]) {
        std::cout << i + 1 << "\n";
        return 0;
      }
      wanted.pop_back();
    }
  }
  if (wanted.empty()) {
    std::cout << "ok\n";
  } else {
    std::cout << line.size() + 1 << "\n";
  }
}
