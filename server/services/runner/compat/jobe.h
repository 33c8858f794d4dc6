#pragma once
// Jobe's REST API (github.com/trampgeek/jobe, restapi.pdf) in our terms, as CodeRunner uses it.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "services/runner/compat/exchange.h"
#include "services/runner/rules.h"

namespace lyceum::runner::compat::jobe {

// The content of a file that was put before; null when there is none.
using FindFile = std::function<std::shared_ptr<const std::string>(const std::string& id)>;

// Letters and digits, 8 to 128 of them.
bool good_file_id(std::string_view id);

// The body of POST /runs. not_found "file_missing" where a file of its list was not put before.
Result<api::RunRequest> read_run(std::string_view body,
                                 const Maxima& maxima,
                                 const FindFile& find_file);
// The body of PUT /files/<id>: the content.
Result<std::string> read_file(std::string_view body);

Response run_answer(const api::RunResult& result);
Response languages(const api::ListLanguagesResponse& offered);
// As Jobe refuses: the reason as a JSON string. Too many runs is outcome 21.
Response refusal(const Error& error);

}  // namespace lyceum::runner::compat::jobe
