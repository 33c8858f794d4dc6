#include "services/authorization/facts.h"

#include <algorithm>

#include "base/id.h"

namespace lyceum::authorization {
namespace {

using Permissions = std::map<std::string, std::int64_t, std::less<>>;

// The contract's names in lower case, without the one that permits nothing.
const Permissions& permissions() {
  static const Permissions made = [] {
    Permissions all;
    const auto* type = v1::Permission_descriptor();
    for (int i = 0; i < type->value_count(); ++i) {
      std::string name = type->value(i)->name();
      std::ranges::transform(name, name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      });
      if (type->value(i)->number() != 0) all[name] = type->value(i)->number();
    }
    return all;
  }();
  return made;
}

Relations platform_relations() {
  Relations made = {{"administrator", {Kind::platform_administrator, "user"}}};
  for (const auto* role :
       {"user_moderator", "server_moderator", "content_creator", "assessment_creator"})
    made[role] = {Kind::platform_role, "user"};
  return made;
}

Relations server_relations() {
  Relations made = {{"owner", {Kind::owner, "user"}},
                    {"member", {Kind::member, "user"}},
                    {"timed_out", {Kind::timed_out, "user"}},
                    {"administrator", {Kind::administrator, "role", "assignee"}}};
  for (const auto& [name, bit] : permissions())
    made["base_" + name] = {Kind::base, "role", "assignee", bit};
  return made;
}

// A role's assignees may also be a server's members: fact_of() and the rules look at the subject.
Relations role_relations() {
  return {{"server", {Kind::role_server, "server"}}, {"assignee", {Kind::assignee, "user"}}};
}

Relations channel_relations() {
  Relations made = {{"server", {Kind::channel_server, "server"}}};
  for (const auto& [name, bit] : permissions()) {
    for (const bool allow : {true, false}) {
      const std::string what = (allow ? "allow_" : "deny_") + name;
      made["ev_" + what] = {Kind::everyone_overwrite, "role", "assignee", bit, allow};
      made["role_" + what] = {Kind::role_overwrite, "role", "assignee", bit, allow};
      made["mem_" + what] = {Kind::member_overwrite, "user", "", bit, allow};
    }
  }
  return made;
}

}  // namespace

const Relations* relations_of(std::string_view entity_type) {
  static const std::map<std::string, Relations, std::less<>> types = {
      {"platform", platform_relations()},
      {"server", server_relations()},
      {"role", role_relations()},
      {"channel", channel_relations()}};
  const auto found = types.find(entity_type);
  return found == types.end() ? nullptr : &found->second;
}

std::optional<std::int64_t> permission_named(std::string_view name) {
  const auto found = permissions().find(name);
  if (found == permissions().end()) return std::nullopt;
  return found->second;
}

std::optional<Fact> fact_of(std::string_view entity_type,
                            std::string_view entity_id,
                            std::string_view relation,
                            std::string_view subject_type,
                            std::string_view subject_id) {
  const Relations* relations = relations_of(entity_type);
  if (!relations) return std::nullopt;
  const auto found = relations->find(relation);
  if (found == relations->end()) return std::nullopt;
  const Relation& known = found->second;
  const bool everyone = known.kind == Kind::assignee && subject_type == "server";
  return Fact{everyone ? Kind::everyone : known.kind, parse_id(entity_id).value_or(0),
              parse_id(subject_id).value_or(0), known.permission, known.allow};
}

std::optional<Fact> fact_of(const v1::Tuple& tuple) {
  return fact_of(tuple.entity().type(), tuple.entity().id(), tuple.relation(),
                 tuple.subject().type(), tuple.subject().id());
}

bool is_about_role(Kind kind) {
  return kind == Kind::administrator || kind == Kind::base || kind == Kind::everyone_overwrite ||
         kind == Kind::role_overwrite;
}

bool is_about_user(Kind kind) {
  return kind == Kind::owner || kind == Kind::member || kind == Kind::timed_out ||
         kind == Kind::assignee || kind == Kind::member_overwrite;
}

}  // namespace lyceum::authorization
