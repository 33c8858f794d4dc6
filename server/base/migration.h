#pragma once
#include <string_view>
#include <vector>

namespace lyceum {

// One numbered step of a database's schema. Never changed once released: another step follows.
struct Migration {
  std::string_view name;  // "0001_users"
  std::string_view sql;   // statements with ";" between
};

namespace platform {
// The tables that every service's database has: outbox, inbox, idempotency. Applied before its own.
const std::vector<Migration>& migrations();
}  // namespace platform

}  // namespace lyceum
