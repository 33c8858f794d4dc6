#include "services/runner/languages.h"

#include <gtest/gtest.h>
#include <set>

#include "services/runner/precompiled.h"

namespace lyceum::runner {
namespace {

const std::string good = R"(
key = "x"
name = "X"
main = "main.x"
packages = ["x"]
tools = ["/usr/bin/x"]
version = ["/usr/bin/x"]
sources = [".x"]
[run]
argv = ["/usr/bin/x", "{entry}"]
[self_test]
input = ""
output = ""
[self_test.files]
"main.x" = "1"
)";

std::string replaced(std::string_view what, std::string_view by) {
  auto text = good;
  return text.replace(text.find(what), what.size(), by);
}

TEST(Languages, SUB_06_all_that_are_promised_are_there) {
  for (const auto* key :
       {"bash", "c",       "c-clang", "cpp",        "cpp-clang", "cpp23", "cpp23-clang", "fortran",
        "go",   "haskell", "java",    "javascript", "lua",       "ocaml", "pascal",      "perl",
        "php",  "python",  "ruby",    "rust",       "scheme",    "sql",   "typescript"})
    EXPECT_NE(find_language(key), nullptr) << key;
  EXPECT_EQ(find_language("cobol"), nullptr);
}

TEST(Languages, each_says_what_it_takes_to_have_it_and_to_run_it) {
  std::set<std::string> keys, names;
  for (const auto& language : languages()) {
    EXPECT_TRUE(keys.insert(language.key).second) << language.key;
    EXPECT_TRUE(names.insert(language.name).second) << language.name;
    EXPECT_NE(language.key, "all");  // `lyceum lang install all`
    EXPECT_FALSE(language.packages.empty()) << language.key;
    EXPECT_FALSE(language.tools.empty()) << language.key;
    EXPECT_FALSE(language.version.empty()) << language.key;
    EXPECT_TRUE(language.is_source(language.main)) << language.key;
    EXPECT_TRUE(language.self_test.files.contains(language.main)) << language.key;
    for (const auto& tool : language.tools)
      EXPECT_TRUE(tool.starts_with("/usr/") && !tool.starts_with("/usr/local/")) << tool;
  }
}

TEST(Languages, all_together_show_no_more_than_a_sandbox_takes) {
  EXPECT_LE(all_binds().size(), 8U);  // binds_max of sandbox/root.h
  for (const auto& path : all_binds())
    EXPECT_TRUE(path.starts_with("/etc/") || path.starts_with("/var/lib/")) << path;
}

TEST(Languages, what_is_wrong_in_a_file_is_named) {
  ASSERT_TRUE(parse_language(good)) << parse_language(good).error().message;
  for (const auto& [what, by, says] : std::initializer_list<std::array<const char*, 3>>{
           {"key = \"x\"", "", "key must be a text"},
           {"key = \"x\"", "key = 1", "key must be a text"},
           {"name = ", "nmae = ", "name must be a text"},
           {"packages = [\"x\"]", "", "packages must be a list of texts"},
           {"packages = [\"x\"]", "packages = [1]", "packages must be a list of texts"},
           {"tools = [\"/usr/bin/x\"]", "tools = \"/usr/bin/x\"", "tools must be a list of texts"},
           {"[run]", "[runs]", "run must be a table"},
           {"[run]", "[run]\ncpu_mss = 3", "run.there is no setting \"cpu_mss\""},
           {"[run]", "[run]\ncpu_ms = -3", "run.cpu_ms must be a number"},
           {"[run]", "[run]\ncpu_ms = \"3\"", "run.cpu_ms must be a number"},
           {"[run]", "[compile]\nargv = [\"x\"]\n[run]", "compile.outputs must be a list"},
           {"[run]", "[precompiled]\nheaders = []\n[run]", "precompiled.argv must be a list"},
           {"[\"/usr/bin/x\", \"{entry}\"]", "[]", "run.argv"},
           {"input = \"\"", "", "self_test.input must be a text"},
           {"\"main.x\" = \"1\"", "\"main.x\" = 1", "self_test.files.\"main.x\" must be a text"},
           {"\"main.x\" = \"1\"", "", "self_test.files"}}) {
    const auto parsed = parse_language(replaced(what, by));
    ASSERT_FALSE(parsed) << what << " → " << by;
    EXPECT_NE(parsed.error().message.find(says), std::string::npos) << parsed.error().message;
  }
  EXPECT_FALSE(parse_language("key = "));
}

TEST(Languages, only_the_first_include_counts) {
  EXPECT_EQ(first_include("#include <iostream>\n#include <map>\n"), "iostream");
  EXPECT_EQ(first_include("// a\n\n#pragma once\n \t#  include \"bits/stdc++.h\"\n"),
            "bits/stdc++.h");
  EXPECT_EQ(first_include("#include <iostream>"), "iostream");
  for (const auto* none : {"", "#", "#include", "#include ", "#include <", "#include <a\n>", "\n\n",
                           "#define A", "int main() {}", "#include A"})
    EXPECT_EQ(first_include(none), "") << none;
}

TEST(Languages, an_option_of_the_compiler_cannot_name_a_file_or_a_program) {
  const auto& c = *find_language("c");
  for (const auto* allowed :
       {"-Wall", "-Werror", "-std=c99", "-Wno-unused-variable", "-DN=10", "-O0", "-lm"})
    EXPECT_TRUE(c.allows(allowed)) << allowed;
  for (const auto* bad :
       {"",    "-o",         "-Wl,-rpath", "-Wa,-I/",  "-Wp,-M",   "-std=/etc/passwd",
        "@x",  "-fplugin=x", "-include",   "-wrapper", "-B.",      "-I.",
        "-L.", "-x",         "main.c",     "-D\"x\"",  "-O2 -o x", "-lcrypt",
        "-D",  "-W"})
    EXPECT_FALSE(c.allows(bad)) << bad;
  EXPECT_FALSE(find_language("python")->allows("-O"));
}

TEST(Languages, a_request_may_add_nothing_that_is_not_in_its_languages_file) {
  auto text = good + "[compile]\nargv = [\"/usr/bin/x\"]\noutputs = [\"main\"]\nallowed = 7\n";
  EXPECT_FALSE(parse_language(text));
  EXPECT_FALSE(parse_language(replaced("[run]\n", "[run]\narguments = \"no\"\n")));
  EXPECT_FALSE(parse_language(replaced("[run]\n", "[run]\narguments = false\n"))->takes_arguments);
}

}  // namespace
}  // namespace lyceum::runner
