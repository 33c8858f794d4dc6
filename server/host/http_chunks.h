#pragma once
// The chunked body of a request, decoded strictly: no extension, no blank, no bare line end.
// Beast's own decoder is not used: in 1.81 an assertion of it fails when "0 CR LF CR" arrives apart
// from the rest.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "host/http_refusal.h"

namespace lyceum::host {

class ChunkDecoder {
 public:
  // Appends the data in `bytes` to `body` and says how many bytes it has used: all, or those up to
  // the trailer. nullptr: fine.
  const Refusal* take(std::string_view bytes,
                      std::size_t& used,
                      std::string& body,
                      std::size_t body_max);

  // The last chunk is over; what follows are header lines and an empty one.
  bool at_trailer() const { return state_ == State::trailer; }

 private:
  enum class State { size, size_end, data, data_cr, data_lf, trailer };

  const Refusal* take_byte(char c);

  State state_ = State::size;
  std::uint64_t left_ = 0;  // of this chunk
  int digits_ = 0;
};

}  // namespace lyceum::host
