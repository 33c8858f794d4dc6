#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "services/learning/rules.h"
#include "services/learning/text.h"

// Marking choices and texts, and what of a result is kept and shown.

namespace lyceum::learning::rules {
namespace {

using Options = google::protobuf::RepeatedPtrField<internal::Option>;
using Choices = google::protobuf::RepeatedPtrField<std::string>;

bool chosen_right(const Options& options, const Choices& choices) {
  const std::set<std::string> chosen(choices.begin(), choices.end());
  return std::ranges::all_of(
      options, [&](const auto& option) { return option.right() == chosen.contains(option.id()); });
}

// Without spaces around and with one between words, in small letters.
std::string plain(std::string_view text) {
  std::string out;
  bool gap = false;
  for (const char c : lower(text)) {
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      gap = !out.empty();
      continue;
    }
    if (gap) out += ' ';
    gap = false;
    out += c;
  }
  return out;
}

bool number_right(const internal::Question& question, std::string_view typed) {
  std::string text = plain(typed);
  if (text.starts_with('+')) text.erase(0, 1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number))
    return false;
  return std::abs(number - question.number()) <= question.tolerance();
}

bool question_right(const internal::Question& question, const v1::Answer& answer) {
  if (question.kind() == "single" || question.kind() == "multiple")
    return chosen_right(question.options(), answer.choices());
  if (question.kind() == "number") return number_right(question, answer.text());
  const std::string typed = plain(answer.text());
  return std::ranges::any_of(question.answers(),
                             [&](const auto& right) { return plain(right) == typed; });
}

v1::ValidatorResult marked(std::int64_t validator_id, bool right) {
  v1::ValidatorResult result;
  result.set_validator_id(validator_id);
  result.set_visible(true);
  result.set_status(right ? "AC" : "WA");
  return result;
}

// The first line of a prompt, short enough for a list.
std::string name_of(const std::string& prompt) {
  constexpr std::size_t name_max = 80;
  const auto start = prompt.find_first_not_of(" \n\r\t");
  if (start == std::string::npos) return {};
  const auto line = prompt.substr(start, prompt.find('\n', start) - start);
  return line.size() <= name_max ? line : cut_utf8(line, name_max - 3) + "…";
}

// Base64 is cut where a group of four ends, text where a character does.
bool cut(std::string& text, bool base64, std::size_t max) {
  if (text.size() <= max) return false;
  if (base64)
    text.resize(max / 4 * 4);
  else
    text = cut_utf8(text, max);
  return true;
}

void complete_test(v1::ValidatorResult& result, const internal::Editor& editor, int position) {
  const auto& test = editor.tests(position);
  result.set_name(test.name());
  if (!test.group().empty()) result.set_group(test.group());
  if (!test.visible()) return;
  result.set_stdin(test.stdin());
  if (is_compared(editor)) result.set_expected(test.expected());
  if (result.status() != "AC" && !test.hint().empty()) result.set_hint(test.hint());
}

}  // namespace

std::vector<v1::ValidatorResult> mark(const internal::Component& component,
                                      const internal::Answer& answer) {
  std::vector<v1::ValidatorResult> results;
  if (component.type() == "mcq") {
    const bool right = chosen_right(component.mcq().options(), answer.choices());
    results.push_back(marked(component.mcq().id(), right));
  }
  for (const auto& question : component.quiz().questions()) {
    const auto given = std::ranges::find(answer.answers(), question.id(), &v1::Answer::question_id);
    const bool right = given != answer.answers().end() && question_right(question, *given);
    results.push_back(marked(question.validator_id(), right));
  }
  return results;
}

v1::ValidatorResult result_of(const internal::Test& test,
                              const runner::v1::TestResult& result,
                              std::size_t output_max) {
  v1::ValidatorResult out;
  out.set_validator_id(test.id());
  out.set_visible(test.visible());
  out.set_status(result.status());
  out.set_cpu_ms(result.cpu_ms());
  out.set_memory_bytes(result.memory_bytes());
  if (!test.visible()) return out;
  out.set_stdout(result.stdout());
  out.set_stderr(result.stderr());
  if (result.has_stdout_encoding()) out.set_stdout_encoding(result.stdout_encoding());
  if (result.has_stderr_encoding()) out.set_stderr_encoding(result.stderr_encoding());
  const bool cut_out = cut(*out.mutable_stdout(), result.has_stdout_encoding(), output_max);
  const bool cut_err = cut(*out.mutable_stderr(), result.has_stderr_encoding(), output_max);
  out.set_truncated(result.truncated() || cut_out || cut_err);
  out.set_exit_code(result.exit_code());
  if (result.has_signal()) out.set_signal(result.signal());
  if (result.has_forbidden_call()) out.set_forbidden_call(result.forbidden_call());
  if (result.has_message()) out.set_message(cut_utf8(result.message(), output_max));
  return out;
}

void cut_output(runner::v1::CompileResult& compile, std::size_t output_max) {
  const bool cut_out = cut(*compile.mutable_stdout(), compile.has_stdout_encoding(), output_max);
  const bool cut_err = cut(*compile.mutable_stderr(), compile.has_stderr_encoding(), output_max);
  if (cut_out || cut_err) compile.set_truncated(true);
}

void complete(v1::ValidatorResult& result, const internal::Component& component, int position) {
  if (component.type() == "editor" && position < component.editor().tests_size())
    complete_test(result, component.editor(), position);
  if (component.type() == "quiz" && position < component.quiz().questions_size())
    result.set_name(name_of(component.quiz().questions(position).prompt()));
  if (component.type() == "mcq") {
    result.set_name(name_of(component.mcq().question()));
    // It would give the key away before.
    if (result.status() == "AC" && !component.mcq().explanation().empty())
      result.set_explanation(component.mcq().explanation());
  }
}

}  // namespace lyceum::learning::rules
