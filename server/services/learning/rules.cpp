#include "services/learning/rules.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>

#include "services/learning/text.h"

namespace lyceum::learning::rules {
namespace {

// From harmless to severe (runner.proto says what they mean).
constexpr std::array<std::string_view, 14> severity = {"AC",  "SK",   "WA",       "RE",  "SIG",
                                                       "OLE", "MLE",  "WTLE",     "TLE", "SV",
                                                       "CE",  "CTLE", "CANCELED", "IE"};

std::size_t severity_of(std::string_view status) {
  // What nobody has heard of is our fault.
  return static_cast<std::size_t>(std::ranges::find(severity, status) - severity.begin());
}

std::size_t bytes_of(const internal::Answer& answer) {
  std::size_t bytes = 0;
  for (const auto& file : answer.files()) bytes += file.path().size() + file.content().size();
  for (const auto& choice : answer.choices()) bytes += choice.size();
  for (const auto& one : answer.answers()) bytes += one.ByteSizeLong();
  return bytes;
}

Result<void> check_size(const internal::Answer& answer) {
  if (bytes_of(answer) <= answer_bytes_max) return {};
  return bad_field(answer.files().empty() ? "answers" : "files", "answer_too_large",
                   fmt::format("an answer has at most {} KiB", answer_bytes_max >> 10));
}

// Only what belongs to the component's kind may be there.
Result<void> check_kind(const internal::Component& component,
                        const std::string& language,
                        const internal::Answer& answer) {
  const std::string& type = component.type();
  const auto wrong = [&](const char* field) {
    return bad_field(field, "wrong_kind_of_answer", fmt::format("this is no answer to a {}", type));
  };
  if (type != "editor" && !language.empty()) return wrong("language");
  if (type != "editor" && !answer.files().empty()) return wrong("files");
  if (type != "editor" && !answer.entry().empty()) return wrong("entry");
  if (type != "mcq" && !answer.choices().empty()) return wrong("choices");
  if (type != "quiz" && !answer.answers().empty()) return wrong("answers");
  if (type == "editor" &&
      std::ranges::find(component.editor().starters(), language, &v1::Starter::language) ==
          component.editor().starters().end())
    return bad_field("language", "language_not_offered",
                     "this exercise is not to be solved in this language");
  return {};
}

Result<void> check_choices(const google::protobuf::RepeatedPtrField<internal::Option>& options,
                           const google::protobuf::RepeatedPtrField<std::string>& choices,
                           bool multiple,
                           const std::string& field) {
  std::set<std::string_view> seen;
  for (const auto& choice : choices) {
    if (std::ranges::find(options, choice, &internal::Option::id) == options.end())
      return bad_field(field, "no_such_option", "there is no such option");
    if (!seen.insert(choice).second)
      return bad_field(field, "chosen_twice", "an option is there twice");
  }
  if (!multiple && choices.size() > 1)
    return bad_field(field, "too_many_choices", "only one option can be chosen");
  return {};
}

Result<void> check_quiz(const internal::Quiz& quiz, const internal::Answer& answer) {
  if (answer.answers().empty()) return bad_field("answers", "missing", "nothing is answered");
  std::set<std::string_view> seen;
  for (int i = 0; i < answer.answers_size(); ++i) {
    const auto& one = answer.answers(i);
    const std::string field = fmt::format("answers[{}].", i);
    const auto question =
        std::ranges::find(quiz.questions(), one.question_id(), &internal::Question::id);
    if (question == quiz.questions().end())
      return bad_field(field + "question_id", "no_such_question", "there is no such question");
    if (!seen.insert(one.question_id()).second)
      return bad_field(field + "question_id", "answered_twice", "a question is there twice");
    TRY_VOID(check_choices(question->options(), one.choices(), question->kind() == "multiple",
                           field + "choices"));
  }
  return {};
}

const v1::Starter* starter_of(const internal::Component& component, const std::string& language) {
  for (const auto& starter : component.editor().starters())
    if (starter.language() == language) return &starter;
  return nullptr;
}

// Of all the points of its groups, 0 to 1.
double share_of(const internal::Editor& editor, const internal::GroupScores& groups) {
  double got = 0, most = 0;
  for (const auto& group : groups.groups()) got += group.score();
  for (const auto& group : editor.groups()) most += group.max_score();
  constexpr double rounding = 1e-9;  // shares of a group do not always add up exactly
  return got > most * (1 - rounding) ? 1 : std::clamp(got / most, 0.0, 1.0);
}

bool has_file(const google::protobuf::RepeatedPtrField<runner::v1::File>& files,
              const std::string& path) {
  return std::ranges::find(files, path, &runner::v1::File::path) != files.end();
}

}  // namespace

bool is_safe_path(std::string_view path, std::size_t bytes_max) {
  if (path.empty() || path.size() > bytes_max) return false;
  if (std::ranges::any_of(
          path, [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127 || c == '\\'; }))
    return false;
  while (true) {
    const auto end = path.find('/');
    const auto part = path.substr(0, end);
    if (part.empty() || part == "." || part == "..") return false;
    if (end == std::string_view::npos) return true;
    path.remove_prefix(end + 1);
  }
}

std::optional<Error> files_problem(std::span<const runner::v1::File> files) {
  const auto wrong = [](std::size_t i, const char* reason, const char* message) {
    return Error{Code::invalid_argument, reason, message, fmt::format("files[{}].path", i), 0};
  };
  if (files.empty())
    return Error{Code::invalid_argument, "missing", "there is no file", "files", 0};
  if (files.size() > 50)
    return Error{Code::invalid_argument, "too_many_files", "there are more than 50 files", "files",
                 0};
  std::set<std::string> seen;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    bytes += files[i].path().size() + files[i].content().size();
    if (!is_safe_path(files[i].path()))
      return wrong(i, "bad_path", "a path is relative, without \"..\" and control characters");
    if (!seen.insert(files[i].path()).second)
      return wrong(i, "path_twice", "a path is there twice");
  }
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto below = seen.lower_bound(files[i].path() + "/");
    if (below != seen.end() && below->starts_with(files[i].path() + "/"))
      return wrong(i, "bad_path", "a path is a file and a folder");
  }
  if (bytes > answer_bytes_max)
    return Error{Code::invalid_argument, "answer_too_large", "the files have more than 256 KiB",
                 "files", 0};
  return std::nullopt;
}

