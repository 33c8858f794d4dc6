#pragma once
// Which peers are our own proxies, so that what they say about a client is believed.

#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "base/result.h"

namespace lyceum::host {

class TrustedProxies {
 public:
  // "10.0.0.0/8", "::1", "fd00::/8".
  static Result<TrustedProxies> parse(const std::vector<std::string>& networks);

  bool trusts(const boost::asio::ip::address& peer) const;

  // The client behind the proxies: from the right, the first address of X-Forwarded-For that is
  // none of ours. `peer` itself when there is no such header or it holds something else than
  // addresses.
  std::string client(const boost::asio::ip::address& peer, std::string_view forwarded_for) const;

 private:
  struct Network {
    boost::asio::ip::address_v6 address;  // IPv4 mapped
    int bits;
  };

  std::vector<Network> networks_;
};

// IPv4 that came in over an IPv6 socket as IPv4 again.
boost::asio::ip::address plain_address(const boost::asio::ip::address& address);

}  // namespace lyceum::host
