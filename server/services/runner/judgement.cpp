#include "services/runner/judgement.h"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <fmt/format.h>

#include "services/runner/output.h"
#include "services/runner/rules.h"

namespace lyceum::runner {
namespace {

constexpr int accepted = 42, refused = 43;
constexpr std::size_t message_max = 4 << 10;  // bytes, each
constexpr std::size_t errors_max = 1 << 10;   // of what a broken validator says on its stderr

std::string how_it_ended(const JobResult& result) {
  switch (result.end) {
    case End::exited:
      return fmt::format("ended with exit code {}", result.exit_code);
    case End::signaled:
      return "was killed by " + signal_name(result.signal);
    case End::cpu:
      return "took more processor time than it may";
    case End::wall:
      return "took longer than it may";
    case End::output:
      return "wrote more than it may";
    case End::memory:
      return "took more memory than it may";
  }
  return "ended";
}

std::optional<std::string> feedback(const JobResult& result,
                                    std::string_view name,
                                    std::size_t most) {
  const auto file =
      std::ranges::find(result.artifacts, "out/" + std::string(name), &SandboxFile::path);
  if (file == result.artifacts.end()) return {};
  // Some room for what is cut in the middle of a character.
  return safe_text(beginning_of(*file->content, static_cast<std::int64_t>(most) + 4), most);
}

// The whole text, but for white space around it, as a number from 0 to 1.
std::optional<double> score_in(std::string_view text) {
  constexpr std::string_view white = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(white), text.size()));
  text = text.substr(0, text.find_last_not_of(white) + 1);
  double value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return value >= 0 && value <= 1 ? std::optional(value) : std::nullopt;
}

Judgement internal_error(std::string what, std::string_view detail) {
  Judgement out;
  out.status = "IE";
  if (!detail.empty()) what += ":\n" + safe_text(detail, errors_max);
  out.judge_message = std::move(what);
  return out;
}

}  // namespace

const std::vector<std::string>& feedback_files() {
  static const std::vector<std::string> names = {"score.txt", "teammessage.txt",
                                                 "judgemessage.txt"};
  return names;
}

Judgement judgement_of(const JobResult& validator, std::string_view who) {
  const int code = validator.exit_code;
  if (validator.end != End::exited || (code != accepted && code != refused))
    return internal_error(fmt::format("the {} {}", who, how_it_ended(validator)), validator.err);
  Judgement out;
  out.status = code == accepted ? "AC" : "WA";
  out.message = feedback(validator, "teammessage.txt", message_max);
  out.judge_message = feedback(validator, "judgemessage.txt", message_max);
  const auto score = feedback(validator, "score.txt", message_max);
  if (code != accepted || !score) return out;
  out.score = score_in(*score);
  if (!out.score)
    return internal_error(fmt::format("the {}'s score.txt is no number from 0 to 1", who), *score);
  return out;
}

Judgement broken(std::string_view who, const JobResult& compiler) {
  return internal_error(fmt::format("the {} does not compile", who),
                        compiler.err.empty() ? compiler.out : compiler.err);
}

Judgement judge_talk(const Ending& program, Judgement interactor, const JobResult& ended) {
  const bool failed = program.status != "AC";
  const bool left_alone = ended.end == End::signaled && ended.signal == SIGPIPE;
  if (left_alone && !failed)
    return {.status = "WA",
            .score = {},
            .message = {},
            .judge_message = "the program did not read what the interactor wrote"};
  const bool told_to_stop = interactor.status == "WA" && program.signal == SIGPIPE;
  const bool first = !left_alone && (!program.first || told_to_stop);
  if (!failed || (first && interactor.status != "AC")) return interactor;
  interactor.status = program.status;
  interactor.score.reset();
  return interactor;
}

}  // namespace lyceum::runner
