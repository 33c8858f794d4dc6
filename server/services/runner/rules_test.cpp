#include "services/runner/rules.h"

#include <algorithm>
#include <csignal>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/text.h"
#include "services/runner/output.h"

namespace lyceum::runner {
namespace {

api::RunRequest request(std::initializer_list<const char*> paths) {
  api::RunRequest out;
  out.set_language("python");
  for (const auto* path : paths) out.add_files()->set_path(path);
  out.add_tests()->set_id("1");
  return out;
}

const Language& language(std::string_view key) {
  return *find_language(key);
}

JobResult ended(End end, int code = 0) {
  JobResult out;
  out.end = end;
  (end == End::signaled ? out.signal : out.exit_code) = code;
  out.memory_bytes = 1000;
  return out;
}

std::string_view verdict(const JobResult& result,
                         const char* expected = nullptr,
                         const char* language = "cpp") {
  const JobLimits limits = {.memory_bytes = 1 << 20};
  const std::string text = expected ? expected : "";
  return judge(result, limits, *find_language(language), expected ? &text : nullptr, {});
}

TEST(RunnerRules, plain_paths_are_good) {
  for (const auto* path : {"main.cpp", "a/b/c.txt", "-o", "a b", "#x", "@list", ".hidden", "..a",
                           "a..b", "é/日本.py", "a\\b"})
    EXPECT_TRUE(good_path(path)) << path;
}

TEST(RunnerRules, paths_that_lead_elsewhere_are_refused) {
  for (const auto* path :
       {"", "/", "/etc/passwd", "a/", "a//b", ".", "..", "../a", "a/..", "a/../b", "./a", "a/.",
        "a/./b", "a\nb", "a\tb", "\x01", "\x7f", "a\xc2\x85"})
    EXPECT_FALSE(good_path(path)) << path;
  EXPECT_FALSE(good_path(std::string_view("a\0b", 3)));
  EXPECT_TRUE(good_path(std::string(240, 'a')));
  EXPECT_FALSE(good_path(std::string(241, 'a')));
}

RC_GTEST_PROP(RunnerRules, a_good_path_never_climbs, (const std::string& path)) {
  if (!good_path(path)) return;
  RC_ASSERT(path[0] != '/');
  RC_ASSERT(("/" + path + "/").find("/../") == std::string::npos);
  RC_ASSERT(path.find('\0') == std::string::npos);
}

TEST(RunnerRules, two_files_may_not_have_one_path) {
  const auto checked = check_request(request({"a.py", "b.py", "a.py"}), {});
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().field, "files[2].path");
  EXPECT_EQ(checked.error().reason, "duplicate_path");
}

TEST(RunnerRules, a_file_is_no_folder) {
  EXPECT_EQ(check_request(request({"a/b.py", "a-b", "a"}), {}).error().reason, "duplicate_path");
  EXPECT_TRUE(check_request(request({"a/b.py", "a/c.py", "ab"}), {}));
}

TEST(RunnerRules, tests_have_names_of_their_own) {
  auto asked = request({"a.py"});
  asked.add_tests()->set_id("1");
  EXPECT_EQ(check_request(asked, {}).error().field, "tests[1].id");
}

TEST(RunnerRules, a_limit_over_the_maximum_is_named) {
  const Maxima maxima;
  auto asked = request({"a.py"});
  asked.mutable_limits()->set_cpu_ms(maxima.cpu_ms);
  asked.mutable_limits()->set_memory_bytes(maxima.memory_bytes);
  EXPECT_TRUE(check_request(asked, maxima));
  asked.mutable_limits()->set_memory_bytes(maxima.memory_bytes + 1);
  const auto checked = check_request(asked, maxima);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, Code::invalid_argument);
  EXPECT_EQ(checked.error().reason, "limit_too_large");
  EXPECT_EQ(checked.error().field, "limits.memory_bytes");
}

TEST(RunnerRules, every_limit_has_its_maximum) {
  for (const auto* name : {"cpu_ms", "wall_ms", "memory_bytes", "output_bytes", "processes"}) {
    auto asked = request({"a.py"});
    auto& limits = *asked.mutable_limits();
    limits.GetReflection()->SetInt64(&limits, limits.GetDescriptor()->FindFieldByName(name),
                                     INT64_MAX);
    const auto checked = check_request(asked, {});
    ASSERT_FALSE(checked) << name;
    EXPECT_EQ(checked.error().field, std::string("limits.") + name);
  }
}

