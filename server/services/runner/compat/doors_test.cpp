// The three APIs through the runner's own calls, with a sandbox that does what a test says.
#include <gtest/gtest.h>

#include "services/runner/runner.h"
#include "testing/service_test.h"

namespace lyceum::runner {
namespace {

using Request = lyceum::v1::WebRequest;
using Response = lyceum::v1::WebResponse;

struct Asked {
  std::mutex mutex;
  std::vector<Job> jobs;
  std::optional<Error> error;
};

class Saying final : public Sandbox {
 public:
  explicit Saying(Asked& asked) : asked_(asked) {}

  Task<Result<JobResult>> run(Job job) override {
    const std::lock_guard lock(asked_.mutex);
    if (asked_.error) co_return fail(*asked_.error);
    JobResult out;
    out.out = job.argv.back() == "--version" ? "GNU bash, version 5.2.15(1)-release" : "said";
    out.out_bytes = std::ssize(out.out);
    if (job.argv.back() != "--version") asked_.jobs.push_back(std::move(job));
    co_return out;
  }

 private:
  Asked& asked_;
};

class CompatDoors : public testing::ServiceTest {
 protected:
  Response ask(Task<Result<Response>> (api::RunnerApi::*api)(Call, Request),
               const std::string& method,
               const std::string& path,
               std::string body = "",
               std::int64_t user = 1) {
    const auto mark = std::min(path.find('?'), path.size());
    Request request;
    request.set_method(method);
    request.set_path(path.substr(0, mark));
    request.set_query(path.substr(std::min(mark + 1, path.size())));
    request.set_body(std::move(body));
    auto answer = run((runner.*api)(as(user), std::move(request)));
    if (answer) return *answer;
    Response out;
    out.set_status(answer.error().code == Code::not_found ? 404 : 500);
    out.set_body(answer.error().reason);
    return out;
  }

  Response jobe(const std::string& method,
                const std::string& path,
                std::string body = "",
                std::int64_t user = 1) {
    return ask(&api::RunnerApi::jobe, method, "/jobe/index.php/restapi/" + path, std::move(body),
               user);
  }

  Response judge0(const std::string& method, const std::string& path, std::string body = "") {
    return ask(&api::RunnerApi::judge0, method, "/judge0/" + path, std::move(body));
  }

  Response piston(const std::string& method, const std::string& path, std::string body = "") {
    return ask(&api::RunnerApi::piston, method, "/api/v2/" + path, std::move(body));
  }

  static Config all_on() {
    Config config;
    config.jobe = config.judge0 = config.piston = true;
    return config;
  }

  const std::string md5 = "5d41402abc4b2a76b9719d911017c592";
  const std::string hello = R"({"file_contents":"aGVsbG8="})";
  const std::string submission = R"({"source_code":"cat","language_id":46,"stdin":"x"})";
  const std::string job =
      R"({"language":"bash","version":"5","files":[{"content":"cat"}],"args":["a"]})";

  Asked asked;
  Runner service{all_on(), std::make_unique<Saying>(asked), clock, ids, metrics};
  api::RunnerApi& runner = reach<api::RunnerApi>(service, api::publish, api::connect_runner);
};

TEST_P(CompatDoors, SUB_06_each_runs_a_program) {
  const auto submitted = judge0("POST", "submissions?wait=true", submission);
  EXPECT_EQ(submitted.status(), 201);
  EXPECT_NE(submitted.body().find(R"("stdout":"said")"), std::string::npos);
  const auto executed = piston("POST", "execute", job);
  EXPECT_EQ(executed.status(), 200);
  EXPECT_NE(executed.body().find(R"("version":"5.2.15")"), std::string::npos);
  ASSERT_EQ(asked.jobs.size(), 2U);
  EXPECT_EQ(asked.jobs[1].argv.back(), "a");
}

TEST_P(CompatDoors, off_means_that_there_is_nothing) {
  Runner off({}, std::make_unique<Saying>(asked), clock, ids, metrics);
  for (auto api : {&api::RunnerApi::jobe, &api::RunnerApi::judge0, &api::RunnerApi::piston}) {
    Request request;
    request.set_method("GET");
    request.set_path("/jobe/index.php/restapi/languages");
    const auto answer = run((static_cast<api::RunnerApi&>(off).*api)(as(1), request));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().reason, "no_such_route");
  }
}

TEST_P(CompatDoors, a_file_that_was_put_can_be_asked_for_and_used_by_its_user) {
  EXPECT_EQ(jobe("GET", "files/" + md5).status(), 404);
  EXPECT_EQ(jobe("PUT", "files/" + md5, hello).status(), 204);
  EXPECT_EQ(jobe("GET", "files/" + md5).status(), 204);
  EXPECT_EQ(jobe("GET", "files/" + md5, "", 2).status(), 404);
  const std::string run = R"({"run_spec":{"language_id":"c","sourcecode":"x","file_list":[[")" +
                          md5 + R"(","data.txt"]]}})";
  EXPECT_EQ(jobe("POST", "runs", run, 2).status(), 404);
}

