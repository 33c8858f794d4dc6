#include <algorithm>
#include <cctype>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

int main() {
  std::size_t k = 0;
  std::cin >> k;
  std::string text(std::istreambuf_iterator<char>(std::cin), {});
  text += ' ';

  std::map<std::string, int> counts;
  std::string word;
  for (unsigned char c : text) {
    if (std::isalpha(c)) {
      word += static_cast<char>(std::tolower(c));
    } else if (!word.empty()) {
      ++counts[word];
      word.clear();
    }
  }

  std::vector<std::pair<std::string, int>> order(counts.begin(), counts.end());
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  for (std::size_t i = 0; i < std::min(k, order.size()); ++i) {
    std::cout << order[i].first << " " << order[i].second << "\n";
  }
}
