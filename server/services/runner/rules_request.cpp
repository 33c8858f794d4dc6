// Which requests are sound.

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <set>

#include "services/runner/rules.h"

namespace lyceum::runner {
namespace {

using Files = google::protobuf::RepeatedPtrField<api::File>;

constexpr std::size_t path_max = 240;  // bytes; the sandbox's messages end at 255
constexpr double score_max = 1'000'000;
constexpr std::size_t arguments_max = 16 << 10;  // bytes, of a validator, together

Result<void> check_files(const Files& files, const std::string& where) {
  std::set<std::string_view> paths;
  for (int i = 0; i < files.size(); ++i) {
    const auto& path = files[i].path();
    if (!good_path(path))
      return bad_field(fmt::format("{}files[{}].path", where, i), "bad_path",
                       "a file's path is relative, with \"/\" between its parts, without \".\", "
                       "\"..\" and control characters");
    if (!paths.insert(path).second)
      return bad_field(fmt::format("{}files[{}].path", where, i), "duplicate_path",
                       "there are two files with this path");
  }
  // "a" and "a/b" cannot both be: what begins with "a/" comes after "a" in the set.
  for (const auto path : paths) {
    const auto below = paths.lower_bound(std::string(path) + "/");
    if (below != paths.end() && below->starts_with(std::string(path) + "/"))
      return bad_field(where + "files", "duplicate_path",
                       fmt::format("\"{}\" is a file and a folder", path));
  }
  return {};
}

Result<void> check_limit(std::string_view name, bool given, std::int64_t value, std::int64_t most) {
  if (!given || value <= most) return {};
  return bad_field(fmt::format("limits.{}", name), "limit_too_large",
                   fmt::format("the most that this server gives is {}", most));
}

Result<void> check_limits(const api::Limits& limits, const Maxima& maxima) {
  TRY_VOID(check_limit("cpu_ms", limits.has_cpu_ms(), limits.cpu_ms(), maxima.cpu_ms));
  TRY_VOID(check_limit("wall_ms", limits.has_wall_ms(), limits.wall_ms(), maxima.wall_ms));
  TRY_VOID(check_limit("memory_bytes", limits.has_memory_bytes(), limits.memory_bytes(),
                       maxima.memory_bytes));
  TRY_VOID(check_limit("output_bytes", limits.has_output_bytes(), limits.output_bytes(),
                       maxima.output_bytes));
  return check_limit("processes", limits.has_processes(), limits.processes(), maxima.processes);
}

Result<void> check_tolerance(std::string_view name, bool given, double value) {
  if (!given || (std::isfinite(value) && value >= 0)) return {};
  return bad_field(fmt::format("compare.{}", name), "bad_tolerance",
                   "a tolerance is a number of 0 or more");
}

Result<void> check_validator(const api::Validator& validator, const std::string& where) {
  TRY(const auto* language, usable_language(validator.language(), where));
  TRY_VOID(check_files(validator.files(), where));
  for (int i = 0; i < validator.files_size(); ++i) {
    const auto& path = validator.files(i).path();
    for (const std::string_view own : {"input", "judge_answer"})
      if (path == own || path.starts_with(std::string(own) + "/"))
        return bad_field(fmt::format("{}files[{}].path", where, i), "reserved_path",
                         fmt::format("\"{}\" is the test's", own));
  }
  std::size_t bytes = 0;
  for (int i = 0; i < validator.arguments_size(); ++i) {
    const auto& argument = validator.arguments(i);
    bytes += argument.size();
    if (argument.contains('\0'))
      return bad_field(fmt::format("{}arguments[{}]", where, i), "bad_argument",
                       "an argument has no character of the code 0");
  }
  if (bytes > arguments_max)
    return bad_field(where + "arguments", "too_long",
                     fmt::format("all arguments together have at most {} bytes", arguments_max));
  const auto entry = choose_entry(validator, *language, where);
  if (!entry) return fail(entry.error());
  return {};
}

Result<void> check_compare(const api::RunRequest& request) {
  const auto& compare = request.compare();
  TRY_VOID(check_tolerance("float_abs", compare.has_float_abs(), compare.float_abs()));
  TRY_VOID(check_tolerance("float_rel", compare.has_float_rel(), compare.float_rel()));
  const bool asked = compare.mode() == "checker";
  if (asked && request.has_interactor())
    return bad_field("compare.mode", "checker_and_interactor",
                     "an interactor judges by itself: there is no checker beside it");
  if (asked && !compare.has_checker())
    return bad_field("compare.checker", "checker_missing", "say which program is the checker");
  if (!asked && compare.has_checker())
    return bad_field("compare.checker", "checker_unused",
                     "a checker is used with the mode \"checker\" alone");
  return {};
}

// Gives the place of every group by its id.
Result<std::map<std::string_view, int>> check_groups(const api::RunRequest& request) {
  std::map<std::string_view, int> places;
  for (int i = 0; i < request.groups_size(); ++i) {
    const auto& group = request.groups(i);
    const double most = group.max_score();
    if (!std::isfinite(most) || most <= 0 || most > score_max)
      return bad_field(fmt::format("groups[{}].max_score", i), "bad_score",
                       "a score is more than 0 and at most 1,000,000");
    for (int k = 0; k < group.require_pass_size(); ++k)
      if (!places.contains(group.require_pass(k)))
        return bad_field(fmt::format("groups[{}].require_pass[{}]", i, k), "no_earlier_group",
                         "a group can require only groups that come before it");
    if (!places.emplace(group.id(), i).second)
      return bad_field(fmt::format("groups[{}].id", i), "duplicate_id",
                       "there are two groups with this id");
  }
  return places;
}

// Every test in one group, every group with a test, and what is required before what requires it:
// so a test depends on tests before it alone.
Result<void> check_membership(const api::RunRequest& request) {
  TRY(const auto places, check_groups(request));
  std::map<std::string_view, int> last;  // test of a group
  for (int i = 0; i < request.tests_size(); ++i) {
    const auto& test = request.tests(i);
    const auto field = fmt::format("tests[{}].group", i);
    if (!places.empty() && test.group().empty())
      return bad_field(field, "group_missing", "where there are groups, every test is in one");
    if (!test.group().empty() && !places.contains(test.group()))
      return bad_field(field, "unknown_group", "there is no group with this id");
    last[test.group()] = i;
  }
  for (int i = 0; i < request.groups_size(); ++i)
    if (!last.contains(request.groups(i).id()))
      return bad_field(fmt::format("groups[{}].id", i), "group_empty", "no test is in this group");
  for (int i = 0; i < request.tests_size() && !places.empty(); ++i) {
    const auto& group = request.groups(places.at(request.tests(i).group()));
    for (const auto& required : group.require_pass())
      if (last.at(required) > i)
        return bad_field(fmt::format("tests[{}].group", i), "group_order",
                         fmt::format("the tests of \"{}\" must come before those of \"{}\", which "
                                     "requires it",
                                     required, group.id()));
  }
  return {};
}

}  // namespace

Result<void> check_request(const api::RunRequest& request, const Maxima& maxima) {
  TRY_VOID(check_files(request.files(), ""));
  std::set<std::string_view> ids;
  for (int i = 0; i < request.tests_size(); ++i) {
    if (!ids.insert(request.tests(i).id()).second)
      return bad_field(fmt::format("tests[{}].id", i), "duplicate_id",
                       "there are two tests with this id");
  }
  TRY_VOID(check_limits(request.limits(), maxima));
  TRY_VOID(check_compare(request));
  TRY_VOID(check_membership(request));
  const auto* validator = validator_of(request);
  if (!validator) return {};
  return check_validator(*validator, request.has_interactor() ? "interactor." : "compare.checker.");
}

const api::Validator* validator_of(const api::RunRequest& request) {
  if (request.has_interactor()) return &request.interactor();
  return request.compare().has_checker() ? &request.compare().checker() : nullptr;
}

Result<const Language*> usable_language(const std::string& key, const std::string& where) {
  const Language* language = find_language(key);
  if (!language)
    return bad_field(where + "language", "unknown_language", "this server knows no such language");
  if (!tools_installed(*language))
    return bad_field(where + "language", "language_not_installed",
                     "the tools of this language are not installed here");
  return language;
}

Result<std::string> choose_entry(const Files& files,
                                 const std::string& named,
                                 const Language& language,
                                 const std::string& where) {
  const auto has = [&](std::string_view path) {
    return std::ranges::any_of(files, [&](const auto& file) { return file.path() == path; });
  };
  if (!named.empty()) {
    if (has(named)) return named;
    return bad_field(where + "entry", "unknown_entry", "the entry is the path of one of the files");
  }
  if (files.size() == 1) return files[0].path();
  if (has(language.main)) return language.main;
  for (const auto& ending : language.sources)
    if (has("main" + ending)) return "main" + ending;
  return bad_field(where + "entry", "entry_missing",
                   fmt::format("say which file to begin with, or name it {}", language.main));
}

bool good_path(std::string_view path) {
  if (path.empty() || path.size() > path_max || path.starts_with('/') || path.ends_with('/'))
    return false;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const auto c = static_cast<unsigned char>(path[i]);
    if (c < 0x20 || c == 0x7f) return false;
    // U+0080 to U+009F are control characters as well.
    if (c == 0xc2 && i + 1 < path.size() && static_cast<unsigned char>(path[i + 1]) < 0xa0)
      return false;
  }
  for (std::string_view rest = path;;) {
    const auto part = rest.substr(0, rest.find('/'));
    if (part.empty() || part == "." || part == "..") return false;
    if (part.size() == rest.size()) return true;
    rest.remove_prefix(part.size() + 1);
  }
}

}  // namespace lyceum::runner
