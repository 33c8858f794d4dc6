#include <stdio.h>

int main(void) {
  int* volatile radius = 0;
  return scanf("%d", radius);
}
