#include "ring_buffer.h"

RingBuffer::RingBuffer(std::size_t capacity) : cells_(capacity) {}

bool RingBuffer::push(int value) {
  cells_[(first_ + size_) % cells_.size()] = value;
  if (size_ == cells_.size()) return false;
  ++size_;
  return true;
}

std::optional<int> RingBuffer::pop() {
  if (size_ == 0) return std::nullopt;
  const int value = cells_[first_];
  first_ = (first_ + 1) % cells_.size();
  --size_;
  return value;
}

std::size_t RingBuffer::size() const { return size_; }
