// Any bytes as a request in another runner's words. Beyond not crashing: what is accepted has
// limits within the maxima and, if the runner takes it, can be run; what is refused is answered
// with a status and a body that say so. The first line says who is asked: "runs", "files",
// "submissions" and their query, "execute".
#include <cstdint>
#include <memory>
#include <simdjson.h>
#include <string>
#include <string_view>

#include "services/runner/compat/jobe.h"
#include "services/runner/compat/judge0.h"
#include "services/runner/compat/piston.h"
#include "services/runner/fuzz/accepted.h"

namespace lyceum::runner::compat {
namespace {

const Maxima maxima;

void check_answer(const Response& response) {
  simdjson::dom::parser parser;
  require(response.status() >= 400 && response.status() < 500);
  require(parser.parse(response.body()).error() == simdjson::SUCCESS);
}

// Where the runner refuses it after all, the refusal is told in the same words.
template <class Refusal>
void check(const api::RunRequest& request, Refusal refusal) {
  require(check_sizes(request).has_value());
  const auto entry = check_all(request, maxima);
  if (!entry) return check_answer(refusal(entry.error()));
  check_accepted(request, *entry, maxima);
}

void ask_jobe(std::string_view body) {
  const auto find_file = [](const std::string& id) {
    return id.starts_with("none") ? nullptr : std::make_shared<const std::string>("content");
  };
  const auto run = jobe::read_run(body, maxima, find_file);
  if (!run) return check_answer(jobe::refusal(run.error()));
  check(*run, jobe::refusal);
}

void put_file(std::string_view body) {
  const auto content = jobe::read_file(body);
  if (!content) check_answer(jobe::refusal(content.error()));
}

void ask_judge0(std::string_view query, std::string_view body) {
  const auto options = judge0::read_options(query);
  if (!options) return check_answer(judge0::refusal(options.error()));
  require(!options->fields.empty());
  const auto run = judge0::read_submission(body, *options, maxima);
  if (!run) return check_answer(judge0::refusal(run.error()));
  check(*run, judge0::refusal);
}

void ask_piston(std::string_view body) {
  const auto job = piston::read_job(body, maxima);
  if (!job) return check_answer(piston::refusal(job.error()));
  piston::will_do(job->version, "3.11.2");
  const auto version = version_number(job->version);
  require(piston::will_do(version, version));
  check(job->run, piston::refusal);
}

}  // namespace
}  // namespace lyceum::runner::compat

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lyceum::runner::compat;  // NOLINT(google-build-using-namespace)
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto end = std::min(bytes.find('\n'), bytes.size());
  const auto line = bytes.substr(0, end);
  const auto body = bytes.substr(std::min(end + 1, bytes.size()));
  lyceum::runner::require(lyceum::text::is_utf8(as_utf8(bytes)));
  if (line == "runs") ask_jobe(body);
  if (line == "files") put_file(body);
  if (line == "execute") ask_piston(body);
  if (line.starts_with("submissions?")) ask_judge0(line.substr(12), body);
  return 0;
}
