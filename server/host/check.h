#pragma once
// The limits that a contract sets on its fields, (lyceum.check) in contract/options.proto. Every
// door into a process calls this before the handler.

#include <google/protobuf/message.h>

#include "base/result.h"

namespace lyceum::host {

// The first field that breaks its limits, "files[2].path", with a reason: required, too_short,
// too_long, too_small, too_large, too_few, too_many, not_one_of.
Result<void> check(const google::protobuf::Message& message);

}  // namespace lyceum::host
