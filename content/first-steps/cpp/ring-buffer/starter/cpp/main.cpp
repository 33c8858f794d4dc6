#include <iostream>
#include <string>

#include "ring_buffer.h"

int main() {
  std::size_t capacity = 0;
  std::cin >> capacity;
  RingBuffer buffer(capacity);

  std::string command;
  while (std::cin >> command) {
    if (command == "push") {
      int value = 0;
      std::cin >> value;
      if (!buffer.push(value)) std::cout << "full\n";
    } else if (command == "pop") {
      if (auto value = buffer.pop()) {
        std::cout << *value << "\n";
      } else {
        std::cout << "empty\n";
      }
    } else if (command == "size") {
      std::cout << buffer.size() << "\n";
    }
  }
}
