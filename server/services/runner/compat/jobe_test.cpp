#include "services/runner/compat/jobe.h"

#include <gtest/gtest.h>
#include <map>

namespace lyceum::runner::compat::jobe {
namespace {

std::map<std::string, std::string> files = {{"0123456789abcdef", "1 2 3"}};

std::shared_ptr<const std::string> find_file(const std::string& id) {
  const auto found = files.find(id);
  return found == files.end() ? nullptr : std::make_shared<const std::string>(found->second);
}

Result<api::RunRequest> read(const std::string& run_spec) {
  return read_run("{\"run_spec\":" + run_spec + "}", Maxima{}, find_file);
}

// A run of Python with these members beside its own.
Result<api::RunRequest> with(const std::string& members, const std::string& language = "python3") {
  return read(R"({"language_id":")" + language + R"(","sourcecode":"x",)" + members + "}");
}

std::string refused(const Result<api::RunRequest>& result) {
  return result ? "nothing" : std::string(refusal(result.error()).body());
}

// Answers of one test, or of a compiler.
api::RunResult ended(const std::string& status,
                     const std::string& out = "",
                     const std::string& err = "") {
  api::RunResult result;
  result.set_id(7);
  result.mutable_compile()->set_status("AC");
  auto& test = *result.add_tests();
  test.set_status(status);
  test.set_stdout(out);
  test.set_stderr(err);
  return result;
}

bool says(const Response& response, std::string_view text) {
  return response.body().find(text) != std::string::npos;
}

TEST(Jobe, SUB_06_a_run_becomes_ours) {
  const auto request = read(R"json({"language_id":"python3","sourcecode":"print(input())",
      "sourcefilename":"__tester__.python3","input":"hello\n","file_list":[["0123456789abcdef","data.txt"]],
      "parameters":{"cputime":3,"memorylimit":200,"numprocs":20,"streamsize":1,"disklimit":5,
                    "runargs":["a","b c"],"interpreterargs":["-BE"]}})json");
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->language(), "python");
  EXPECT_EQ(request->entry(), "__tester__.python3");
  ASSERT_EQ(request->files_size(), 2);
  EXPECT_EQ(request->files(0).content(), "print(input())");
  EXPECT_EQ(request->files(1).path(), "data.txt");
  EXPECT_EQ(request->files(1).content(), "1 2 3");
  EXPECT_EQ(request->tests(0).stdin(), "hello\n");
  EXPECT_FALSE(request->tests(0).has_expected());
  EXPECT_EQ(request->limits().cpu_ms(), 3000);
  EXPECT_EQ(request->limits().wall_ms(), 6000);
  EXPECT_EQ(request->limits().memory_bytes(), 200 << 20);
  EXPECT_EQ(request->limits().processes(), 20);
  EXPECT_EQ(request->limits().output_bytes(), 1 << 20);
  EXPECT_EQ(std::vector(request->arguments().begin(), request->arguments().end()),
            (std::vector<std::string>{"a", "b c"}));
}

TEST(Jobe, a_run_that_says_little_gets_the_defaults_of_Jobe) {
  const auto request =
      read(R"({"language_id":"C","sourcecode":"int main(void) {}","parameters":[]})");
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->entry(), "prog.c");
  EXPECT_EQ(request->limits().cpu_ms(), 5000);
  EXPECT_EQ(request->limits().memory_bytes(), std::int64_t{400} << 20);
  EXPECT_EQ(std::vector(request->compile_arguments().begin(), request->compile_arguments().end()),
            (std::vector<std::string>{"-O0", "-Wall", "-Werror", "-std=c99"}));
}

TEST(Jobe, zero_is_as_much_as_there_may_be) {
  const auto request = with(R"("parameters":{"memorylimit":0,"cputime":"0"})");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->limits().memory_bytes(), Maxima{}.memory_bytes);
  EXPECT_EQ(request->limits().cpu_ms(), Maxima{}.cpu_ms);
}

