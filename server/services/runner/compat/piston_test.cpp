#include "services/runner/compat/piston.h"

#include <gtest/gtest.h>

namespace lyceum::runner::compat::piston {
namespace {

Result<Job> read(const std::string& body) {
  return read_job(body, Maxima{});
}

// A job of Bash with these members beside its own.
Result<Job> with(const std::string& members) {
  return read(R"({"language":"bash","version":"*","files":[{"content":"cat"}],)" + members + "}");
}

std::string refused(const Result<Job>& result) {
  return result ? "nothing" : std::string(refusal(result.error()).body());
}

api::RunResult ended(const std::string& status, const std::string& signal = "") {
  api::RunResult result;
  result.mutable_compile()->set_status("AC");
  auto& test = *result.add_tests();
  test.set_status(status);
  test.set_cpu_ms(12);
  test.set_wall_ms(34);
  test.set_memory_bytes(5000);
  if (!signal.empty()) test.set_signal(signal);
  return result;
}

std::string answer(const api::RunResult& result, const std::string& language = "bash") {
  api::RunRequest request;
  request.set_language(language);
  return job_answer(request, result, "5.2.15").body();
}

TEST(Piston, SUB_06_a_job_becomes_a_run) {
  const auto job =
      read(R"({"language":"sh","version":"5.x","files":[{"name":"my_cool_code.sh","content":"cat"},
      {"name":"data.bin","content":"/w==","encoding":"base64"},{"content":"ff00","encoding":"hex"}],
      "stdin":"in","args":["1","2","3"],"compile_timeout":10000,"run_timeout":3000,
      "compile_memory_limit":-1,"run_memory_limit":-1})");
  ASSERT_TRUE(job) << job.error().field << job.error().message;
  EXPECT_EQ(job->run.language(), "bash");
  EXPECT_EQ(job->run.entry(), "my_cool_code.sh");
  EXPECT_EQ(job->run.files(1).content(), "\xff");
  EXPECT_EQ(job->run.files(2).content(), std::string("\xff\0", 2));
  EXPECT_EQ(job->run.tests(0).stdin(), "in");
  EXPECT_EQ(job->run.arguments_size(), 3);
  EXPECT_EQ(job->run.limits().wall_ms(), 3000);
  EXPECT_EQ(job->run.limits().cpu_ms(), 3000);
  EXPECT_EQ(job->run.limits().memory_bytes(), Maxima{}.memory_bytes);
}

TEST(Piston, a_file_without_a_name_gets_one) {
  EXPECT_EQ(with(R"("stdin":"")")->run.entry(), "main.sh");
  const auto java =
      read(R"({"language":"java","version":"*","files":[{"content":"public class Hello {}"}]})");
  if (java) EXPECT_EQ(java->run.entry(), "Hello.java");
}

TEST(Piston, bad_jobs_are_told_what_is_wrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"[]", "the body must be a JSON object"},
      {"{}", "language is required as a string"},
      {R"({"language":7})", "language is required as a string"},
      {R"({"language":"bash"})", "version is required as a string"},
      {R"({"language":"bash","version":"*"})", "files is required as an array"},
      {R"({"language":"bash","version":"*","files":{}})", "files is required as an array"},
      {R"({"language":"bash","version":"*","files":[]})",
       "files must include at least one utf8 encoded file"},
      {R"({"language":"bash","version":"*","files":[{}]})",
       "files[0].content is required as a string"},
      {R"({"language":"bash","version":"*","files":["x"]})",
       "files[0].content is required as a string"},
      {R"({"language":"bash","version":"*","files":[{"content":"x","name":1}]})",
       "files[0].name must be a string"},
      {R"({"language":"bash","version":"*","files":[{"content":"%","encoding":"base64"}]})",
       "files[0].content is not base64"},
      {R"({"language":"bash","version":"*","files":[{"content":"abc","encoding":"hex"}]})",
       "files[0].content is not hex"},
      {R"({"language":"bash","version":"*","files":[{"content":"x","encoding":"rot13"}]})",
       "files[0].encoding must be base64, hex or utf8"},
      {R"({"language":"klingon","version":"1.0","files":[{"content":"x"}]})",
       "klingon-1.0 runtime is unknown"},
  };
  for (const auto& [body, message] : cases)
    EXPECT_EQ(refused(read(body)), "{\"message\":\"" + message + "\"}");
  const std::vector<std::pair<std::string, std::string>> more = {
      {R"("run_timeout":"soon")", "run_timeout must be a number"},
      {R"("run_timeout":60001)", "run_timeout cannot exceed the configured limit of 60000"},
      {R"("run_timeout":-5)", "run_timeout must be non-negative"},
      {R"("run_memory_limit":-2)", "run_memory_limit must be non-negative"},
      {R"("run_memory_limit":1e18)",
       "run_memory_limit cannot exceed the configured limit of 1073741824"},
      {R"("compile_timeout":"x")", "compile_timeout must be a number"},
      {R"("args":[1])", "args must be a list of strings"},
      {R"("stdin":7)", "stdin must be a string"},
  };
  for (const auto& [members, message] : more)
    EXPECT_EQ(refused(with(members)), "{\"message\":\"" + message + "\"}");
}

