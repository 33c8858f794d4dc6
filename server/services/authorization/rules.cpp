#include "services/authorization/rules.h"

#include "base/id.h"

namespace lyceum::authorization::rules {
namespace {

struct Permission {
  std::string_view name;
  std::vector<std::string_view> relations;
};

const std::vector<Permission>& platform_permissions() {
  static const std::vector<Permission> permissions = {
      {"administer", {administrator}},
      {"moderate_users", {administrator, "user_moderator"}},
      {"moderate_servers", {administrator, "server_moderator"}},
      {"create_contents", {administrator, "content_creator"}},
      {"create_assessments", {administrator, "assessment_creator"}}};
  return permissions;
}

Result<const Relations*> type_named(std::string_view name, const std::string& field) {
  if (const Relations* relations = relations_of(name)) return relations;
  return bad_field(field, "unknown_entity_type", "there is no such type of entity");
}

Result<Relation> relation_named(const Relations& relations,
                                std::string_view name,
                                const std::string& field) {
  if (const auto found = relations.find(name); found != relations.end()) return found->second;
  return bad_field(field, "unknown_relation", "this type of entity has no such relation");
}

Result<void> check_id(std::string_view id, const std::string& field) {
  if (parse_id(id).value_or(0) != 0) return {};
  return bad_field(field, "bad_id", "this is not an id");
}

Result<void> check_entity_id(std::string_view type, std::string_view id, const std::string& field) {
  if (type != platform_type) return check_id(id, field);
  if (id == platform_id) return {};
  return bad_field(field, "unknown_entity", "there is one platform, and it is called lyceum");
}

// Of role:S, the assignees are server:S's members and no other's.
bool is_everyone(const Relation& relation, const v1::Tuple& tuple) {
  return relation.kind == Kind::assignee && tuple.subject().type() == "server";
}

Result<void> check_everyone(const v1::Tuple& tuple, const std::string& field) {
  if (tuple.subject().relation() != "member")
    return bad_field(field + ".relation", "unknown_relation", "only a server's members have roles");
  if (tuple.subject().id() == tuple.entity().id()) return {};
  return bad_field(field + ".id", "not_everyone",
                   "a server's members have the role with the server's id, and no other as such");
}

Result<void> check_subject_of(const Relation& relation,
                              const v1::Tuple& tuple,
                              const std::string& field) {
  const v1::Subject& subject = tuple.subject();
  const bool everyone = is_everyone(relation, tuple);
  if (subject.type() != relation.subject_type && !everyone)
    return bad_field(field + ".type", "unknown_subject_type",
                     "the subject of this relation is a " + std::string(relation.subject_type));
  TRY_VOID(check_id(subject.id(), field + ".id"));
  if (everyone) return check_everyone(tuple, field);
  if (subject.relation() == relation.subject_relation) return {};
  return bad_field(field + ".relation", "unknown_relation",
                   relation.subject_relation.empty() ? "this subject is meant itself"
                                                     : "the subjects are a role's assignees");
}

bool may_be_subject(std::string_view entity_type,
                    const Relations& relations,
                    std::string_view type) {
  if (entity_type == "role") return type == "user" || type == "server";
  for (const auto& [name, relation] : relations)
    if (relation.subject_type == type) return true;
  return false;
}

}  // namespace

Result<void> check_service(const Call& call) {
  if (call.is_service()) return {};
  return fail(Code::permission_denied, "service_only", "only services may ask this");
}

std::unexpected<Error> unknown_permission() {
  return bad_field("permission", "unknown_permission",
                   "this type of entity has no such permission");
}

Result<std::vector<std::string_view>> platform_relations_for(std::string_view permission) {
  for (const Permission& known : platform_permissions())
    if (known.name == permission) return known.relations;
  if (const auto found = relations_of(platform_type)->find(permission);
      found != relations_of(platform_type)->end())
    return std::vector<std::string_view>{found->first};
  return unknown_permission();
}

Result<void> check_question(const v1::CheckRequest& request) {
  const auto& entity = request.entity();
  TRY_VOID(type_named(entity.type(), "entity.type"));
  TRY_VOID(check_entity_id(entity.type(), entity.id(), "entity.id"));
  const auto& subject = request.subject();
  if (subject.type() != "user")
    return bad_field("subject.type", "unknown_subject_type", "only a user can be asked about");
  TRY_VOID(check_id(subject.id(), "subject.id"));
  if (!subject.relation().empty())
    return bad_field("subject.relation", "unknown_relation", "a user has no relations");
  return {};
}

Result<void> check_tuple(const v1::Tuple& tuple, const std::string& field) {
  const auto& entity = tuple.entity();
  TRY(const Relations* type, type_named(entity.type(), field + ".entity.type"));
  TRY_VOID(check_entity_id(entity.type(), entity.id(), field + ".entity.id"));
  TRY(const Relation relation, relation_named(*type, tuple.relation(), field + ".relation"));
  return check_subject_of(relation, tuple, field + ".subject");
}

Result<void> check_filter(const v1::TupleFilter& filter) {
  TRY(const Relations* type, type_named(filter.entity_type(), "filter.entity_type"));
  if (!filter.entity_id().empty())
    TRY_VOID(check_entity_id(filter.entity_type(), filter.entity_id(), "filter.entity_id"));
  if (!filter.relation().empty())
    TRY_VOID(relation_named(*type, filter.relation(), "filter.relation"));
  if (!filter.subject_type().empty() &&
      !may_be_subject(filter.entity_type(), *type, filter.subject_type()))
    return bad_field("filter.subject_type", "unknown_subject_type",
                     "nothing of this type has a relation to such an entity");
  if (!filter.subject_id().empty()) TRY_VOID(check_id(filter.subject_id(), "filter.subject_id"));
  return {};
}

Result<void> check_removal(const v1::TupleFilter& filter) {
  TRY_VOID(check_filter(filter));
  if (filter.entity_type() == platform_type || !filter.entity_id().empty()) return {};
  if (!filter.subject_type().empty() && !filter.subject_id().empty()) return {};
  return bad_field("filter.entity_id", "filter_too_wide",
                   "say of which entity, or the type and id of the subject");
}

v1::Entity platform() {
  v1::Entity entity;
  entity.set_type(std::string(platform_type));
  entity.set_id(std::string(platform_id));
  return entity;
}

v1::Entity entity_of(const v1::TupleFilter& filter) {
  v1::Entity entity;
  entity.set_type(filter.entity_type());
  entity.set_id(filter.entity_type() == platform_type ? std::string(platform_id)
                                                      : filter.entity_id());
  return entity;
}

v1::Subject user(std::int64_t id) {
  v1::Subject subject;
  subject.set_type("user");
  subject.set_id(std::to_string(id));
  return subject;
}

}  // namespace lyceum::authorization::rules
