#include "host/service.h"

#include <algorithm>

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

}  // namespace lyceum::host
