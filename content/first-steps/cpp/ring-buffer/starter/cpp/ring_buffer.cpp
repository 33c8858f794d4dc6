#include "ring_buffer.h"

RingBuffer::RingBuffer(std::size_t capacity) : cells_(capacity) {}

bool RingBuffer::push(int value) {
  // Put the value behind the newest one, if there is room.
  return false;
}

std::optional<int> RingBuffer::pop() {
  // Take out the oldest value, if there is one.
  return std::nullopt;
}

std::size_t RingBuffer::size() const { return size_; }
