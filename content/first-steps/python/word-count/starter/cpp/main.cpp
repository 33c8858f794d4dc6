#include <algorithm>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

int main() {
  int k = 0;
  std::cin >> k;
  std::string text(std::istreambuf_iterator<char>(std::cin), {});

  // Count the words, then print the k most frequent.
}
