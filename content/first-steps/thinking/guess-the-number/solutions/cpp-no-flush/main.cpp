#include <cstdio>
#include <cstring>

int main() {
  int low = 1, high = 0;
  char answer[16] = "";
  if (std::scanf("%d", &high) != 1) return 1;
  while (std::strcmp(answer, "right") != 0 && std::strcmp(answer, "over") != 0) {
    const int middle = (low + high) / 2;
    std::printf("%d\n", middle);
    if (std::scanf("%15s", answer) != 1) return 1;
    if (std::strcmp(answer, "higher") == 0) {
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
}
