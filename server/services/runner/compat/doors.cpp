// The pages of the three APIs: which of them a request means, and the runner's own calls behind it.
#include <string_view>

#include "services/runner/compat/jobe.h"
#include "services/runner/compat/judge0.h"
#include "services/runner/compat/piston.h"
#include "services/runner/runner.h"

namespace lyceum::runner {
namespace {

using compat::Request;
using compat::Response;

// What comes after the API's own part of the path, without a slash at its end.
std::string_view below(const std::string& path, std::string_view prefix) {
  std::string_view rest = path;
  rest.remove_prefix(std::min(prefix.size(), rest.size()));
  if (rest.ends_with('/')) rest.remove_suffix(1);
  return rest;
}

std::unexpected<Error> off() {
  return fail(Code::not_found, "no_such_route", "there is nothing at this path");
}

}  // namespace

Task<Result<Response>> Runner::jobe(Call call, Request request) {
  if (!config_.jobe) co_return off();
  const auto path = below(request.path(), "/jobe/index.php/restapi/");
  if (path == "languages") {
    if (request.method() != "GET") co_return compat::wrong_method("GET, HEAD");
    CO_TRY(const auto offered, co_await list_languages(std::move(call), {}));
    co_return compat::jobe::languages(offered);
  }
  if (path == "files" && request.method() == "POST")
    co_return compat::jobe::refusal(
        fail(Code::permission_denied, "no_id", "a file needs an id: PUT files/<id>").error());
  if (path.starts_with("files/"))
    co_return jobe_file(call, request, std::string(path.substr(std::string_view("files/").size())));
  if (path != "runs") co_return compat::jobe::refusal(off().error());
  if (request.method() != "POST") co_return compat::wrong_method("POST");
  const auto find_file = [&](const std::string& id) {
    return jobe_files_.find(call.user_id(), id);
  };
  auto wanted = compat::jobe::read_run(request.body(), maxima_, find_file);
  if (!wanted) co_return compat::jobe::refusal(wanted.error());
  const auto result = co_await run(std::move(call), *std::move(wanted));
  co_return result ? compat::jobe::run_answer(*result) : compat::jobe::refusal(result.error());
}

Response Runner::jobe_file(const Call& call, const Request& request, const std::string& id) {
  if (!compat::jobe::good_file_id(id))
    return compat::jobe::refusal(
        bad_field("", "bad_file_id", "a file's id is 8 to 128 letters and digits").error());
  // HEAD comes as GET.
  if (request.method() == "GET")
    return compat::nothing(jobe_files_.find(call.user_id(), id) ? 204 : 404);
  if (request.method() != "PUT") return compat::wrong_method("HEAD, PUT");
  auto content = compat::jobe::read_file(request.body());
  if (!content) return compat::jobe::refusal(content.error());
  const bool kept = jobe_files_.put(call.user_id(), id, *std::move(content));
  jobe_files_bytes_.set(jobe_files_.bytes());
  if (kept) return compat::nothing(204);
  return compat::jobe::refusal(bad_field("file_contents", "too_large", "is too large").error());
}

Task<Result<Response>> Runner::judge0(Call call, Request request) {
  namespace judge0 = compat::judge0;
  if (!config_.judge0) co_return off();
  const auto path = below(request.path(), "/judge0/");
  const bool get = request.method() == "GET";
  if (path == "statuses") co_return get ? judge0::statuses() : compat::wrong_method("GET, HEAD");
  if (path == "languages" || path.starts_with("languages/")) {
    if (!get) co_return compat::wrong_method("GET, HEAD");
    CO_TRY(const auto offered, co_await list_languages(std::move(call), {}));
    if (path == "languages") co_return judge0::languages(offered);
    co_return judge0::language(offered, path.substr(std::string_view("languages/").size()));
  }
  if (path == "submissions/batch")
    co_return judge0::error(400, "batched submissions are not allowed");
  if (path != "submissions")
    co_return judge0::error(404, "there is nothing at this path; no submissions are kept here");
  if (request.method() != "POST") co_return compat::wrong_method("POST");
  const auto options = judge0::read_options(request.query());
  if (!options) co_return judge0::refusal(options.error());
  auto wanted = judge0::read_submission(request.body(), *options, maxima_);
  if (!wanted) co_return judge0::refusal(wanted.error());
  const auto result = co_await run(std::move(call), *std::move(wanted));
  co_return result ? judge0::submission_answer(*result, *options) : judge0::refusal(result.error());
}

Task<Result<Response>> Runner::piston(Call call, Request request) {
  namespace piston = compat::piston;
  if (!config_.piston) co_return off();
  const auto path = below(request.path(), "/api/v2/");
  if (path == "runtimes") {
    if (request.method() != "GET") co_return compat::wrong_method("GET, HEAD");
    CO_TRY(const auto offered, co_await list_languages(std::move(call), {}));
    co_return piston::runtimes(offered);
  }
  if (path != "execute") co_return piston::message(404, "Not Found");
  if (request.method() != "POST") co_return compat::wrong_method("POST");
  auto job = piston::read_job(request.body(), maxima_);
  if (!job) co_return piston::refusal(job.error());
  const auto* language = find_language(job->run.language());
  const auto version = compat::version_number(co_await version_of(language));
  if (!piston::will_do(job->version, version))
    co_return piston::refusal(piston::unknown_runtime(job->language, job->version));
  const auto result = co_await run(std::move(call), job->run);
  co_return result ? piston::job_answer(job->run, *result, version)
                   : piston::refusal(result.error());
}

}  // namespace lyceum::runner
