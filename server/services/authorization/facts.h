#pragma once
// The vocabulary of tuples: which relation an entity of which type may have with whom, and what a
// tuple says, taken apart. Pure.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "contract/authorization.pb.h"

namespace lyceum::authorization {

enum class Kind {
  platform_administrator,
  platform_role,  // any other
  owner,          // of a server, and so on
  member,
  timed_out,
  administrator,
  base,
  role_server,  // role R is one of server S
  assignee,
  everyone,        // the members of S are the assignees of the role of the same id
  channel_server,  // channel C is one of server S
  everyone_overwrite,
  role_overwrite,
  member_overwrite,
};

struct Relation {
  Kind kind = Kind::platform_role;
  std::string_view subject_type;
  std::string_view subject_relation = {};
  std::int64_t permission = 0;  // base and overwrites
  bool allow = false;           // overwrites
};

using Relations = std::map<std::string, Relation, std::less<>>;

// By the name of the relation; null: there is no such type of entity.
const Relations* relations_of(std::string_view entity_type);

// "view_channel" → VIEW_CHANNEL.
std::optional<std::int64_t> permission_named(std::string_view name);

// One tuple that was checked (rules.h), as numbers.
struct Fact {
  Kind kind = Kind::platform_role;
  std::int64_t entity_id = 0;  // 0: the platform
  std::int64_t subject_id = 0;
  std::int64_t permission = 0;
  bool allow = false;
};

struct Change {
  Fact fact;
  bool added = true;  // or removed
};

// The parts of a tuple as they are stored. Null: nothing that we know.
std::optional<Fact> fact_of(std::string_view entity_type,
                            std::string_view entity_id,
                            std::string_view relation,
                            std::string_view subject_type,
                            std::string_view subject_id);
std::optional<Fact> fact_of(const v1::Tuple& tuple);

// Is the subject of such a tuple a role? Then it must be one of the same server.
bool is_about_role(Kind kind);
bool is_about_user(Kind kind);

}  // namespace lyceum::authorization
