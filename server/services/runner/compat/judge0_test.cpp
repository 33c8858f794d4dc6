#include "services/runner/compat/judge0.h"

#include <gtest/gtest.h>

#include "services/runner/compat/judge0_tables.h"

namespace lyceum::runner::compat::judge0 {
namespace {

Result<api::RunRequest> read(const std::string& body, bool base64 = false) {
  return read_submission(body, {.base64 = base64, .fields = {}}, Maxima{});
}

// A submission of Bash with these members beside its own.
Result<api::RunRequest> with(const std::string& members) {
  return read(R"({"source_code":"cat","language_id":46,)" + members + "}");
}

std::string refused(const Result<api::RunRequest>& result) {
  if (result) return "nothing";
  const auto response = refusal(result.error());
  return std::to_string(response.status()) + " " + response.body();
}

api::RunResult ended(const std::string& status) {
  api::RunResult result;
  result.set_id(7);
  result.mutable_compile()->set_status("AC");
  auto& test = *result.add_tests();
  test.set_status(status);
  test.set_cpu_ms(12);
  test.set_memory_bytes(380 * 1024);
  return result;
}

std::string answer(const api::RunResult& result, const std::string& query = "wait=true") {
  return submission_answer(result, *read_options(query)).body();
}

TEST(Judge0, SUB_06_a_submission_becomes_a_run) {
  const auto request =
      read(R"({"source_code":"read x; echo hello, $x","language_id":"46","stdin":"Judge0",
      "expected_output":"hello, Judge0","number_of_runs":"1","cpu_time_limit":"1","cpu_extra_time":"0.5",
      "wall_time_limit":"5","memory_limit":128000,"stack_limit":"64000","max_file_size":"1024",
      "max_processes_and_or_threads":20,"enable_per_process_and_thread_time_limit":false,
      "command_line_arguments":"one  two"})");
  ASSERT_TRUE(request) << request.error().field << request.error().message;
  EXPECT_EQ(request->language(), "bash");
  EXPECT_EQ(request->files(0).path(), "main.sh");
  EXPECT_EQ(request->tests(0).stdin(), "Judge0");
  EXPECT_EQ(request->tests(0).expected(), "hello, Judge0");
  EXPECT_EQ(request->compare().mode(), "lines");
  EXPECT_TRUE(request->compare().case_sensitive());
  EXPECT_EQ(request->limits().cpu_ms(), 1000);
  EXPECT_EQ(request->limits().wall_ms(), 5000);
  EXPECT_EQ(request->limits().memory_bytes(), 128000 * 1024);
  EXPECT_EQ(request->limits().processes(), 20);
  EXPECT_EQ(std::vector(request->arguments().begin(), request->arguments().end()),
            (std::vector<std::string>{"one", "two"}));
}

TEST(Judge0, without_an_expected_output_nothing_is_compared) {
  EXPECT_FALSE(with(R"("stdin":null)")->tests(0).has_expected());
  EXPECT_TRUE(with(R"("expected_output":"")")->tests(0).has_expected());
}

TEST(Judge0, texts_may_come_as_Base64) {
  const auto request =
      read(R"({"source_code":"ZWNo\nbyBoaQ==\n","language_id":46,"stdin":"/w=="})", true);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->files(0).content(), "echo hi");
  EXPECT_EQ(request->tests(0).stdin(), "\xff");
  EXPECT_EQ(refused(read(R"({"source_code":"not base64!","language_id":46})", true)),
            R"(422 {"source_code":["is not Base64"]})");
}

