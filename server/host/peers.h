#pragma once
// Where the services of other processes are, as --peers says it: identity+account=HOST:PORT,… Every
// process of a Lyceum may be given the same line; what is about its own services is ignored.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "host/modules.h"
#include "host/tls.h"

namespace lyceum::host {

class Peers {
 public:
  Peers() = default;

  // An error names server.peers and what is wrong: syntax, a service that does not exist, one that
  // is in two places, and, without `tls`, an address that is not this machine's.
  static Result<Peers> read(const std::vector<std::string>& lines,
                            const std::vector<Module>& modules,
                            std::optional<Tls> tls);

  // Whether everything that the plan dials is known. The error names all that is not.
  Result<void> reach(const std::vector<Step>& steps) const;

  // HOST:PORT of a service; empty: not known.
  std::string address(const std::string& service) const;
  // All services at an address, "identity+account": how metrics and logs call a peer.
  std::string name(std::string_view address) const;

  const Tls* tls() const { return tls_ ? &*tls_ : nullptr; }

 private:
  std::map<std::string, std::string> addresses_;  // by service
  std::optional<Tls> tls_;
};

// "127.0.0.1:8080", "[::1]:8080", "localhost:8080".
bool is_loopback(std::string_view address);

}  // namespace lyceum::host
