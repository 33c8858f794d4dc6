#include "base/idempotency.h"

#include "base/crypto.h"

namespace lyceum::idempotency {
namespace {

constexpr std::int64_t kept_ms = std::int64_t{7} * 24 * 3600 * 1000;

// Protobuf's wire form is the same for equal messages of one program without maps, which requests
// have.
std::string fingerprint(const google::protobuf::Message& request) {
  return sha256_hex(request.SerializeAsString());
}

}  // namespace

Result<std::optional<std::string>> find_bytes(Tx& tx,
                                              const Call& call,
                                              std::string_view method,
                                              const google::protobuf::Message& request) {
  std::optional<std::string> found;
  if (call.idempotency_key().empty()) return found;
  std::string first;
  TRY_VOID(
      tx.each("SELECT request, response FROM idempotency"
              " WHERE user_id = $1 AND method = $2 AND key = $3",
              {call.user_id(), method, call.idempotency_key()}, [&](const Row& row) {
                first = row.text(0);
                found = row.text(1);
              }));
  if (found && first != fingerprint(request))
    return fail(Code::invalid_argument, "idempotency_key_reused",
                "this Idempotency-Key was used before with another request");
  return found;
}

Result<void> keep(Tx& tx,
                  const Call& call,
                  std::string_view method,
                  const google::protobuf::Message& request,
                  const google::protobuf::Message& response,
                  std::int64_t now_ms) {
  if (call.idempotency_key().empty()) return {};
  const std::string bytes = response.SerializeAsString();
  TRY_VOID(tx.exec(
      "INSERT INTO idempotency (user_id, method, key, request, response, created_at)"
      " VALUES ($1, $2, $3, $4, $5, $6)",
      {call.user_id(), method, call.idempotency_key(), fingerprint(request), Blob{bytes}, now_ms}));
  TRY_VOID(tx.exec("DELETE FROM idempotency WHERE created_at < $1", {now_ms - kept_ms}));
  return {};
}

}  // namespace lyceum::idempotency