TEST(RunnerRules, a_tolerance_is_not_negative_and_is_a_number) {
  for (const double wrong :
       {-1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    auto asked = request({"a.py"});
    asked.mutable_compare()->set_float_abs(wrong);
    EXPECT_EQ(check_request(asked, {}).error().field, "compare.float_abs");
  }
}

TEST(RunnerRules, the_entry_is_named_or_the_only_file_or_main) {
  EXPECT_EQ(*choose_entry(request({"x.py"}), language("python")), "x.py");
  EXPECT_EQ(*choose_entry(request({"lib.py", "main.py"}), language("python")), "main.py");
  EXPECT_EQ(*choose_entry(request({"lib.cpp", "main.cc"}), language("cpp")), "main.cc");
  EXPECT_EQ(*choose_entry(request({"Lib.java", "Main.java"}), language("java")), "Main.java");
  EXPECT_EQ(choose_entry(request({"a.py", "b.py"}), language("python")).error().reason,
            "entry_missing");
  auto named = request({"a.py", "main.py"});
  named.set_entry("a.py");
  EXPECT_EQ(*choose_entry(named, language("python")), "a.py");
  named.set_entry("c.py");
  EXPECT_EQ(choose_entry(named, language("python")).error().field, "entry");
}

TEST(RunnerRules, silent_limits_are_the_languages_own) {
  const auto limits = limits_of(request({"a.py"}), language("python"), {});
  EXPECT_EQ(limits.cpu_ms, language("python").run_limits.cpu_ms);
  EXPECT_EQ(limits.memory_bytes, language("python").run_limits.memory_mib << 20);
  EXPECT_EQ(limits.output_max, output_default);
}

TEST(RunnerRules, more_processor_time_brings_more_wall_time) {
  auto asked = request({"a.py"});
  asked.mutable_limits()->set_cpu_ms(20'000);
  EXPECT_EQ(limits_of(asked, language("python"), {}).wall_ms, 41'000);
  asked.mutable_limits()->set_wall_ms(500);
  EXPECT_EQ(limits_of(asked, language("python"), {}).wall_ms, 500);
}

TEST(RunnerRules, every_end_has_its_verdict) {
  EXPECT_EQ(verdict(ended(End::exited)), "AC");
  EXPECT_EQ(verdict(ended(End::exited), "x"), "WA");
  EXPECT_EQ(verdict(ended(End::exited, 1), ""), "RE");
  EXPECT_EQ(verdict(ended(End::exited, 137)),
            "RE");  // what a shell says of a killed one is only a number
  EXPECT_EQ(verdict(ended(End::signaled, SIGSEGV)), "SIG");
  EXPECT_EQ(verdict(ended(End::signaled, SIGSYS)), "SV");
  EXPECT_EQ(verdict(ended(End::cpu)), "TLE");
  EXPECT_EQ(verdict(ended(End::wall)), "WTLE");
  EXPECT_EQ(verdict(ended(End::memory)), "MLE");
  EXPECT_EQ(verdict(ended(End::output)), "OLE");
}

TEST(RunnerRules, who_dies_over_the_memory_limit_died_of_memory) {
  auto result = ended(End::exited, 1);
  result.memory_bytes = 1 << 20;
  EXPECT_EQ(verdict(result), "MLE");
  result.exit_code = 0;
  EXPECT_EQ(verdict(result), "AC");
  result = ended(End::signaled, SIGABRT);
  result.memory_bytes = 2 << 20;
  EXPECT_EQ(verdict(result), "MLE");
}

TEST(RunnerRules, a_limit_below_what_a_sandbox_needs_is_kept_all_the_same) {
  auto result = ended(End::exited);
  result.memory_bytes = (1 << 20) + 4096;
  EXPECT_EQ(verdict(result), "MLE");
  EXPECT_EQ(verdict(result, nullptr, "java"), "AC");  // its machine's share is not the program's
  const JobLimits tiny = {.memory_bytes = 1};
  EXPECT_GE(with_runtime(tiny, language("cpp")).memory_bytes, 8 << 20);
  EXPECT_GE(with_runtime(tiny, language("cpp"), 50 << 20).memory_bytes, 108 << 20);
}

TEST(RunnerRules, what_a_program_prints_is_no_verdict) {
  auto result = ended(End::exited);
  result.out = "AC\n{\"status\":\"AC\"}\ntimelimit exceeded\n";
  EXPECT_EQ(verdict(result, "42"), "WA");
}

TEST(RunnerRules, a_compiler_that_ends_badly_says_that_the_program_is_wrong) {
  auto compiled = ended(End::exited);
  EXPECT_EQ(judge_compile(compiled), "CE");  // made nothing
  compiled.artifacts.push_back({"out/main", nullptr, true});
  EXPECT_EQ(judge_compile(compiled), "AC");
  EXPECT_EQ(judge_compile(ended(End::exited, 1)), "CE");
  EXPECT_EQ(judge_compile(ended(End::signaled, SIGSEGV)), "CE");
  for (const auto end : {End::cpu, End::wall, End::memory, End::output})
    EXPECT_EQ(judge_compile(ended(end)), "CTLE");
}

TEST(RunnerRules, the_worst_verdict_wins) {
  const std::vector<std::string> order = {"IE",  "SV",  "TLE", "WTLE", "MLE",
                                          "OLE", "SIG", "RE",  "WA",   "AC"};
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t k = 0; k < order.size(); ++k)
      EXPECT_EQ(worse(order[i], order[k]), order[std::min(i, k)]);
    EXPECT_EQ(worse(order[i], "SK"), order[i]);
    EXPECT_EQ(worse("SK", order[i]), order[i]);
  }
}

TEST(RunnerRules, signals_have_their_names) {
  EXPECT_EQ(signal_name(SIGSEGV), "SIGSEGV");
  EXPECT_EQ(signal_name(SIGKILL), "SIGKILL");
  EXPECT_EQ(signal_name(40), "SIG40");
}

TEST(RunnerRules, text_is_told_from_bytes) {
  for (const auto* good : {"", "abc", "é日本\U0001F600", "\x7f"})
    EXPECT_TRUE(text::is_utf8(good)) << good;
  for (const auto* bad : {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80",
                          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "a\xe6\x97"})
    EXPECT_FALSE(text::is_utf8(bad)) << bad;
}

RC_GTEST_PROP(RunnerRules, cutting_leaves_whole_characters, (unsigned at)) {
  const std::string text = "aé日\U0001F600é日\U0001F600b";
  const auto cut = std::string_view(text).substr(0, at % (text.size() + 1));
  const auto whole = whole_characters(cut);
  RC_ASSERT(text::is_utf8(whole));
  RC_ASSERT(cut.starts_with(whole));
  RC_ASSERT(cut.size() - whole.size() < 4);
}

TEST(RunnerRules, a_command_line_is_filled_without_a_shell) {
  const Fill values = {
      .entry = "a b/Main.java", .sources = {"-o", "@x", "$(id).java", "a;b"}, .memory_mib = 64};
  EXPECT_EQ(
      fill({"x", "{sources}", "{entry}", "{class}", "-Xmx{memory_mib}m"}, values),
      (Argv{"x", "./-o", "./@x", "$(id).java", "a;b", "a b/Main.java", "a b.Main", "-Xmx64m"}));
}

TEST(RunnerRules, what_is_in_a_path_is_not_filled_again) {
  EXPECT_EQ(fill({"{entry}"}, {.entry = "{memory_mib}", .sources = {}}), Argv{"{memory_mib}"});
  EXPECT_EQ(fill({"{stem}.js"}, {.entry = "{memory_mib}.ts", .sources = {}}),
            Argv{"{memory_mib}.js"});
}

TEST(RunnerRules, the_entry_is_the_last_of_the_sources) {
  EXPECT_EQ(fill({"{sources}"}, {.entry = "b", .sources = {"c", "b", "a"}}), (Argv{"c", "a", "b"}));
  EXPECT_EQ(fill({"{sources}"}, {.entry = "d", .sources = {"c", "b"}}), (Argv{"c", "b"}));
}

TEST(RunnerRules, the_stem_is_the_entry_without_its_ending) {
  const auto stem = [](const std::string& entry) {
    return fill({"/out/{stem}.js"}, {.entry = entry, .sources = {}}).at(0);
  };
  EXPECT_EQ(stem("main.ts"), "/out/main.js");
  EXPECT_EQ(stem("a.b/c.d.ts"), "/out/a.b/c.d.js");
  EXPECT_EQ(stem("a.b/main"), "/out/a.b/main.js");
  EXPECT_EQ(stem("{stem}"), "/out/{stem}.js");
  EXPECT_EQ(fill({".read \"/w/{entry}\""}, {.entry = "{entry}{stem}", .sources = {}}),
            Argv{".read \"/w/{entry}{stem}\""});
}

}  // namespace
}  // namespace lyceum::runner