TEST_P(CompatDoors, paths_and_methods_that_there_are_not_are_refused) {
  EXPECT_EQ(jobe("POST", "files", hello).status(), 403);
  EXPECT_EQ(jobe("PUT", "files/../../x", hello).status(), 400);
  EXPECT_EQ(jobe("PUT", "files/short", hello).status(), 400);
  EXPECT_EQ(jobe("PUT", "files/" + md5, "{}").status(), 400);
  EXPECT_EQ(jobe("DELETE", "files/" + md5).status(), 405);
  EXPECT_EQ(jobe("GET", "runs").status(), 405);
  EXPECT_EQ(jobe("GET", "nothing").status(), 404);
  EXPECT_EQ(jobe("POST", "languages").status(), 405);
  EXPECT_EQ(judge0("POST", "submissions", submission).status(), 400);
  EXPECT_EQ(judge0("GET", "submissions/1").status(), 404);
  EXPECT_EQ(judge0("POST", "submissions/batch?wait=true", "{}").status(), 400);
  EXPECT_EQ(judge0("PUT", "languages").status(), 405);
  EXPECT_EQ(judge0("GET", "languages/46").status(), 200);
  EXPECT_EQ(judge0("GET", "statuses").status(), 200);
  EXPECT_EQ(piston("GET", "execute").status(), 405);
  EXPECT_EQ(piston("POST", "packages", "{}").status(), 404);
  EXPECT_EQ(piston("GET", "runtimes/").status(), 200);
}

TEST_P(CompatDoors, a_version_that_is_not_here_is_refused) {
  const auto answer =
      piston("POST", "execute", R"({"language":"sh","version":"4.4","files":[{"content":"cat"}]})");
  EXPECT_EQ(answer.status(), 400);
  EXPECT_EQ(answer.body(), R"({"message":"sh-4.4 runtime is unknown"})");
}

TEST_P(CompatDoors, what_the_runner_refuses_is_told_in_the_words_of_each) {
  const std::string nul = R"(,"args":["a\u0000b"]})";
  auto bad = piston("POST", "execute",
                    R"({"language":"sh","version":"*","files":[{"content":"x"}])" + nul);
  EXPECT_EQ(bad.body(), R"({"message":"args[0] an argument has no NUL in it"})");
  bad = judge0("POST", "submissions?wait=true",
               R"({"source_code":"x","language_id":46,"compiler_options":"-O2"})");
  EXPECT_EQ(bad.status(), 422);
  EXPECT_NE(bad.body().find("compiler_options"), std::string::npos);
  bad = piston("POST", "execute",
               R"({"language":"sh","version":"*","files":[{"content":"x","name":"../x"}]})");
  EXPECT_NE(bad.body().find("files[0].path"), std::string::npos);
}

TEST_P(CompatDoors, without_a_sandbox_each_answers_503) {
  asked.error = Error{Code::unavailable, "sandbox_unavailable", "there is none", "", 0};
  EXPECT_EQ(judge0("POST", "submissions?wait=true", submission).status(), 503);
  EXPECT_EQ(piston("POST", "execute", job).status(), 503);
}

INSTANTIATE_TEST_SUITE_P(works, CompatDoors, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::runner
