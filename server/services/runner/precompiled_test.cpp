#include "services/runner/precompiled.h"

#include <gtest/gtest.h>

#include "services/runner/testing/sandbox_fixture.h"

namespace lyceum::runner {
namespace {

class Precompiled : public SandboxTest {
 protected:
  // Until it is there; every try does something else in the sandbox, so the loop is never idle.
  std::vector<SandboxFile> wait_for(const Language& language, const std::string& source) {
    for (int i = 0; i < 10'000; ++i) {
      auto files =
          headers.files(loop(), language, program(language.key, source).files(), environment);
      if (!files.empty()) return files;
      run_program("bash", "sleep 0.02", {});
    }
    return {};
  }

  JobResult compile(const Language& language, const std::string& source, const Argv& more) {
    Job job;
    job.argv = fill(language.compile, {.entry = "main.cpp", .sources = {"main.cpp"}});
    job.argv.insert(job.argv.end(), more.begin(), more.end());
    job.environment = environment;
    job.files = wait_for(language, source);
    EXPECT_EQ(job.files.size(), 1U);
    job.files.push_back({"w/main.cpp", *Content::of(source)});
    job.input = *Content::of("");
    job.limits = {.cpu_ms = 30'000,
                  .wall_ms = 60'000,
                  .memory_bytes = 1 << 30,
                  .output_keep = 100'000,
                  .output_max = 1 << 20,
                  .processes = 16};
    job.writes_out = true;
    auto result = run(open_sandbox(test_sandbox())->run(std::move(job)));
    if (!result) {
      ADD_FAILURE() << result.error().message;
      return {};
    }
    return *std::move(result);
  }

  const std::vector<std::string> environment = {"PATH=/usr/bin:/bin", "TMPDIR=/tmp"};
  PrecompiledHeaders headers{open_sandbox(test_sandbox())};
};

// With -H, GCC marks a header that it took compiled with "!", and one that it did not with "x".
TEST_F(Precompiled, what_was_compiled_ahead_is_what_the_compiler_takes) {
  for (const auto* key : {"cpp", "cpp23"}) {
    const auto result =
        compile(*find_language(key), "#include <iostream>\nint main() { std::cout << 1; }", {"-H"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_TRUE(result.err.starts_with("! .pch/iostream.gch")) << result.err;
  }
}

TEST_F(Precompiled, what_a_source_says_before_its_first_include_holds) {
  const auto& cpp = *find_language("cpp");
  for (const auto* source :
       {"#pragma GCC optimize(\"O3,unroll-loops\")\n#pragma GCC target(\"avx2\")\n"
        "#include <iostream>\nint main() { std::cout << 1; }",
        "#define _GLIBCXX_ASSERTIONS\n#include <iostream>\n#include <vector>\n"
        "#ifndef __glibcxx_assert\n#error\n#endif\nint main() { std::cout << 1; }",
        "int x = 1;\n#include <iostream>\nint main() { std::cout << x; }"}) {
    const auto result = compile(cpp, source, {});
    EXPECT_EQ(result.exit_code, 0) << source << "\n" << result.err;
  }
}

TEST_F(Precompiled, a_program_that_begins_otherwise_gets_nothing) {
  const auto& cpp = *find_language("cpp");
  EXPECT_TRUE(
      headers.files(loop(), cpp, program("cpp", "#include <map>\n").files(), environment).empty());
  EXPECT_TRUE(headers.files(loop(), cpp, program("cpp", "").files(), environment).empty());
}

// A header that is not there: nothing waits for it, and nobody notices.
TEST_F(Precompiled, what_cannot_be_compiled_ahead_is_done_without) {
  auto language = *find_language("cpp");
  language.precompiled.headers = {"nothing.h"};
  const auto request = program("cpp", "#include <nothing.h>\n");
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(headers.files(loop(), language, request.files(), environment).empty());
    run_program("bash", "sleep 0.02", {});
  }
}

}  // namespace
}  // namespace lyceum::runner
