#pragma once
// The same Idempotency-Key within 7 days gives the first answer again; with another request it is
// an error. Use it inside the transaction that makes the thing:
//
//   TRY(auto earlier, idempotency::find<Post>(tx, call, "CreatePost", request));
//   if (earlier) return *std::move(earlier);
//   … insert …
//   TRY_VOID(idempotency::keep(tx, call, "CreatePost", request, post, now_ms));

#include <google/protobuf/message.h>
#include <optional>
#include <string_view>

#include "base/call.h"
#include "base/db.h"

namespace lyceum::idempotency {

// The stored answer's bytes. No key in the call: nothing. invalid_argument
// "idempotency_key_reused" (HTTP 422) when the request differs from the first one.
Result<std::optional<std::string>> find_bytes(Tx& tx,
                                              const Call& call,
                                              std::string_view method,
                                              const google::protobuf::Message& request);

template <class Res>
Result<std::optional<Res>> find(Tx& tx,
                                const Call& call,
                                std::string_view method,
                                const google::protobuf::Message& request) {
  TRY(const auto bytes, find_bytes(tx, call, method, request));
  if (!bytes) return std::optional<Res>{};
  Res response;
  if (!response.ParseFromString(*bytes))
    return fail(Code::internal, "unreadable_row", "the stored answer is unreadable");
  return std::optional<Res>{std::move(response)};
}

// Does nothing without a key. Also forgets keys older than 7 days.
Result<void> keep(Tx& tx,
                  const Call& call,
                  std::string_view method,
                  const google::protobuf::Message& request,
                  const google::protobuf::Message& response,
                  std::int64_t now_ms);

}  // namespace lyceum::idempotency
