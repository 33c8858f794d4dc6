#include "host/trusted_proxies.h"

#include <charconv>

namespace lyceum::host {
namespace {

namespace ip = boost::asio::ip;

ip::address_v6 mapped(const ip::address& address) {
  return address.is_v6() ? address.to_v6() : ip::make_address_v6(ip::v4_mapped, address.to_v4());
}

bool same_bits(const ip::address_v6& a, const ip::address_v6& b, int bits) {
  const auto x = a.to_bytes();
  const auto y = b.to_bytes();
  for (std::size_t i = 0; bits > 0; ++i, bits -= 8) {
    const int mask = bits >= 8 ? 0xff : 0xff << (8 - bits) & 0xff;
    if (((x[i] ^ y[i]) & mask) != 0) return false;
  }
  return true;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

ip::address plain_address(const ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return ip::make_address_v4(ip::v4_mapped, address.to_v6());
  return address;
}

Result<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& networks) {
  TrustedProxies proxies;
  for (const auto& text : networks) {
    const auto wrong = [&] {
      return bad_field("trusted_proxies", "network_invalid",
                       "\"" + text + "\" is no network such as 10.0.0.0/8");
    };
    const std::size_t slash = text.find('/');
    boost::system::error_code bad;
    const auto address = ip::make_address(text.substr(0, slash), bad);
    if (bad) return wrong();
    const int width = address.is_v4() ? 32 : 128;
    int bits = width;
    if (slash != std::string::npos) {
      const auto [end, error] =
          std::from_chars(text.data() + slash + 1, text.data() + text.size(), bits);
      if (error != std::errc() || end != text.data() + text.size() || bits < 0 || bits > width)
        return wrong();
    }
    proxies.networks_.push_back({mapped(address), bits + 128 - width});
  }
  return proxies;
}

bool TrustedProxies::trusts(const ip::address& peer) const {
  if (networks_.empty()) return false;
  const auto address = mapped(peer);
  for (const auto& network : networks_)
    if (same_bits(address, network.address, network.bits)) return true;
  return false;
}

std::string TrustedProxies::client(const ip::address& peer, std::string_view forwarded_for) const {
  ip::address client = peer;
  while (!forwarded_for.empty() && trusts(client)) {
    const std::size_t comma = forwarded_for.rfind(',');
    const bool last = comma == std::string_view::npos;
    const auto part = trim(last ? forwarded_for : forwarded_for.substr(comma + 1));
    forwarded_for = last ? std::string_view() : forwarded_for.substr(0, comma);
    boost::system::error_code bad;
    const auto address = ip::make_address(std::string(part), bad);
    if (bad) break;
    client = plain_address(address);
  }
  return client.to_string();
}

}  // namespace lyceum::host
