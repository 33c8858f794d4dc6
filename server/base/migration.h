#pragma once
#include <string_view>
#include <vector>

namespace lyceum {

// One numbered step of a database's schema. Never changed once released: another step follows.
struct Migration {
  std::string_view name;  // "0001_users"
  std::string_view sql;   // statements with ";" between
};

}  // namespace lyceum
