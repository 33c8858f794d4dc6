#pragma once

#include <cstddef>
#include <optional>
#include <vector>

// A queue of at most `capacity` values. No call moves a value or makes the vector grow.
class RingBuffer {
 public:
  explicit RingBuffer(std::size_t capacity);

  bool push(int value);      // false, and nothing changes, when full
  std::optional<int> pop();  // the oldest value; nothing when empty
  std::size_t size() const;

 private:
  std::vector<int> cells_;
  std::size_t first_ = 0;  // the cell of the oldest value
  std::size_t size_ = 0;   // how many cells are used, from first_ on, around the end
};
