#pragma once
// Who is calling, for how long we may work, and on whose trace. One pointer: pass it by value, so
// that it lives as long as the coroutine that has it.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancellation.h"

namespace lyceum {

// W3C Trace Context: 32 and 16 hex digits. Empty: not traced.
struct Trace {
  std::string trace_id;
  std::string span_id;
};

struct Caller {
  std::int64_t user_id = 0;         // 0: not signed in
  std::vector<std::string> roles;   // global ones
  std::vector<std::string> scopes;  // "*": all (a session)
  std::int64_t credential_id = 0;   // of the session or token
  bool session = false;             // signed in by session cookie, not by token
  bool service = false;  // another service or the command line; user_id: for whom it asks, if any
};

class Call {
 public:
  struct Info {
    Caller caller;
    Trace trace;
    std::int64_t deadline_ms = 0;  // wall time; 0: none
    std::string idempotency_key;
    std::string address;           // of the client, for limits by address; empty inside
    std::string locale;            // "en", "fr": best guess for the answer's language
    CancellationPtr cancellation;  // of who waits for the answer; null: nobody can leave
  };

  explicit Call(Info info) : info_(std::make_shared<const Info>(std::move(info))) {}

  // A call of our own making: a worker, an event handler, the command line.
  static Call of_service(Trace trace = {}) {
    Info info;
    info.caller.service = true;
    info.trace = std::move(trace);
    return Call(std::move(info));
  }

  const Info& info() const { return *info_; }

  bool signed_in() const { return info_->caller.user_id != 0; }

  bool is_service() const { return info_->caller.service; }

  std::int64_t user_id() const { return info_->caller.user_id; }

  bool has_role(std::string_view role) const {
    return std::ranges::find(info_->caller.roles, role) != info_->caller.roles.end();
  }

  const Trace& trace() const { return info_->trace; }

  const std::string& idempotency_key() const { return info_->idempotency_key; }

  // Nobody waits for the answer any more.
  bool abandoned() const { return info_->cancellation && info_->cancellation->cancelled(); }

  const std::string& address() const { return info_->address; }

 private:
  std::shared_ptr<const Info> info_;
};

}  // namespace lyceum
