#include <iostream>
#include <vector>

int find(const std::vector<int>& values, int wanted) {
  // Everything before low is smaller than wanted; everything from high on is not.
  int low = 0;
  int high = static_cast<int>(values.size());
  while (low < high) {
    int middle = low + (high - low) / 2;
    if (values[middle] < wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < static_cast<int>(values.size()) && values[low] == wanted ? low : -1;
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
