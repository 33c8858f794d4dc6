#include "host/peers.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace lyceum::host {
namespace {

std::unexpected<Error> wrong(const std::string& what) {
  return fail({Code::invalid_argument, "bad_setting", what, "server.peers", 0});
}

bool is_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const auto host = text.substr(0, colon), port = text.substr(colon + 1);
  int number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  const bool bare_v6 = host.contains(':') && !(host.starts_with('[') && host.ends_with(']'));
  return error == std::errc() && end == port.data() + port.size() && number > 0 && number < 65536 &&
         !bare_v6;
}

std::vector<std::string> split(std::string_view names) {
  std::vector<std::string> out;
  for (;;) {
    const auto plus = std::min(names.find('+'), names.size());
    out.emplace_back(names.substr(0, plus));
    if (plus == names.size()) return out;
    names.remove_prefix(plus + 1);
  }
}

}  // namespace

Result<Peers> Peers::read(const std::vector<std::string>& lines,
                          const std::vector<Module>& modules,
                          std::optional<Tls> tls) {
  Peers out;
  out.tls_ = std::move(tls);
  for (const auto& line : lines) {
    const auto equals = line.find('=');
    const auto address = equals == std::string::npos ? "" : line.substr(equals + 1);
    if (!is_address(address))
      return wrong(
          fmt::format("\"{}\" is not SERVICE=HOST:PORT or SERVICE+SERVICE=HOST:PORT", line));
    if (!out.tls_ && !is_loopback(address))
      return wrong(
          fmt::format("{} is not this machine: it needs server.tls_ca, tls_cert and tls_key "
                      "(`lyceum certs` makes them)",
                      address));
    for (const auto& service : split(line.substr(0, equals))) {
      if (std::ranges::find(modules, service, &Module::name) == modules.end())
        return wrong(fmt::format("there is no service \"{}\"", service));
      const auto [known, is_new] = out.addresses_.emplace(service, address);
      if (!is_new && known->second != address)
        return wrong(
            fmt::format("{} is in two places, {} and {}", service, known->second, address));
    }
  }
  return out;
}

Result<void> Peers::reach(const std::vector<Step>& steps) const {
  std::string missing;
  for (const auto& step : steps)
    if (!step.here && !addresses_.contains(step.module->name))
      missing += (missing.empty() ? "" : ", ") + step.module->name;
  if (missing.empty()) return {};
  return wrong(fmt::format(
      "needed, but neither in this process (--target) nor at a known address (--peers): {}",
      missing));
}

std::string Peers::address(const std::string& service) const {
  const auto found = addresses_.find(service);
  return found == addresses_.end() ? "" : found->second;
}

std::string Peers::name(std::string_view address) const {
  std::string out;
  for (const auto& [service, at] : addresses_)
    if (at == address) out += (out.empty() ? "" : "+") + service;
  return out;
}

bool is_loopback(std::string_view address) {
  const auto host = address.substr(0, address.rfind(':'));
  return host.starts_with("127.") || host == "[::1]" || host == "::1" || host == "localhost";
}

}  // namespace lyceum::host
