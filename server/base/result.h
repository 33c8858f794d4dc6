#pragma once
// The one error type of the repository. It crosses processes, so it has gRPC's canonical codes; the
// mapping to HTTP is in host/status.h and nowhere else.

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

namespace lyceum {

// https://grpc.github.io/grpc/core/md_doc_statuscodes.html
enum class Code {
  cancelled = 1,
  unknown = 2,
  invalid_argument = 3,
  deadline_exceeded = 4,
  not_found = 5,
  already_exists = 6,
  permission_denied = 7,
  resource_exhausted = 8,
  failed_precondition = 9,
  aborted = 10,
  out_of_range = 11,
  unimplemented = 12,
  internal = 13,
  unavailable = 14,
  data_loss = 15,
  unauthenticated = 16
};

struct Error {
  Code code = Code::unknown;
  std::string reason;   // stable, for programs: "text_too_long"
  std::string message;  // for people; may change
  std::string field;    // which field of the request is wrong, "files[2].path"; may be empty
  std::int64_t retry_after_ms = 0;  // 0: nothing is known
  // Where at most `quota` in any `window_ms` is the rule that refuses: the edge tells it as
  // RateLimit.
  int quota = 0;  // 0: no such rule
  std::int64_t window_ms = 0;
};

// std::expected that complains when nobody looks at it.
template <class T>
struct [[nodiscard]] Result : std::expected<T, Error> {
  using std::expected<T, Error>::expected;
};

inline std::unexpected<Error> fail(Code code, std::string reason, std::string message) {
  return std::unexpected(Error{code, std::move(reason), std::move(message), {}, 0});
}

inline std::unexpected<Error> fail(Error error) {
  return std::unexpected(std::move(error));
}

// The request is wrong in one field.
inline std::unexpected<Error> bad_field(std::string field,
                                        std::string reason,
                                        std::string message) {
  return std::unexpected(
      Error{Code::invalid_argument, std::move(reason), std::move(message), std::move(field), 0});
}

}  // namespace lyceum

// TRY(auto row, find(id));              leaves this function with the error, or goes on with the
// value. CO_TRY(auto row, co_await find(id));  the same inside a coroutine. TRY_VOID(…) /
// CO_TRY_VOID(…)          for Result<void>.
#define LYCEUM_CAT2(a, b) a##b
#define LYCEUM_CAT(a, b) LYCEUM_CAT2(a, b)
#define LYCEUM_TRY(ret, tmp, decl, ...)                 \
  auto tmp = (__VA_ARGS__);                             \
  if (!tmp) ret ::lyceum::fail(std::move(tmp).error()); \
  decl = *std::move(tmp)
#define TRY(decl, ...) LYCEUM_TRY(return, LYCEUM_CAT(try_, __LINE__), decl, __VA_ARGS__)
#define CO_TRY(decl, ...) LYCEUM_TRY(co_return, LYCEUM_CAT(try_, __LINE__), decl, __VA_ARGS__)
#define TRY_VOID(...)                                                               \
  if (auto LYCEUM_CAT(try_, __LINE__) = (__VA_ARGS__); !LYCEUM_CAT(try_, __LINE__)) \
  return ::lyceum::fail(std::move(LYCEUM_CAT(try_, __LINE__)).error())
#define CO_TRY_VOID(...)                                                            \
  if (auto LYCEUM_CAT(try_, __LINE__) = (__VA_ARGS__); !LYCEUM_CAT(try_, __LINE__)) \
  co_return ::lyceum::fail(std::move(LYCEUM_CAT(try_, __LINE__)).error())
