#pragma once
// Judge0's REST API (ce.judge0.com) in our terms: submissions that are waited for.

#include <optional>
#include <string>
#include <string_view>

#include "services/runner/compat/exchange.h"
#include "services/runner/rules.h"

namespace lyceum::runner::compat::judge0 {

// What the query of POST /submissions asks for.
struct Options {
  bool base64 = false;
  std::vector<std::string> fields;  // of the answer
};

// An error's field is Judge0's parameter; "fields" and "wait" are of the query.
Result<Options> read_options(std::string_view query);
Result<api::RunRequest> read_submission(std::string_view body,
                                        const Options& options,
                                        const Maxima& maxima);

Response submission_answer(const api::RunResult& result, const Options& options);
Response languages(const api::ListLanguagesResponse& offered);
// 404 where there is none of this id here.
Response language(const api::ListLanguagesResponse& offered, std::string_view id);
Response statuses();
// As Judge0 refuses: {"error":"…"}, or 422 {"<field>":["…"]} for a parameter of a submission.
Response refusal(const Error& error);
Response error(int status, std::string_view text);

}  // namespace lyceum::runner::compat::judge0
