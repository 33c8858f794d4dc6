#pragma once
// Which tuples, filters and questions mean something, and which relations to the platform give
// which permission. Pure; each refusal names the field.

#include <string>
#include <string_view>
#include <vector>

#include "base/call.h"
#include "base/result.h"
#include "contract/authorization.pb.h"
#include "services/authorization/facts.h"

namespace lyceum::authorization::rules {

inline constexpr std::string_view platform_type = "platform";
inline constexpr std::string_view platform_id = "lyceum";
inline constexpr std::string_view administrator = "administrator";

// Only services deal in tuples and masks; people go through roles.
Result<void> check_service(const Call& call);

// The relations to the platform that give this permission. A relation is also the permission of its
// own name. invalid_argument for a permission that does not exist.
Result<std::vector<std::string_view>> platform_relations_for(std::string_view permission);

// Entity and subject; the permission depends on the type.
Result<void> check_question(const v1::CheckRequest& request);
Result<void> check_tuple(const v1::Tuple& tuple, const std::string& field);
Result<void> check_filter(const v1::TupleFilter& filter);
// A filter by which to remove must say of whom: nothing removes all servers.
Result<void> check_removal(const v1::TupleFilter& filter);

std::unexpected<Error> unknown_permission();

v1::Entity platform();
v1::Entity entity_of(const v1::TupleFilter& filter);
v1::Subject user(std::int64_t id);

}  // namespace lyceum::authorization::rules
