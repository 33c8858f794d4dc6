// Compilers, and sources that mean harm: the compiler is as untrusted as the program.

#include <algorithm>
#include <array>
#include <gtest/gtest.h>

#include "services/runner/self_test.h"
#include "services/runner/testing/sandbox_fixture.h"

namespace lyceum::runner {
namespace {

class Compile : public SandboxTest {
 protected:
  api::RunResult compile(const std::string& language, const std::string& source) {
    return run_request(program(language, source));
  }
};

// Those that tools/install installs for every test.
constexpr std::array always = {"bash", "c", "cpp", "java", "javascript", "python"};

TEST_F(Compile, SUB_06_every_installed_language_passes_its_own_test) {
  const bool all = std::getenv("LYCEUM_LONG_TESTS") != nullptr;
  for (const auto& language : languages()) {
    const bool needed = all || std::ranges::find(always, language.key) != always.end();
    if (needed)
      EXPECT_TRUE(tools_installed(language))
          << language.key << ": tools/install " << (all ? "languages" : "test");
    if (!tools_installed(language) || !needed) continue;
    const auto result = run_request(self_test(language));
    EXPECT_EQ(result.status(), "AC") << language.key << "\n" << result.ShortDebugString();
    EXPECT_EQ(result.compile().status(), "AC") << language.key;
  }
}

TEST_F(Compile, SUB_06_what_fails_while_it_runs_is_RE_and_what_does_not_compile_is_CE) {
  struct Wrong {
    const char *language, *throws, *unfinished;
  };

  for (const auto& [language, throws, unfinished] : std::initializer_list<Wrong>{
           {"bash", "exit 3", nullptr},
           {"c", "int main(void) { return 3; }", "int main(void) { return"},
           {"c-clang", "int main(void) { return 3; }", "int main(void) { return"},
           {"cpp", "int main() { return 3; }", "int main() { return"},
           {"cpp-clang", "int main() { return 3; }", "int main() { return"},
           {"cpp23", "int main() { return 3; }", "int main() { return"},
           {"cpp23-clang", "int main() { return 3; }", "int main() { return"},
           {"fortran", "program p\nerror stop 3\nend program",
            "program p\nprint *, (\nend program"},
           {"go", "package main\nfunc main() { panic(1) }", "package main\nfunc main() { x() }"},
           {"haskell", "main :: IO ()\nmain = error \"wrong\"", "main = putStrLn 3"},
           {"java", "class Main { public static void main(String[] a) { throw new Error(); } }",
            "class Main {"},
           {"javascript", "throw new Error()", nullptr},
           {"lua", "error('wrong')", nullptr},
           {"ocaml", "let () = failwith \"wrong\"", "let () = 1 + \"a\""},
           {"pascal", "var a: integer; begin a := 0; writeln(1 div a); end.", "begin x := 1; end."},
           {"perl", "die 'wrong'", nullptr},
           {"php", "<?php throw new Exception('wrong');", nullptr},
           {"python", "raise ValueError", nullptr},
           {"ruby", "raise 'wrong'", nullptr},
           {"rust", "fn main() { panic!() }", "fn main() { x }"},
           {"scheme", "(error \"wrong\")", nullptr},
           {"sql", "SELECT * FROM nothing;", nullptr},
           {"typescript", "throw new Error()", "const n: number = 'text';"}}) {
    const auto& known = *find_language(language);
    if (!tools_installed(known)) continue;
    const auto run = [&](const char* source) {
      auto request = program(language, source);
      request.clear_limits();
      return run_request(std::move(request));
    };
    const auto ran = run(throws);
    EXPECT_EQ(ran.status(), "RE") << language << "\n" << ran.ShortDebugString();
    EXPECT_EQ(unfinished != nullptr, known.compiled()) << language;
    if (!unfinished) continue;
    const auto compiled = run(unfinished);
    EXPECT_EQ(compiled.status(), "CE") << language << "\n" << compiled.ShortDebugString();
    EXPECT_NE(compiled.compile().stdout() + compiled.compile().stderr(), "") << language;
  }
}

TEST_F(Compile, every_language_says_its_version) {
  const std::map<std::string, std::string> beginnings = {{"bash", "GNU bash, version 5"},
                                                         {"c", "gcc ("},
                                                         {"cpp", "g++ ("},
                                                         {"java", "openjdk "},
                                                         {"javascript", "v"},
                                                         {"python", "Python 3."}};
  const auto listed = run(runner.list_languages(as_guest(), {}));
  ASSERT_TRUE(listed) << listed.error().message;
  std::size_t known = 0;
  for (const auto& language : listed->languages()) {
    EXPECT_NE(language.version(), "") << language.key();
    const auto beginning = beginnings.find(language.key());
    if (beginning == beginnings.end()) continue;
    EXPECT_TRUE(language.version().starts_with(beginning->second)) << language.version();
    ++known;
  }
  EXPECT_EQ(known, beginnings.size());
}

TEST_F(Compile, an_error_comes_with_what_the_compiler_says_and_no_tests) {
  for (const auto& [language, source] : std::initializer_list<std::pair<const char*, const char*>>{
           {"cpp", "int main() { return x; }"},
           {"c", "int main(void) { return x; }"},
           {"java", "class Main { int f() { return x; } }"}}) {
    const auto result = compile(language, source);
    EXPECT_EQ(result.status(), "CE") << language;
    EXPECT_EQ(result.compile().status(), "CE") << language;
    EXPECT_NE(result.compile().exit_code(), 0) << language;
    EXPECT_NE(result.compile().stderr().find(language == std::string("java") ? "cannot find symbol"
                                                                             : "main.c"),
              std::string::npos)
        << language;
    EXPECT_EQ(result.tests_size(), 0) << language;
  }
}

TEST_F(Compile, the_same_again_is_recalled_whoever_asks) {
  const auto source = "int main() { return 0; } // " + std::to_string(ids.next());
  EXPECT_FALSE(compile("cpp", source).compile().cached());
  const auto again = compile("cpp", source);
  EXPECT_TRUE(again.compile().cached());
  EXPECT_EQ(again.status(), "AC");
  EXPECT_FALSE(compile("cpp", source + " ").compile().cached());
}

TEST_F(Compile, the_machines_files_cannot_be_included) {
  EXPECT_EQ(compile("c", "#include \"/etc/shadow\"\nint main(void) { return 0; }").status(), "CE");
  const auto result = compile("c", "#include \"/etc/passwd\"\nint main(void) { return 0; }");
  EXPECT_EQ(result.status(), "CE");
  EXPECT_EQ(result.compile().stderr().find("daemon"),
            std::string::npos);  // only the sandbox's own two lines
  EXPECT_EQ(compile("c", "__asm__(\".incbin \\\"/etc/shadow\\\"\");\nint main(void) { return 0; }")
                .status(),
            "CE");
}

TEST_F(Compile, endless_input_ends_at_a_limit) {
  const auto zero = compile("c", "#include \"/dev/zero\"\n").status();
  EXPECT_TRUE(zero == "CTLE" || zero == "CE") << zero;
  EXPECT_EQ(compile("c", "#include \"/dev/stdin\"\nint main(void) { return 0; }").status(),
            "AC");  // is empty
  EXPECT_EQ(compile("c", "#include __FILE__\n").status(), "CE");
}

TEST_F(Compile, template_bombs_are_stopped) {
  EXPECT_EQ(compile("cpp",
                    "template<int N> struct F { static const int v = F<N + 1>::v; }; int main() { "
                    "return F<0>::v; }")
                .status(),
            "CE");
}

TEST_F(Compile, a_compiler_that_takes_too_long_is_stopped) {
  if (!std::getenv("LYCEUM_LONG_TESTS"))
    GTEST_SKIP() << "takes all of a compiler's time: set LYCEUM_LONG_TESTS";
  const auto status = compile("cpp",
                              "template<int A, int B> struct F { static const int v = F<A-1, B>::v "
                              "+ F<A-1, B+1>::v + F<A-1, B*2+1>::v; };"
                              "template<int B> struct F<0, B> { static const int v = B; };"
                              "int main() { return F<600, 1>::v; }")
                          .status();
  EXPECT_EQ(status, "CTLE");
}

TEST_F(Compile, endless_errors_are_cut) {
  std::string source =
      "#define A x x x x x x x x x x x x x x x x\n#define B A A A A A A A A A A A A\n#define C B B "
      "B B B B B B B B B B\n";
  source += "int main(void) { \n";
  for (int i = 0; i < 2000; ++i)
    source += "undeclared_" + std::to_string(i) + "();;y" + std::to_string(i) + " = 1;\n";
  source += "}";
  const auto result = compile("cpp", source);
  EXPECT_EQ(result.status(), "CE");
  EXPECT_LE(result.compile().stderr().size(), 64U << 10);
  EXPECT_TRUE(result.compile().truncated());
  EXPECT_GT(result.compile().stderr_bytes(), 64 << 10);
}

TEST_F(Compile, a_giant_array_stops_at_the_file_limit) {
  const auto status = compile("c", "char a[1L << 30] = {1}; int main(void) { return 0; }").status();
  EXPECT_TRUE(status == "CE" || status == "CTLE") << status;
}

TEST_F(Compile, names_of_files_are_no_options) {
  for (const auto* name :
       {"-o.c", "@main.c", "a b.c", "#.c", "$(touch x).c", "-fplugin=x.c", "a;b.c"}) {
    api::RunRequest request;
    request.set_language("c");
    auto& file = *request.add_files();
    file.set_path(name);
    file.set_content("int main(void) { return 0; }");
    request.add_tests()->set_id("1");
    EXPECT_EQ(run_request(request).status(), "AC") << name;
  }
}

TEST_F(Compile, only_plain_files_leave_the_compilers_sandbox) {
  // Java's annotation processors and C's compilers run no code of the user: what could place a link
  // in /out is the job itself, so that is what is tried here.
  Job job;
  job.argv = {"/usr/bin/bash", "-c",
              "cd /out; ln -s /etc/passwd link; ln -s / dir; mkfifo pipe; echo x >twice; ln twice "
              "again; mkdir -p a/b; echo deep >a/b/c; "
              "ln -s /usr/bin loop; echo plain >plain; chmod 700 plain; mkdir closed; echo x "
              ">closed/x; chmod 000 closed; ln -s ../../.. up; mknod dev c 1 5; true"};
  job.environment = {"PATH=/usr/bin:/bin"};
  job.input = *Content::of("");
  job.limits = {.cpu_ms = 5000,
                .wall_ms = 10000,
                .memory_bytes = 64 << 20,
                .output_keep = 1000,
                .output_max = 1000,
                .processes = 8};
  job.writes_out = true;
  job.collect = {"", "link", "dir/etc/passwd", "pipe", "up/etc/passwd", "loop/bash"};
  const auto result = run(open_sandbox(test_sandbox())->run(std::move(job)));
  ASSERT_TRUE(result) << result.error().message;
  std::vector<std::string> paths;
  for (const auto& file : result->artifacts)
    paths.push_back(file.path + (file.executable ? "*" : ""));
  std::ranges::sort(paths);
  EXPECT_EQ(paths, (std::vector<std::string>{"out/a/b/c", "out/plain*"}));
}

}  // namespace
}  // namespace lyceum::runner
