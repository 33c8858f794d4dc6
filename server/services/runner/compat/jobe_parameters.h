#pragma once
// run_spec.parameters of Jobe's API.

#include <string_view>

#include "services/runner/compat/exchange.h"
#include "services/runner/rules.h"

namespace lyceum::runner::compat::jobe {

// Limits and arguments of `run` into the request; where it is silent, Jobe's own for this of its
// languages. What cannot be done is refused; what Jobe does not know either is passed over.
Result<void> read_parameters(const Fields& run,
                             std::string_view language,
                             const Maxima& maxima,
                             api::RunRequest& request);

}  // namespace lyceum::runner::compat::jobe
