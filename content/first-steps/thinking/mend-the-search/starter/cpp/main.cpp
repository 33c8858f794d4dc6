#include <iostream>
#include <vector>

int find(const std::vector<int>& values, int wanted) {
  int low = 0;
  int high = static_cast<int>(values.size()) - 1;
  while (low < high) {
    int middle = (low + high) / 2;
    if (values[middle] == wanted) return middle;
    if (values[middle] < wanted) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return -1;
}

int main() {
  int n = 0, q = 0;
  std::cin >> n >> q;
  std::vector<int> values(n);
  for (int& value : values) std::cin >> value;
  for (int i = 0; i < q; ++i) {
    int wanted = 0;
    std::cin >> wanted;
    std::cout << find(values, wanted) << "\n";
  }
}
