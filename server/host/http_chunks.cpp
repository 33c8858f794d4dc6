#include "host/http_chunks.h"

#include <algorithm>

namespace lyceum::host {
namespace {

constexpr int digits_max = 15;  // leading zeros and all; never overflows

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

// Of what is around the data.
const Refusal* ChunkDecoder::take_byte(char c) {
  const int digit = hex_value(c);
  switch (state_) {
    case State::size:
      if (digit >= 0 && digits_ < digits_max) {
        left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
        ++digits_;
        return nullptr;
      }
      state_ = State::size_end;
      return c == '\r' && digits_ > 0 ? nullptr : &refusal::chunk;
    case State::size_end:
      digits_ = 0;
      state_ = left_ == 0 ? State::trailer : State::data;
      return c == '\n' ? nullptr : &refusal::chunk;
    case State::data_cr:
      state_ = State::data_lf;
      return c == '\r' ? nullptr : &refusal::chunk;
    case State::data_lf:
      state_ = State::size;
      return c == '\n' ? nullptr : &refusal::chunk;
    default:
      return &refusal::chunk;
  }
}

const Refusal* ChunkDecoder::take(std::string_view bytes,
                                  std::size_t& used,
                                  std::string& body,
                                  std::size_t body_max) {
  used = 0;
  while (used < bytes.size() && state_ != State::trailer) {
    if (state_ != State::data) {
      if (const auto* why = take_byte(bytes[used++])) return why;
      if (state_ == State::data && left_ > body_max - body.size()) return &refusal::body_size;
      continue;
    }
    const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size() - used));
    body.append(bytes.substr(used, part));
    used += part;
    left_ -= part;
    if (left_ == 0) state_ = State::data_cr;
  }
  return nullptr;
}

}  // namespace lyceum::host
