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

  std::vector<long long> ways(n + 1);
  ways[0] = 1;
  for (int step = 1; step <= n; ++step) {
    if (broken[step]) continue;
    ways[step] = ways[step - 1] + (step >= 2 ? ways[step - 2] : 0);
  }
  std::cout << ways[n] << "\n";
}
