#include <cmath>
#include <iostream>
#include <vector>

int main() {
  int n = 0;
  std::cin >> n;
  std::vector<double> temperatures(n);
  for (double& t : temperatures) std::cin >> t;

  // Print the average, then the average distance from it.
}