TEST(Judge0, bad_submissions_are_422_and_named) {
  EXPECT_EQ(refused(read(R"({"language_id":46})")), R"(422 {"source_code":["can't be blank"]})");
  EXPECT_EQ(refused(read(R"({"source_code":"x"})")), R"(422 {"language_id":["can't be blank"]})");
  EXPECT_EQ(refused(read(R"({"source_code":"x","language_id":150000})")),
            R"(422 {"language_id":["language with id 150000 doesn't exist"]})");
  EXPECT_EQ(refused(read(R"({"source_code":"x","language_id":46.5})")),
            R"(422 {"language_id":["language with id 46.5 doesn't exist"]})");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"("cpu_time_limit":31)", R"({"cpu_time_limit":["must be less than or equal to 30"]})"},
      {R"("wall_time_limit":100000)",
       R"({"wall_time_limit":["must be less than or equal to 60"]})"},
      {R"("cpu_time_limit":0)", R"({"cpu_time_limit":["must be greater than 0"]})"},
      {R"("memory_limit":-1)", R"({"memory_limit":["must be greater than 0"]})"},
      {R"("memory_limit":"much")", R"({"memory_limit":["must be a number"]})"},
      {R"("stack_limit":0)", R"({"stack_limit":["must be greater than 0"]})"},
      {R"("stdin":5)", R"({"stdin":["must be a string"]})"},
      {R"("enable_network":true)", R"({"enable_network":["this option cannot be enabled"]})"},
      {R"("redirect_stderr_to_stdout":true)",
       R"({"redirect_stderr_to_stdout":["this option cannot be enabled"]})"},
      {R"("callback_url":"http://x")", R"({"callback_url":["is not supported here"]})"},
      {R"("additional_files":"UEs=")", R"({"additional_files":["is not supported here"]})"},
      {R"("number_of_runs":2)", R"({"number_of_runs":["must be 1 here"]})"},
  };
  for (const auto& [members, body] : cases) EXPECT_EQ(refused(with(members)), "422 " + body);
  for (const auto* name : {"command_line_arguments", "compiler_options"})
    for (const auto* bad : {"$(id)", "a;b", "`id`", "a|b", "'a b'", "a > b"})
      EXPECT_TRUE(refused(with("\"" + std::string(name) + "\":\"" + bad + "\""))
                      .starts_with("422 {\"" + std::string(name)))
          << bad;
  EXPECT_EQ(refused(read("[]")), R"(400 {"error":"the body must be a JSON object"})");
}

TEST(Judge0, only_who_waits_is_served) {
  for (const auto* query : {"", "wait=false", "base64_encoded=true", "wait=1"})
    EXPECT_EQ(read_options(query).error().field, "wait") << query;
  EXPECT_EQ(refusal(read_options("").error()).status(), 400);
}

TEST(Judge0, fields_can_be_chosen) {
  EXPECT_EQ(answer(ended("AC"), "wait=true&fields=token,exit_code,status_id"),
            R"({"token":"7","exit_code":0,"status_id":3})");
  EXPECT_EQ(refusal(read_options("wait=true&fields=token,secret").error()).body(),
            R"({"error":"invalid fields: [secret]"})");
  EXPECT_NE(answer(ended("AC"), "wait=true&fields=*").find("\"wall_time\""), std::string::npos);
}

TEST(Judge0, an_answer_has_the_documented_shape) {
  auto result = ended("AC");
  result.mutable_tests(0)->set_stdout("hello, Judge0\n");
  EXPECT_EQ(answer(result),
            R"({"stdout":"hello, Judge0\n","time":"0.012","memory":380,"stderr":null,"token":"7",)"
            R"("compile_output":null,"message":null,"status":{"id":3,"description":"Accepted"}})");
  EXPECT_EQ(answer(result, "wait=true&base64_encoded=true&fields=stdout"),
            R"({"stdout":"aGVsbG8sIEp1ZGdlMAo="})");
}

TEST(Judge0, statuses_are_those_of_Judge0) {
  const std::vector<std::pair<std::string, int>> cases = {{"AC", 3},   {"WA", 4},  {"TLE", 5},
                                                          {"WTLE", 5}, {"OLE", 8}, {"RE", 11},
                                                          {"MLE", 12}, {"SV", 12}, {"IE", 13}};
  for (const auto& [status, id] : cases) EXPECT_EQ(status_of(ended(status)), id) << status;
  const std::vector<std::pair<std::string, int>> signals = {
      {"SIGSEGV", 7}, {"SIGXFSZ", 8}, {"SIGFPE", 9}, {"SIGABRT", 10}, {"SIGTERM", 12}};
  for (const auto& [signal, id] : signals) {
    auto result = ended("SIG");
    result.mutable_tests(0)->set_signal(signal);
    EXPECT_EQ(status_of(result), id) << signal;
  }
  api::RunResult broken;
  broken.mutable_compile()->set_status("CE");
  EXPECT_EQ(status_of(broken), 6);
  EXPECT_NE(answer(broken).find(R"("time":null,"memory":null)"), std::string::npos);
}

TEST(Judge0, how_a_program_ended_is_a_message) {
  auto result = ended("RE");
  result.mutable_tests(0)->set_exit_code(3);
  EXPECT_EQ(answer(result, "wait=true&fields=message,exit_code"),
            R"({"message":"Exited with error status 3","exit_code":3})");
  result = ended("SIG");
  result.mutable_tests(0)->set_signal("SIGSEGV");
  EXPECT_EQ(answer(result, "wait=true&fields=message,exit_code,exit_signal"),
            R"({"message":"Caught fatal signal 11","exit_code":null,"exit_signal":11})");
}

TEST(Judge0, bytes_that_are_no_text_need_Base64) {
  auto result = ended("AC");
  result.mutable_tests(0)->set_stdout("/g==");
  result.mutable_tests(0)->set_stdout_encoding("base64");
  EXPECT_NE(answer(result).find("use base64_encoded=true query parameter"), std::string::npos);
  EXPECT_EQ(answer(result, "wait=true&base64_encoded=true&fields=stdout"), R"({"stdout":"/g=="})");
}

TEST(Judge0, languages_have_the_numbers_of_Judge0) {
  api::ListLanguagesResponse offered;
  auto& python = *offered.add_languages();
  python.set_key("python");
  python.set_version("Python 3.11.2");
  python.set_main("main.py");
  EXPECT_EQ(languages(offered).body(), R"json([{"id":71,"name":"Python (3.11.2)"}])json");
  EXPECT_NE(language(offered, "71").body().find(R"("source_file":"main.py")"), std::string::npos);
  for (const auto* id : {"50", "0", "x", "71x", ""})
    EXPECT_EQ(language(offered, id).status(), 404) << id;
  for (const auto& language : judge0_languages)
    EXPECT_TRUE(find_language(language.key)) << language.key;
}

TEST(Judge0, refusals_have_the_status_that_clients_know) {
  EXPECT_EQ(refusal({Code::resource_exhausted, "overload", "", "", 0}).status(), 503);
  EXPECT_EQ(refusal({Code::unavailable, "sandbox_unavailable", "", "", 0}).status(), 503);
  EXPECT_EQ(refusal({Code::internal, "x", "secret", "", 0}).body(),
            R"({"error":"internal error"})");
  EXPECT_EQ(refusal({Code::invalid_argument, "x", "no", "compile_arguments[2]", 0}).body(),
            R"({"compiler_options":["no"]})");
}

}  // namespace
}  // namespace lyceum::runner::compat::judge0
