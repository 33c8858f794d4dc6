#pragma once
// Which types of entity there are, their relations, and which relations give which permission.
// Pure.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "contract/authorization.pb.h"

namespace lyceum::authorization::rules {

inline constexpr std::string_view platform_type = "platform";
inline constexpr std::string_view platform_id = "lyceum";
inline constexpr std::string_view administrator = "administrator";

// The relations that give this permission. A relation is also the permission of its own name.
// invalid_argument for a type or permission that does not exist.
Result<std::vector<std::string_view>> relations_for(std::string_view entity_type,
                                                    std::string_view permission);

Result<void> check_tuple(const v1::Tuple& tuple, const std::string& field);
Result<void> check_subject(const v1::Subject& subject, const std::string& field);
Result<void> check_filter(const v1::TupleFilter& filter);

v1::Entity platform();
v1::Subject user(std::int64_t id);

}  // namespace lyceum::authorization::rules