TEST(Piston, the_only_version_here_is_taken_for_its_neighbours) {
  for (const auto* good : {"*", "x", "3", "3.x", "3.10.0", "3.11.2", "^3.9", "~3.1", ">=2.7", ">=3",
                           "v3.1", "=3.11.2"})
    EXPECT_TRUE(will_do(good, "3.11.2")) << good;
  for (const auto* bad : {"2", "2.7.18", "4", "^2", ">=4", "<4", "abc", "3 || 2", "3; id", "30"})
    EXPECT_FALSE(will_do(bad, "3.11.2")) << bad;
  EXPECT_TRUE(will_do("18.15.0", "0.0.0"));  // nobody knows
}

TEST(Piston, an_answer_has_the_documented_shape) {
  auto result = ended("AC");
  result.mutable_tests(0)->set_stdout("out");
  result.mutable_tests(0)->set_stderr("err");
  EXPECT_EQ(
      answer(result),
      R"({"run":{"signal":null,"stdout":"out","stderr":"err","code":0,"output":"outerr","memory":5000,)"
      R"("message":null,"status":null,"cpu_time":12,"wall_time":34},"language":"bash","version":"5.2.15"})");
  EXPECT_TRUE(answer(ended("AC"), "cpp").starts_with(R"({"compile":{)"));
  EXPECT_NE(answer(ended("AC"), "cpp").find(R"("language":"c++")"), std::string::npos);
}

TEST(Piston, what_does_not_compile_does_not_run) {
  api::RunResult result;
  result.mutable_compile()->set_status("CE");
  result.mutable_compile()->set_exit_code(1);
  result.mutable_compile()->set_stderr("no");
  const auto body = answer(result, "c");
  EXPECT_NE(body.find(R"("code":1)"), std::string::npos);
  EXPECT_EQ(body.find(R"("run")"), std::string::npos);
}

TEST(Piston, how_a_program_ended_is_told_in_its_words) {
  const std::vector<std::array<std::string, 3>> cases = {
      {"RE", "", R"("status":"RE")"},        {"TLE", "", R"("status":"TO")"},
      {"WTLE", "", R"("signal":"SIGKILL")"}, {"MLE", "", R"("message":"Memory limit exceeded")"},
      {"OLE", "", R"("status":"OL")"},       {"SIG", "SIGSEGV", R"("signal":"SIGSEGV")"},
      {"SV", "SIGSYS", R"("status":"SG")"},  {"IE", "", R"("status":"XX")"},
  };
  for (const auto& [status, signal, part] : cases)
    EXPECT_NE(answer(ended(status, signal)).find(part), std::string::npos) << status;
  EXPECT_NE(answer(ended("TLE")).find(R"("code":null)"), std::string::npos);
}

TEST(Piston, bytes_that_are_no_text_are_replaced) {
  auto result = ended("AC");
  result.mutable_tests(0)->set_stdout("/w==");
  result.mutable_tests(0)->set_stdout_encoding("base64");
  EXPECT_NE(answer(result).find("\"stdout\":\"\xef\xbf\xbd\""), std::string::npos);
}

TEST(Piston, runtimes_have_their_aliases) {
  api::ListLanguagesResponse offered;
  auto& cpp = *offered.add_languages();
  cpp.set_key("cpp");
  cpp.set_version("g++ (Debian 12.2.0-14) 12.2.0");
  EXPECT_EQ(runtimes(offered).body(),
            R"([{"language":"c++","version":"12.2.0","aliases":["cpp","g++"],"runtime":"gcc"}])");
}

TEST(Piston, refusals_are_messages) {
  EXPECT_EQ(refusal({Code::resource_exhausted, "overload", "busy", "", 0}).status(), 429);
  EXPECT_EQ(refusal({Code::unavailable, "sandbox_unavailable", "none", "", 0}).status(), 503);
  EXPECT_EQ(refusal({Code::internal, "x", "secret", "", 0}).body(),
            R"({"message":"Internal error"})");
  EXPECT_EQ(refusal({Code::invalid_argument, "x", "no", "arguments[2]", 0}).body(),
            R"({"message":"args[2] no"})");
}

}  // namespace
}  // namespace lyceum::runner::compat::piston
