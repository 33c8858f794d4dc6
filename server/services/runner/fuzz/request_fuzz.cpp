// Any bytes as the body of POST /api/v1/runs, the way that they take. Beyond not crashing: a
// refusal names the field of the request that is wrong; what is accepted has limits within the
// maxima, can be run, and, written out again, is read as the same.
#include <cstdint>
#include <string>
#include <string_view>

#include "host/check.h"
#include "host/json.h"
#include "services/runner/fuzz/accepted.h"

namespace lyceum::runner {
namespace {

Result<api::RunRequest> read(std::string_view json) {
  api::RunRequest request;
  TRY_VOID(host::from_json(std::string(json), request));
  return request;
}

// "tests[3].id" begins with a field of the request.
bool names_a_field(std::string_view path) {
  const std::string first(path.substr(0, path.find_first_of(".[")));
  return api::RunRequest::descriptor()->FindFieldByName(first) != nullptr;
}

// The text as a whole may be wrong, or name a field "".
void check_unread(const Error& error) {
  check_refusal(error);
  require(!error.field.empty() || error.reason == "malformed_json" ||
          error.reason == "invalid_utf8" || error.reason == "too_deep" ||
          error.reason == "wrong_type" || error.reason == "unknown_field");
}

void check_unfit(const Error& error) {
  check_refusal(error);
  require(names_a_field(error.field));
}

}  // namespace
}  // namespace lyceum::runner

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lyceum;          // NOLINT(google-build-using-namespace)
  using namespace lyceum::runner;  // NOLINT(google-build-using-namespace)
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Maxima maxima;
  const auto request = read(bytes);
  if (!request) return check_unread(request.error()), 0;
  const auto again = read(host::to_json(*request));
  require(again && again->SerializeAsString() == request->SerializeAsString());

  if (const auto checked = host::check(*request); !checked) return check_unfit(checked.error()), 0;
  const auto entry = check_all(*request, maxima);
  if (!entry) return check_unfit(entry.error()), 0;
  check_accepted(*request, *entry, maxima);
  return 0;
}
