#pragma once
// Tuples as tests write them: tuple("channel:3", "mem_deny_view_channel", "user:17"),
// tuple("server:1", "base_view_channel", "role:5#assignee").

#include <string>

#include "contract/authorization.pb.h"

namespace lyceum::authorization::testing {

inline v1::Entity entity(const std::string& text) {
  v1::Entity made;
  made.set_type(text.substr(0, text.find(':')));
  made.set_id(text.substr(text.find(':') + 1));
  return made;
}

inline v1::Subject subject(const std::string& text) {
  const auto hash = text.find('#');
  const v1::Entity of = entity(text.substr(0, hash));
  v1::Subject made;
  made.set_type(of.type());
  made.set_id(of.id());
  if (hash != std::string::npos) made.set_relation(text.substr(hash + 1));
  return made;
}

inline v1::Tuple tuple(const std::string& of, const std::string& relation, const std::string& who) {
  v1::Tuple made;
  *made.mutable_entity() = entity(of);
  made.set_relation(relation);
  *made.mutable_subject() = subject(who);
  return made;
}

inline std::string name(const char* type, std::int64_t id, const char* relation = "") {
  return type + (":" + std::to_string(id)) + relation;
}

}  // namespace lyceum::authorization::testing