bool is_submittable(const internal::Component& component) {
  return component.type() == "editor" || component.type() == "mcq" || component.type() == "quiz";
}

int validator_count(const internal::Component& component) {
  if (component.type() == "editor") return component.editor().tests_size();
  if (component.type() == "quiz") return component.quiz().questions_size();
  return component.type() == "mcq" ? 1 : 0;
}

Result<void> check_draft(const internal::Component& component,
                         const std::string& language,
                         const internal::Answer& answer) {
  TRY_VOID(check_kind(component, language, answer));
  TRY_VOID(check_size(answer));
  for (int i = 0; i < answer.files_size(); ++i)
    if (!is_safe_path(answer.files(i).path()))
      return bad_field(fmt::format("files[{}].path", i), "bad_path",
                       "a path is relative, without \"..\" and control characters");
  return {};
}

Result<void> check_answer(const internal::Component& component,
                          const std::string& language,
                          const internal::Answer& answer) {
  TRY_VOID(check_kind(component, language, answer));
  TRY_VOID(check_size(answer));
  if (component.type() == "quiz") return check_quiz(component.quiz(), answer);
  if (component.type() == "mcq") {
    if (answer.choices().empty()) return bad_field("choices", "missing", "nothing is chosen");
    return check_choices(component.mcq().options(), answer.choices(), component.mcq().multiple(),
                         "choices");
  }
  const std::vector<runner::v1::File> files(answer.files().begin(), answer.files().end());
  if (auto bad = files_problem(files)) return fail(*std::move(bad));
  if (!answer.entry().empty() && !has_file(answer.files(), answer.entry()))
    return bad_field("entry", "no_such_file", "the entry is none of the files");
  return {};
}

runner::v1::RunRequest program(const internal::Component& component,
                               const std::string& language,
                               const internal::Answer& answer) {
  runner::v1::RunRequest request;
  request.set_language(language);
  const auto* starter = starter_of(component, language);
  for (const auto& file : starter->files()) {
    if (!file.readonly()) continue;
    auto& made = *request.add_files();
    made.set_path(file.path());
    made.set_content(file.content());
  }
  for (const auto& file : answer.files())
    if (!has_file(request.files(), file.path())) *request.add_files() = file;
  const std::string& entry = answer.entry().empty() ? starter->entry() : answer.entry();
  if (!entry.empty() && has_file(request.files(), entry)) request.set_entry(entry);
  *request.mutable_limits() = component.editor().limits();
  *request.mutable_compare() = component.editor().compare();
  if (component.editor().has_interactor())
    *request.mutable_interactor() = component.editor().interactor();
  return request;
}

void add_test(runner::v1::RunRequest& request, const internal::Component& component, int position) {
  const auto& test = component.editor().tests(position);
  auto& made = *request.add_tests();
  made.set_id(std::to_string(position));
  made.set_stdin(test.stdin());
  made.set_expected(test.expected());
}

const std::string& worse(const std::string& a, const std::string& b) {
  return severity_of(b) > severity_of(a) ? b : a;
}

Score score(const internal::Component& component,
            std::span<const std::string> statuses,
            const internal::GroupScores& groups) {
  const auto weight = [&](std::size_t i) {
    return component.type() == "editor" ? component.editor().tests(static_cast<int>(i)).weight()
                                        : 1.0;
  };
  Score out{"AC", 0};
  double passed = 0, all = 0;
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    out.status = worse(out.status, statuses[i]);
    all += weight(i);
    if (statuses[i] == "AC") passed += weight(i);
  }
  if (!component.editor().groups().empty())
    out.score = share_of(component.editor(), groups);
  else if (out.status == "AC")
    out.score = 1;
  else if (all > 0)
    out.score = std::clamp(passed / all, 0.0, 1.0);
  // Enough right answers pass a quiz.
  if (component.type() == "quiz" && out.score >= component.quiz().pass()) out.status = "AC";
  return out;
}

}  // namespace lyceum::learning::rules