TEST(Jobe, options_of_the_compiler_are_taken_apart_and_looked_at) {
  const auto request = with(
      R"("parameters":{"compileargs":["-Wall","-std=c11 -O2","-x c"],"linkargs":["-lm"]})", "c");
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(std::vector(request->compile_arguments().begin(), request->compile_arguments().end()),
            (std::vector<std::string>{"-O0", "-Wall", "-std=c11", "-O2", "-lm"}));
  for (const auto* bad : {"-o /w/x", "-Wl,--version-script=/etc/passwd", "-fplugin=x.so", "@args",
                          "-include /etc/passwd", "-B/w", "-wrapper", "; id", "$(id)", "-I/",
                          "-x c++", "/etc/passwd", "-specs=x", "-Wp,-include,x", "-D", "-std=../x"})
    EXPECT_TRUE(refused(with(R"("parameters":{"compileargs":[")" + std::string(bad) + "\"]}", "c"))
                    .starts_with("\"compileargs"))
        << bad;
}

TEST(Jobe, a_Java_file_is_named_after_its_class_where_CodeRunner_has_no_name) {
  const auto named = [](const std::string& name) {
    const auto request =
        read(R"({"language_id":"java","sourcecode":"public class Hello {}","sourcefilename":")" +
             name + "\"}");
    return request ? request->entry() : request.error().message;
  };
  EXPECT_EQ(named("prog.java"), "Hello.java");
  EXPECT_EQ(named("NO_PUBLIC_CLASS_FOUND.java"), "Hello.java");
  EXPECT_EQ(named("Other.java"), "Other.java");
  EXPECT_EQ(named(""), "Hello.java");
}

TEST(Jobe, the_memory_and_threads_of_Java_are_its_own_affair) {
  const auto request = with(R"("parameters":{"memorylimit":100,"numprocs":5})", "java");
  ASSERT_TRUE(request);
  EXPECT_FALSE(request->limits().has_memory_bytes());
  EXPECT_FALSE(request->limits().has_processes());
}

TEST(Jobe, bad_runs_are_told_what_is_wrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({"language_id":"c"})", "run_spec is missing the required attribute 'sourcecode'"},
      {R"({"sourcecode":"x"})", "run_spec is missing the required attribute 'language_id'"},
      {R"({"sourcecode":"x","language_id":"klingon"})", "Language 'klingon' is not known"},
      {R"({"sourcecode":1,"language_id":"c"})", "sourcecode: must be a string"},
      {"[1]", "run_spec: must be an object"},
      {"null", "No run_spec attribute found in post data"},
  };
  for (const auto& [run, text] : cases) EXPECT_EQ(refused(read(run)), '"' + text + '"');
  EXPECT_EQ(refused(read_run("[", Maxima{}, find_file)), "\"the body must be a JSON object\"");
  const std::vector<std::pair<std::string, std::string>> more = {
      {R"("sourcefilename":"../x.py")", "The sourcefilename"},
      {R"("sourcefilename":".bashrc")", "The sourcefilename"},
      {R"("sourcefilename":"-o")", "The sourcefilename"},
      {R"("file_list":[["0123456789abcdef","../x"]])", "file_list: Invalid"},
      {R"("file_list":[["0123456789abcdef","a/b"]])", "file_list: Invalid"},
      {R"("file_list":[["0123456789abcdef",".."]])", "file_list: Invalid"},
      {R"("file_list":[["short","x"]])", "file_list: Invalid"},
      {R"("file_list":[["../../etc/passwd","x"]])", "file_list: Invalid"},
      {R"("file_list":["x"])", "file_list: Invalid"},
      {R"("file_list":{})", "file_list: must be a list"},
      {R"("input":1)", "input: must be a string"},
      {R"("parameters":{"cputime":31})", "cputime: exceeds maximum allowed on this server (30)"},
      {R"("parameters":{"cputime":-1})", "cputime: must not be negative"},
      {R"("parameters":{"cputime":"5; id"})", "cputime: must be a number"},
      {R"("parameters":{"memorylimit":100000})", "memorylimit: exceeds"},
      {R"("parameters":{"numprocs":100000})", "numprocs: exceeds"},
      {R"("parameters":{"streamsize":1e300})", "streamsize: exceeds"},
      {R"("parameters":{"interpreterargs":["-c x"]})", "interpreterargs: this server"},
      {R"("parameters":{"runargs":"x"})", "runargs: must be a list of strings"},
      {R"("parameters":7)", "parameters: must be an object"},
  };
  for (const auto& [members, text] : more)
    EXPECT_TRUE(refused(with(members)).starts_with('"' + text))
        << members << refused(with(members));
}

