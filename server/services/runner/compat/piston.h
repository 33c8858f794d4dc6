#pragma once
// Piston's REST API v2 (github.com/engineer-man/piston, docs/api-v2.md) in our terms.

#include <string>
#include <string_view>

#include "services/runner/compat/exchange.h"
#include "services/runner/rules.h"

namespace lyceum::runner::compat::piston {

struct Job {
  api::RunRequest run;
  std::string language;  // as the request names it
  std::string version;   // the selector: "*", "3.10.0", "18.x", "^5"
};

// An error's field is Piston's.
Result<Job> read_job(std::string_view body, const Maxima& maxima);

Error unknown_runtime(std::string_view language, std::string_view version);

// Whether a tool of this version ("3.11.2"; "0.0.0" is an unknown one) will do. There is one of
// each language here, so only the major version counts, and for those who say ">=" that it is not
// older.
bool will_do(std::string_view selector, std::string_view version);

// `version` as in runtimes.
Response job_answer(const api::RunRequest& request,
                    const api::RunResult& result,
                    std::string_view version);
Response runtimes(const api::ListLanguagesResponse& offered);
// As Piston refuses: {"message":"…"}.
Response refusal(const Error& error);
Response message(int status, std::string_view text);

}  // namespace lyceum::runner::compat::piston
