#include <fmt/format.h>

#include "cli/course_folder.h"
#include "cli/reach.h"
#include "contract/learning.rpc.h"

namespace lyceum::cli {
namespace {

using learning::v1::LearningApi;

struct FolderCommand {
  ParseResult result;
  std::string folder;
};

FolderCommand parse_folder(const Arguments& arguments,
                           const std::string& usage,
                           options::options_description visible) {
  options::options_description hidden;
  hidden.add_options()("folder", options::value<std::string>()->required());
  options::positional_options_description positional;
  positional.add("folder", 1);
  FolderCommand out{parse(arguments, usage, std::move(visible), positional, hidden), {}};
  if (!out.result.exit_code) out.folder = out.result.parsed.text("folder");
  return out;
}

// "first-steps/cpp/sieve/content.yaml:12: components[1].tests[0].in: there is no such file"
void print_problems(const learning::v1::ImportCourseResponse& answer, const std::string& folder) {
  for (const auto& problem : answer.problems()) {
    fmt::print(stderr, "{}/{}{}: {}{}{}\n", folder, problem.file(),
               problem.line() > 0 ? fmt::format(":{}", problem.line()) : "", problem.field(),
               problem.field().empty() ? "" : ": ", problem.message());
  }
}

int import_folder(const FolderCommand& command, bool check_only) {
  auto request = read_course(command.folder);
  if (!request) return failed(request.error());
  request->set_check_only(check_only);
  request->set_run_solutions(command.result.parsed.has("run"));
  request->set_sample(command.result.parsed.has("sample"));
  auto reach = Reach::open(command.result.parsed);
  if (!reach) return failed(reach.error());
  auto& learning = (*reach)->get<LearningApi>(learning::v1::connect_learning);
  const auto answer = (*reach)->call(learning, &LearningApi::import_course, *std::move(request));
  if (!answer) return failed(answer.error());
  print_problems(*answer, command.folder);
  if (answer->problems_size() > 0) return 1;
  if (check_only)
    fmt::print("{}: {} contents, nothing wrong\n", command.folder, answer->contents());
  else
    fmt::print("{}: {} contents, {} in a new version\n", command.folder, answer->contents(),
               answer->new_versions());
  return 0;
}

}  // namespace

int content_check(const Arguments& arguments) {
  auto visible = common_options();
  visible.add_options()("run", "also run every reference solution in the sandbox");
  const auto command = parse_folder(arguments,
                                    "lyceum content check FOLDER [--run]\n\nSays what is wrong "
                                    "with a course (docs/content-format.md); changes nothing.",
                                    visible);
  if (command.result.exit_code) return *command.result.exit_code;
  return import_folder(command, true);
}

int content_import(const Arguments& arguments) {
  auto visible = common_options();
  visible.add_options()                              //
      ("run", "run every reference solution first")  //
      ("sample", "its content marked `sample: true` becomes the exercise that guests see");
  const auto command = parse_folder(arguments,
                                    "lyceum content import FOLDER [--run] [--sample]\n\nEqual "
                                    "contents get no new version; everybody's work stays.",
                                    visible);
  if (command.result.exit_code) return *command.result.exit_code;
  return import_folder(command, false);
}

int content_export(const Arguments& arguments) {
  auto visible = common_options();
  visible.add_options()("key", options::value<std::string>()->required()->value_name("KEY"),
                        "the course's key: its folder's name at import");
  const auto command = parse_folder(arguments,
                                    "lyceum content export FOLDER --key KEY\n\nWrites the course "
                                    "into FOLDER, which must be new or empty.",
                                    visible);
  if (command.result.exit_code) return *command.result.exit_code;
  auto reach = Reach::open(command.result.parsed);
  if (!reach) return failed(reach.error());
  learning::v1::ExportCourseRequest request;
  request.set_key(command.result.parsed.text("key"));
  auto& learning = (*reach)->get<LearningApi>(learning::v1::connect_learning);
  const auto answer = (*reach)->call(learning, &LearningApi::export_course, std::move(request));
  if (!answer) return failed(answer.error());
  if (const auto written = write_course(command.folder, *answer); !written)
    return failed(written.error());
  fmt::print("{}: {} files\n", command.folder, answer->files_size());
  return 0;
}

}  // namespace lyceum::cli
