#pragma once
// What Beast's parser lets pass and an edge must not: rules on the raw bytes of a request's head
// and on its target and Host. Nothing is repaired: what is not plain is refused. No I/O.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "host/http_refusal.h"

namespace lyceum::host {

struct HeadLimits {
  std::size_t line_max = 8'192;    // bytes of the request line
  std::size_t block_max = 16'384;  // bytes of all headers together
  int fields_max = 100;
};

// Looks for the end of a request's head while it arrives, every byte once.
class HeadScanner {
 public:
  explicit HeadScanner(HeadLimits limits = {}) : limits_(limits) {}

  // Of the lines after the last chunk, which have no request line before them.
  static HeadScanner of_trailer(HeadLimits limits = {}) {
    HeadScanner scanner(limits);
    scanner.lines_ = 1;
    return scanner;
  }

  enum class State { more, complete, refused };

  // `head` is all that has arrived of this request: what the last call saw, and more.
  State scan(std::string_view head);

  // Of the head, with its empty line; valid when complete.
  std::size_t size() const { return at_; }

  const Refusal& refusal() const { return *refusal_; }

 private:
  State refuse(const Refusal& why);
  const Refusal* wrong(unsigned char c) const;
  bool end_line();

  const HeadLimits limits_;
  std::size_t at_ = 0;
  std::size_t line_ = 0;   // where the current line begins
  std::size_t block_ = 0;  // where the headers begin
  int lines_ = 0;
  const Refusal* refusal_ = nullptr;
};

struct Target {
  std::string path;  // decoded once
  std::string_view query;
};

// Takes a request target ("/a%20b?c=d", or absolute with the same authority as Host) apart. Nothing
// when it is not plain: control bytes, %00, %2F, a backslash, empty or dot segments, bad UTF-8.
std::optional<Target> read_target(std::string_view target, std::string_view host);

// reg-name or IPv4 with an optional port, or [IPv6] with one.
bool plain_host(std::string_view host);

}  // namespace lyceum::host
