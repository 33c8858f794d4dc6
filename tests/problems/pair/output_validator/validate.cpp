// validate INPUT JUDGE_ANSWER FEEDBACK [different] < OUTPUT
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

std::string feedback;

[[noreturn]] void refuse(const std::string& why) {
  std::ofstream(feedback + "teammessage.txt") << why << "\n";
  std::exit(43);
}

int main(int count, char** arguments) {
  if (count < 4) return 1;
  feedback = arguments[3];
  const bool different = count > 4 && arguments[4] == std::string("different");
  long n = 0, a = 0, b = 0;
  if (!(std::ifstream(arguments[1]) >> n)) return 1;
  if (!(std::cin >> a >> b)) refuse("there must be two numbers");
  if (std::string more; std::cin >> more) refuse("there is more than two numbers");
  if (a < 1 || b < 1) refuse("a number is not positive");
  if (a + b != n) refuse(std::to_string(a) + " + " + std::to_string(b) + " is not " + std::to_string(n));
  if (different && a == b) refuse("the numbers are the same");
  return 42;
}
