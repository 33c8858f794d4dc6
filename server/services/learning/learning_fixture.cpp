#include "services/learning/learning_fixture.h"

#include <chrono>

#include <boost/asio/redirect_error.hpp>

namespace lyceum::learning {

Files small_course() {
  return {
      {"module.yaml",
       "title: First steps\n"
       "summary: From nothing to a program\n"
       "difficulty: easy\n"
       "tags: [start, basics]\n"
       "contents: [welcome]\n"
       "modules: [basics]\n"},
      {"module.md", "You will be able to **double** numbers.\n"},
      {"welcome/content.yaml",
       "title: Welcome\n"
       "summary: What this is\n"
       "kind: lesson\n"
       "difficulty: easy\n"
       "minutes: 3\n"
       "components:\n"
       "  - {key: text, type: markdown, file: text.md}\n"},
      {"welcome/text.md", "# Hello\n"},
      {"basics/module.yaml",
       "title: Basics\n"
       "summary: Numbers\n"
       "difficulty: easy\n"
       "tags: [numbers]\n"
       "contents: [double, choose, ask]\n"},
      {"basics/double/content.yaml",
       "title: Double it\n"
       "summary: Print twice the number\n"
       "kind: exercise\n"
       "difficulty: easy\n"
       "minutes: 10\n"
       "sample: true\n"
       "components:\n"
       "  - key: text\n"
       "    type: markdown\n"
       "    text: |\n"
       "      Read a number.\n"
       "  - key: box\n"
       "    type: container\n"
       "    title: Your turn\n"
       "    children:\n"
       "      - key: code\n"
       "        type: editor\n"
       "        points: 10\n"
       "        languages:\n"
       "          - {language: python, starter: starter/python, readonly: [helper.py], entry: "
       "main.py}\n"
       "          - {language: cpp, starter: starter/cpp}\n"
       "        limits: {cpu_ms: 5000, memory_bytes: 1000000000}\n"
       "        compare: {mode: tokens, float_abs: 0.001}\n"
       "        tests:\n"
       "          - {key: small, name: Small, visible: true, stdin: \"2\", expected: \"4\", hint: "
       "Twice!}\n"
       "          - {key: zero, name: Zero, visible: true, stdin: \"0\", expected: \"4\"}\n"
       "          - {key: big, name: Big, visible: false, in: tests/big.in, out: tests/big.out, "
       "weight: 2,\n"
       "             hint: SECRET hint}\n"
       "        solutions:\n"
       "          - {language: python, files: solutions/right, expect: AC}\n"
       "          - {language: python, files: solutions/wrong, expect: WA}\n"
       "        hints:\n"
       "          - {title: How, text: Use a star.}\n"},
      {"basics/double/starter/python/main.py", "# yours\n"},
      {"basics/double/starter/python/helper.py", "# ours\n"},
      {"basics/double/starter/cpp/main.cpp", "int main() {}\n"},
      {"basics/double/tests/big.in", "SECRET input\n"},
      {"basics/double/tests/big.out", "4\nSECRET output\n"},
      {"basics/double/solutions/right/main.py", "right SECRET solution\n"},
      {"basics/double/solutions/wrong/main.py", "print SECRET wrong\n"},
      {"basics/choose/content.yaml",
       "title: Choose\n"
       "summary: Which is even\n"
       "kind: mcq\n"
       "difficulty: medium\n"
       "minutes: 2\n"
       "components:\n"
       "  - key: pick\n"
       "    type: mcq\n"
       "    points: 5\n"
       "    question: Which are even?\n"
       "    multiple: true\n"
       "    options:\n"
       "      - {id: two, text: \"2\", right: true}\n"
       "      - {id: three, text: \"3\"}\n"
       "      - {id: four, text: \"4\", right: true}\n"
       "    explanation: SECRET explanation\n"},
      {"basics/ask/content.yaml",
       "title: Ask\n"
       "summary: Four questions\n"
       "kind: quiz\n"
       "difficulty: hard\n"
       "minutes: 5\n"
       "components:\n"
       "  - key: all\n"
       "    type: quiz\n"
       "    points: 7\n"
       "    pass: 0.75\n"
       "    questions:\n"
       "      - {id: one, prompt: \"One?\", kind: single, options: [{id: a, text: A, right: true}, "
       "{id: b, text: B}]}\n"
       "      - {id: many, prompt: \"Many?\", kind: multiple,\n"
       "         options: [{id: a, text: A, right: true}, {id: b, text: B, right: true}, {id: c, "
       "text: C}]}\n"
       "      - {id: word, prompt: \"Word?\", kind: text, answers: [SECRET word, other]}\n"
       "      - {id: pi, prompt: \"Pi?\", kind: number, number: 3.14159, tolerance: 0.01}\n"},
  };
}

Task<Result<runner::v1::ListLanguagesResponse>> FakeRunner::list_languages(
    Call, runner::v1::ListLanguagesRequest) {
  co_return runner::v1::ListLanguagesResponse{};
}

Task<Result<runner::v1::RunResult>> FakeRunner::run(Call call, runner::v1::RunRequest request) {
  Collected<runner::v1::RunEvent> events;
  CO_TRY_VOID(co_await stream_run(std::move(call), std::move(request), events.sink()));
  runner::v1::RunResult result;
  for (const auto& event : *events.events) {
    if (event.has_compile()) *result.mutable_compile() = event.compile();
    if (event.has_test()) *result.add_tests() = event.test();
    if (event.has_done()) result.set_status(event.done().status());
  }
  co_return result;
}

namespace {

runner::v1::TestResult tested(const std::string& program, const runner::v1::Test& test) {
  runner::v1::TestResult result;
  result.set_id(test.id());
  result.set_cpu_ms(3);
  result.set_wall_ms(4);
  result.set_memory_bytes(1 << 20);
  if (program.starts_with("print ")) result.set_stdout(program.substr(6));
  if (program.starts_with("echo")) result.set_stdout(test.stdin());
  if (program.starts_with("right")) result.set_stdout(test.expected());
  result.set_stderr("said " + program);
  result.set_status(!test.has_expected() || result.stdout() == test.expected() ? "AC" : "WA");
  if (program.starts_with("loop")) result.set_status("TLE");
  if (program.starts_with("crash")) {
    result.set_status("SIG");
    result.set_signal("SIGSEGV");
  }
  return result;
}

}  // namespace

Task<Result<void>> FakeRunner::stream_run(Call,
                                          runner::v1::RunRequest request,
                                          Sink<runner::v1::RunEvent> sink) {
  ++calls_;
  std::string ending;
  {
    const std::scoped_lock lock(mutex_);
    requests_.push_back(request);
    if (!errors_.empty()) {
      auto error = std::move(errors_.front());
      errors_.pop_front();
      co_return fail(std::move(error));
    }
    if (!endings_.empty()) {
      ending = std::move(endings_.front());
      endings_.pop_front();
    }
  }
  std::string program;
  for (const auto& file : request.files())
    if (file.path() != "helper.py") program = file.content();
  std::string worst = program == "broken" ? "CE" : "AC";
  runner::v1::RunEvent compiled;
  compiled.mutable_compile()->set_status(worst);
  compiled.mutable_compile()->set_stderr(program == "broken" ? "no such thing" : "");
  CO_TRY_VOID(co_await sink.send(std::move(compiled)));
  for (const auto& test : request.tests()) {
    if (program == "broken") break;
    co_await wait_for_leave();
    runner::v1::RunEvent event;
    *event.mutable_test() = tested(program, test);
    if (event.test().status() != "AC") worst = event.test().status();
    CO_TRY_VOID(co_await sink.send(std::move(event)));
    if (!ending.empty()) break;
  }
  runner::v1::RunEvent done;
  done.mutable_done()->set_status(ending.empty() ? worst : ending);
  co_return co_await sink.send(std::move(done));
}

void FakeRunner::fail_with(Error error) {
  const std::scoped_lock lock(mutex_);
  errors_.push_back(std::move(error));
}

void FakeRunner::end_with(std::string status) {
  const std::scoped_lock lock(mutex_);
  endings_.push_back(std::move(status));
}

void FakeRunner::hold() {
  leaves_ = 0;
}

void FakeRunner::let_go(int tests) {
  leaves_ += tests;
}

std::vector<runner::v1::RunRequest> FakeRunner::requests() {
  const std::scoped_lock lock(mutex_);
  return requests_;
}

Task<void> FakeRunner::wait_for_leave() {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
  while (leaves_ <= 0) {
    timer.expires_after(std::chrono::milliseconds(1));
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
  --leaves_;
}

Config LearningTest::config() {
  Config config;
  config.flush_ms = 0;            // every result is written before the next
  config.watch_poll_ms = 60'000;  // whoever is not woken hangs
  config.cache_bytes = 1 << 20;
  return config;
}

api::ImportCourseResponse LearningTest::import(const Files& files, bool check_only, bool sample) {
  api::ImportCourseRequest request;
  request.set_key("course");
  request.set_check_only(check_only);
  request.set_sample(sample);
  for (const auto& [path, text] : files) {
    auto& file = *request.add_files();
    file.set_path(path);
    file.set_content(text);
  }
  const auto response = run(learning->import_course(as_service(), request));
  EXPECT_TRUE(response) << response.error().message;
  return response ? *response : api::ImportCourseResponse{};
}

Files LearningTest::exported(const std::string& key) {
  api::ExportCourseRequest request;
  request.set_key(key);
  const auto response = run(learning->export_course(as_service(), request));
  EXPECT_TRUE(response) << response.error().message;
  Files files;
  if (response)
    for (const auto& file : response->files()) files[file.path()] = file.content();
  return files;
}

api::Module LearningTest::course(Call call) {
  const auto listed = run(learning->list_modules(call, {}));
  api::GetModuleRequest request;
  for (const auto& module : listed->modules())
    if (module.key() == "course") request.set_module_id(module.id());
  const auto module = run(learning->get_module(call, request));
  EXPECT_TRUE(module) << module.error().message;
  return module ? *module : api::Module{};
}

namespace {

std::int64_t find_content(const api::Module& module, const std::string& key) {
  for (const auto& content : module.contents())
    if (content.key() == key) return content.id();
  for (const auto& below : module.modules())
    if (const auto id = find_content(below, key)) return id;
  return 0;
}

std::int64_t find_component(const google::protobuf::RepeatedPtrField<api::Component>& components,
                            const std::string& key) {
  for (const auto& component : components) {
    if (component.key() == key) return component.id();
    if (const auto id = find_component(component.children(), key)) return id;
  }
  return 0;
}

}  // namespace

std::int64_t LearningTest::content(const std::string& key) {
  return find_content(course(as_guest()), key);
}

// Looked at by somebody who is in no test.
std::int64_t LearningTest::component(const std::string& content_key, const std::string& key) {
  return find_component(open(999, content_key).components(), key);
}

api::Content LearningTest::open(std::int64_t user_id, const std::string& content_key) {
  api::GetContentRequest request;
  request.set_content_id(content(content_key));
  const auto opened = run(learning->get_content(as(user_id), request));
  EXPECT_TRUE(opened) << opened.error().message;
  return opened ? *opened : api::Content{};
}

api::SubmitRequest LearningTest::code(std::int64_t component_id,
                                      const std::string& text,
                                      const std::string& language) {
  api::SubmitRequest request;
  request.set_component_id(component_id);
  request.set_language(language);
  auto& file = *request.add_files();
  file.set_path(language == "cpp" ? "main.cpp" : "main.py");
  file.set_content(text);
  return request;
}

Result<api::SubmitResponse> LearningTest::submit(std::int64_t user_id,
                                                 const api::SubmitRequest& request,
                                                 const std::string& key) {
  return run(learning->submit(as(user_id, {}, key), request));
}

Result<api::Submission> LearningTest::submission(std::int64_t user_id, std::int64_t id) {
  api::GetSubmissionRequest request;
  request.set_submission_id(id);
  return run(learning->get_submission(as(user_id), request));
}

api::Submission LearningTest::judged(std::int64_t user_id, const api::SubmitRequest& request) {
  const auto made = submit(user_id, request);
  EXPECT_TRUE(made) << made.error().message;
  if (!made) return {};
  while (judge_one()) {
  }
  return *submission(user_id, made->id());
}

api::Submission LearningTest::solved(std::int64_t user_id) {
  return judged(user_id, code(component("double", "code"), "right"));
}

Result<std::vector<api::SubmissionEvent>> LearningTest::watch(std::int64_t user_id,
                                                              std::int64_t id) {
  api::GetSubmissionRequest request;
  request.set_submission_id(id);
  Collected<api::SubmissionEvent> seen;
  const auto ended = run(learning->watch_submission(as(user_id), request, seen.sink()));
  if (!ended) return fail(ended.error());
  return *seen.events;
}

Result<std::vector<api::SubmissionEvent>> LearningTest::try_it(std::int64_t user_id,
                                                               const api::TryRequest& request) {
  Collected<api::SubmissionEvent> seen;
  const auto ended = run(learning->stream_try(as(user_id), request, seen.sink()));
  if (!ended) return fail(ended.error());
  return *seen.events;
}

std::vector<api::RewardEarned> LearningTest::rewards() {
  return *read(*db, [](Tx& tx) { return testing::published<api::RewardEarned>(tx); });
}

void LearningTest::restart() {
  dead_.push_back(std::move(service));
  service = make();
  learning = &reach<api::LearningApi>(*service, api::publish, api::connect_learning);
}

}  // namespace lyceum::learning
