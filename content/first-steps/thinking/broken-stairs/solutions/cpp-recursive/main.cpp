#include <iostream>
#include <vector>

std::vector<bool> broken;

long long ways(int step) {
  if (step < 0 || broken[step]) return 0;
  if (step == 0) return 1;
  return ways(step - 1) + ways(step - 2);
}

int main() {
  int n = 0, count = 0;
  std::cin >> n >> count;
  broken.resize(n + 1);
  for (int i = 0; i < count; ++i) {
    int step = 0;
    std::cin >> step;
    broken[step] = true;
  }
  std::cout << ways(n) << "\n";
}