TEST(Jobe, a_file_that_was_not_put_is_404) {
  const auto request = with(R"("file_list":[["fedcba9876543210","x"]])");
  ASSERT_FALSE(request);
  EXPECT_EQ(refusal(request.error()).status(), 404);
}

TEST(Jobe, outcomes_are_those_of_Jobe) {
  const std::vector<std::pair<std::string, int>> cases = {
      {"AC", 15},   {"RE", 12},  {"SIG", 12}, {"OLE", 12}, {"TLE", 13},
      {"WTLE", 13}, {"MLE", 17}, {"SV", 19},  {"IE", 20},  {"?", 20},
  };
  for (const auto& [status, outcome] : cases)
    EXPECT_TRUE(says(run_answer(ended(status)), "\"outcome\":" + std::to_string(outcome) + ","))
        << status;
  EXPECT_EQ(run_answer(ended("AC", "hi\n")).body(),
            R"({"run_id":"7","outcome":15,"cmpinfo":"","stdout":"hi\n","stderr":""})");
}

TEST(Jobe, who_writes_to_stderr_has_failed) {
  EXPECT_TRUE(says(run_answer(ended("AC", "", "oops")), "\"outcome\":12,"));
}

TEST(Jobe, what_does_not_compile_is_11_with_what_the_compiler_said) {
  api::RunResult result;
  result.mutable_compile()->set_status("CE");
  result.mutable_compile()->set_stderr("prog.c:1: error");
  EXPECT_TRUE(says(run_answer(result), R"("outcome":11,"cmpinfo":"prog.c:1: error")"));
  result.mutable_compile()->set_stderr("");
  EXPECT_FALSE(says(run_answer(result), R"("cmpinfo":"")"));
}

TEST(Jobe, bytes_that_are_no_text_are_written_out) {
  auto result = ended("AC", "YWL/Cg==");  // "ab\xff\n"
  result.mutable_tests(0)->set_stdout_encoding("base64");
  EXPECT_TRUE(says(run_answer(result), R"("stdout":"ab\\xff\n")"));
}

TEST(Jobe, a_busy_server_is_an_outcome_not_an_error) {
  const auto busy = refusal({Code::resource_exhausted, "overload", "", "", 0});
  EXPECT_EQ(busy.status(), 200);
  EXPECT_TRUE(says(busy, "\"outcome\":21,"));
  EXPECT_EQ(refusal({Code::unavailable, "sandbox_unavailable", "", "", 0}).status(), 503);
  EXPECT_EQ(refusal({Code::internal, "x", "", "", 0}).status(), 500);
}

TEST(Jobe, the_content_of_a_file_is_Base64) {
  EXPECT_EQ(*read_file(R"({"file_contents":"aGVsbG8="})"), "hello");
  EXPECT_EQ(*read_file(R"({"file_contents":""})"), "");
  for (const auto* bad : {"{}", "[]", "", R"({"file_contents":"a b"})", R"({"file_contents":7})"})
    EXPECT_FALSE(read_file(bad)) << bad;
  EXPECT_FALSE(read_file("{\"file_contents\":\"" + std::string(1'500'000, 'A') + "\"}"));
}

TEST(Jobe, ids_of_files_are_letters_and_digits) {
  EXPECT_TRUE(good_file_id("5d41402abc4b2a76b9719d911017c592"));
  for (const auto* bad : {"", "1234567", "../../etc", "12345678/", "1234567\xc3\xa9"})
    EXPECT_FALSE(good_file_id(bad)) << bad;
  EXPECT_FALSE(good_file_id(std::string(129, 'a')));
}

TEST(Jobe, languages_are_those_of_Jobe_that_are_here) {
  api::ListLanguagesResponse offered;
  for (const auto& [key, version] : {std::pair{"c", "gcc (Debian 12.2.0-14) 12.2.0"},
                                     {"python", "Python 3.11.2"},
                                     {"ruby", "ruby 3.1.2"}}) {
    auto& language = *offered.add_languages();
    language.set_key(key);
    language.set_version(version);
  }
  EXPECT_EQ(languages(offered).body(), R"([["c","12.2.0"],["python3","3.11.2"]])");
}

}  // namespace
}  // namespace lyceum::runner::compat::jobe
