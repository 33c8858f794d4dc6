#include <cmath>
#include <iostream>
#include <vector>

int main() {
  int n = 0;
  std::cin >> n;
  std::vector<double> temperatures(n);
  for (double& t : temperatures) std::cin >> t;
  int sum = 0;
  for (double t : temperatures) sum += t;
  const double average = sum / n;
  double distances = 0;
  for (double t : temperatures) distances += std::abs(t - average);
  std::cout << average << "\n" << distances / n << "\n";
}
