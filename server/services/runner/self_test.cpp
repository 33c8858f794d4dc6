#include "services/runner/self_test.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "services/runner/runner.h"

namespace lyceum::runner {

v1::RunRequest self_test(const Language& language) {
  v1::RunRequest out;
  out.set_language(language.key);
  for (const auto& [path, content] : language.self_test.files) {
    auto& file = *out.add_files();
    file.set_path(path);
    file.set_content(content);
  }
  auto& test = *out.add_tests();
  test.set_id("self");
  test.set_stdin(language.self_test.input);
  test.set_expected(language.self_test.output);
  return out;
}

Result<v1::RunResult> run_self_test(const std::string& place, const Language& language) {
  const SystemClock clock;
  Ids ids(clock, 0);
  metrics::Registry metrics;
  Runner runner({}, open_sandbox(place), clock, ids, metrics);
  std::optional<Result<v1::RunResult>> out;
  boost::asio::io_context loop;
  boost::asio::co_spawn(
      loop, runner.run(Call(Call::Info()), self_test(language)),
      [&](const std::exception_ptr& thrown, Result<v1::RunResult> result) {
        if (thrown) std::rethrow_exception(thrown);
        out.emplace(std::move(result));
        loop.stop();  // a header of C++ that is being compiled ahead: we do not come back for it
      });
  loop.run();
  return *std::move(out);
}

}  // namespace lyceum::runner
