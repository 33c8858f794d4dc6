#include <iostream>
#include <string>

int main() {
  int low = 1, high = 0;
  std::cin >> high;
  std::string answer;
  while (answer != "right" && answer != "over") {
    const int middle = (low + high) / 2;
    std::cout << middle << std::endl;
    if (!(std::cin >> answer)) return 1;
    if (answer == "higher") {
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
}
