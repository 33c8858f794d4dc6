#include "services/authorization/rules.h"

#include <algorithm>

#include "base/id.h"

namespace lyceum::authorization::rules {
namespace {

struct Permission {
  std::string_view name;
  std::vector<std::string_view> relations;
};

struct Type {
  std::string_view name;
  std::vector<std::string_view> relations;
  std::vector<Permission> permissions;
};

bool among(const std::vector<std::string_view>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

const std::vector<Type>& schema() {
  static const std::vector<Type> types = {
      {platform_type,
       {administrator, "user_moderator", "server_moderator", "content_creator",
        "assessment_creator"},
       {{"administer", {administrator}},
        {"moderate_users", {administrator, "user_moderator"}},
        {"moderate_servers", {administrator, "server_moderator"}},
        {"create_contents", {administrator, "content_creator"}},
        {"create_assessments", {administrator, "assessment_creator"}}}}};
  return types;
}

Result<const Type*> type_of(std::string_view name, const std::string& field) {
  for (const Type& type : schema())
    if (type.name == name) return &type;
  return bad_field(field, "unknown_entity_type", "there is no such type of entity");
}

Result<void> check_relation(const Type& type, std::string_view name, const std::string& field) {
  if (among(type.relations, name)) return {};
  return bad_field(field, "unknown_relation", "this type of entity has no such relation");
}

// There is one platform; other types will have ids of their own.
Result<void> check_entity_id(std::string_view id, const std::string& field) {
  if (id == platform_id) return {};
  return bad_field(field, "unknown_entity", "there is one platform, and it is called lyceum");
}

}  // namespace

Result<std::vector<std::string_view>> relations_for(std::string_view entity_type,
                                                    std::string_view permission) {
  TRY(const Type* type, type_of(entity_type, "entity.type"));
  for (const Permission& known : type->permissions)
    if (known.name == permission) return known.relations;
  if (among(type->relations, permission)) return std::vector<std::string_view>{permission};
  return bad_field("permission", "unknown_permission",
                   "this type of entity has no such permission");
}

Result<void> check_subject(const v1::Subject& subject, const std::string& field) {
  if (subject.type() != "user")
    return bad_field(field + ".type", "unknown_subject_type", "only a user can be a subject");
  const auto id = parse_id(subject.id());
  if (!id || *id == 0) return bad_field(field + ".id", "bad_id", "this is not the id of a user");
  if (!subject.relation().empty())
    return bad_field(field + ".relation", "unknown_relation", "a user has no relations");
  return {};
}

Result<void> check_tuple(const v1::Tuple& tuple, const std::string& field) {
  TRY(const Type* type, type_of(tuple.entity().type(), field + ".entity.type"));
  TRY_VOID(check_entity_id(tuple.entity().id(), field + ".entity.id"));
  TRY_VOID(check_relation(*type, tuple.relation(), field + ".relation"));
  return check_subject(tuple.subject(), field + ".subject");
}

Result<void> check_filter(const v1::TupleFilter& filter) {
  TRY(const Type* type, type_of(filter.entity_type(), "filter.entity_type"));
  if (!filter.entity_id().empty())
    TRY_VOID(check_entity_id(filter.entity_id(), "filter.entity_id"));
  if (!filter.relation().empty())
    TRY_VOID(check_relation(*type, filter.relation(), "filter.relation"));
  if (!filter.subject_type().empty() && filter.subject_type() != "user")
    return bad_field("filter.subject_type", "unknown_subject_type", "only a user can be a subject");
  if (!filter.subject_id().empty() && !parse_id(filter.subject_id()))
    return bad_field("filter.subject_id", "bad_id", "this is not the id of a user");
  return {};
}

v1::Entity platform() {
  v1::Entity entity;
  entity.set_type(std::string(platform_type));
  entity.set_id(std::string(platform_id));
  return entity;
}

v1::Subject user(std::int64_t id) {
  v1::Subject subject;
  subject.set_type("user");
  subject.set_id(std::to_string(id));
  return subject;
}

}  // namespace lyceum::authorization::rules
