#include "host/service.h"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>

#include "host/rest_routes.h"

namespace lyceum::host {
namespace {

class Nowhere final : public Channel {
 public:
  Task<Result<std::string>> send(Call, std::string_view, std::string) override {
    co_return nobody();
  }

  Task<Result<void>> stream(Call, std::string_view, std::string, Sink<std::string>) override {
    co_return nobody();
  }

 private:
  static std::unexpected<Error> nobody() {
    return fail(Code::unavailable, "nowhere", "there is no service");
  }
};

}  // namespace

Channel& nowhere() {
  static Nowhere channel;
  return channel;
}

bool has_routes(const MethodTable& table) {
  return std::ranges::any_of(
      table.all(), [](const auto& entry) { return !rpc_options(entry.second).http().empty(); });
}

std::vector<OptionalRoute> optional_routes(const MethodTable& table, const Section& section) {
  std::vector<OptionalRoute> out;
  for (const auto& [rpc, method] : table.all()) {
    const auto& name = rpc_options(method).setting();
    if (name.empty()) continue;
    const auto found = std::ranges::find(section.settings, name, &Setting::name);
    if (found == section.settings.end())
      throw std::runtime_error(
          fmt::format("{}: there is no setting {}.{}", rpc, section.name, name));
    out.push_back({rpc, found->get});
  }
  return out;
}

void leave_out_routes(Host& host, const std::vector<OptionalRoute>& routes) {
  for (const auto& route : routes)
    if (route.setting() != "true") host.leave_out_route(route.rpc);
}

}  // namespace lyceum::host
