#pragma once
// Whether a process is of use, for /readyz. A service may say that it cannot do its work at the
// moment; a process is not ready when that is true of everything in it. One that has other services
// stays ready: without them nothing would be better.

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace lyceum::host {

class Readiness {
 public:
  // Answers at once, from what is known, on any thread. Anybody who asks for /readyz is shown the
  // reason of its error.
  using Check = std::function<Result<void>()>;

  // A part of this process has started; without a check it can always do its work. Not once the
  // process is open.
  void add(std::string part, Check check = nullptr);

  struct Report {
    bool ready;
    std::string details;  // "runner: ok\n", a line for each check
  };

  Report report() const;

 private:
  struct Part {
    std::string name;
    Check check;
  };

  std::vector<Part> parts_;
};

}  // namespace lyceum::host
