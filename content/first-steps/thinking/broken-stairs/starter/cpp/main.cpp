#include <iostream>
#include <vector>

int main() {
  int n = 0, count = 0;
  std::cin >> n >> count;
  std::vector<bool> broken(n + 1);
  for (int i = 0; i < count; ++i) {
    int step = 0;
    std::cin >> step;
    broken[step] = true;
  }

  // In how many ways can you get to step n?
}
