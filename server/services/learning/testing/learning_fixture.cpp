#include "services/learning/testing/learning_fixture.h"

namespace lyceum::learning {

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

std::vector<std::string> LearningTest::problems(const Files& files) {
  std::vector<std::string> out;
  for (const auto& problem : import(files, true).problems())
    out.push_back(problem.file() + ":" + std::to_string(problem.line()) + ": " + problem.field() +
                  ": " + problem.message());
  return out;
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
