// Hostile programs, F: code that runs while it is compiled, and what a compiler can be made to
// read.

#include <map>

#include "services/runner/testing/hostile_fixture.h"

namespace lyceum::runner {
namespace {

// For a shell. Its words are cut in two so that a source that is shown does not have them. Says
// what must not be: a way out, a place to write to, another test's data.
const std::string look_around = R"(
echo loo''ked
ls -R /w /out /tmp /dev/shm
cat /w/* /out/* /tmp/* /dev/shm/* /proc/*/environ /proc/*/cmdline 2>/dev/null
for path in /etc/shadow /etc/hostname /root /home /run /sys /proc/1/environ /proc/meminfo; do
  [ -e $path ] && echo fou''nd $path
done
for path in /usr /usr/bin /etc /proc /dev; do
  (: >$path/mine) 2>/dev/null && echo wro''te $path
done
for host in 127.0.0.1 1.1.1.1 169.254.169.254; do
  bash -c "exec 3<>/dev/tcp/$host/80" 2>/dev/null && echo reac''hed $host
done
true
)";

class HostileCompile : public Hostile {
 protected:
  using Files = std::map<std::string, std::string>;

  // tools/install languages has all of them; `make test` needs few.
  static bool has(const std::string& language) {
    const bool installed = tools_installed(*find_language(language));
    if (std::getenv("LYCEUM_LONG_TESTS"))
      EXPECT_TRUE(installed) << language << ": tools/install languages";
    return installed;
  }

  api::RunResult run_files(const std::string& language, const Files& files) {
    auto request = program(language, "");
    request.clear_limits();
    request.clear_files();
    request.set_entry(find_language(language)->main);
    for (const auto& [path, content] : files) {
      auto& file = *request.add_files();
      file.set_path(path);
      file.set_content(content);
    }
    request.mutable_tests(0)->set_stdin("the secret input");
    request.mutable_tests(0)->set_expected("the secret answer");
    return run_request(std::move(request));
  }

  // All that a run says.
  static std::string said(const api::RunResult& result) {
    auto out = result.compile().stdout() + result.compile().stderr();
    for (const auto& test : result.tests()) out += test.stdout() + test.stderr();
    return out;
  }

  // The code ran, and found nothing.
  void looks_in_vain(const std::string& language, const Files& files) {
    if (!has(language)) return;
    const auto result = run_files(language, files);
    EXPECT_EQ(result.compile().status(), "AC") << language << "\n" << said(result);
    const auto all = said(result);
    EXPECT_NE(all.find("looked"), std::string::npos) << language << "\n" << all;
    for (const auto* wrong : {"found", "wrote", "reached", "the secret", "LYCEUM"})
      EXPECT_EQ(all.find(wrong), std::string::npos) << language << ": " << wrong << "\n" << all;
  }
};

// 50
TEST_F(HostileCompile, code_of_haskell_that_runs_while_it_is_compiled_finds_nothing) {
  looks_in_vain("haskell", {{"look.sh", look_around}, {"main.hs", R"(
{-# LANGUAGE TemplateHaskell #-}
import Language.Haskell.TH
import System.Process

main :: IO ()
main = putStr $(runIO (readProcess "/usr/bin/bash" ["/w/look.sh"] "") >>= stringE)
)"}});
}

// 50
TEST_F(HostileCompile, plugins_and_preprocessors_of_ocamlbuild_find_nothing) {
  looks_in_vain("ocaml",
                {{"look.sh", look_around},
                 {"main.ml", "let () = print_string \"ran\""},
                 {"myocamlbuild.ml", "let () = ignore (Sys.command \"bash /w/look.sh\")"}});
  looks_in_vain("ocaml", {{"look.sh", look_around},
                          {"pp.sh", "bash /w/look.sh >&2; cat \"$1\""},
                          {"_tags", "true: pp(bash /w/pp.sh)"},
                          {"main.ml", "let () = print_string \"ran\""}});
}

// 50
TEST_F(HostileCompile, what_runs_while_it_is_compiled_ends_with_the_compiler) {
  const std::string daemons =
      "for i in 1 2 3 4 5 6 7 8; do setsid sleep 1000 </dev/null >/dev/null 2>&1 & done";
  if (has("haskell")) {
    const auto result = run_files("haskell", {{"daemons.sh", daemons}, {"main.hs", R"(
{-# LANGUAGE TemplateHaskell #-}
import Language.Haskell.TH
import System.Process

main :: IO ()
main = putStr $(runIO (system "bash /w/daemons.sh") >> stringE "the secret answer")
)"}});
    EXPECT_EQ(result.status(), "AC") << said(result);
  }
  if (has("ocaml")) {
    const auto result = run_files(
        "ocaml", {{"daemons.sh", daemons},
                  {"main.ml", "let () = print_string \"the secret answer\""},
                  {"myocamlbuild.ml", "let () = ignore (Sys.command \"bash /w/daemons.sh\")"}});
    EXPECT_EQ(result.status(), "AC") << said(result);
  }
  // TearDown sees that none is left.
}

// 50
TEST_F(HostileCompile, annotation_processors_and_plugins_of_java_do_not_run) {
  const std::string evil = R"(
import java.util.Set;
import javax.annotation.processing.*;
import javax.lang.model.element.TypeElement;

public class Evil extends AbstractProcessor implements com.sun.source.util.Plugin {
  static { System.err.println("loo" + "ked"); }
  public boolean process(Set<? extends TypeElement> a, RoundEnvironment r) { return false; }
  public String getName() { return "evil"; }
  public boolean autoStart() { return true; }
  public void init(com.sun.source.util.JavacTask task, String... arguments) {}
}
)";
  const std::string main =
      "@Deprecated class Main { public static void main(String[] a) { "
      "System.out.println(\"the secret answer\"); } }";
  const auto with = [&](const std::string& service) {
    return run_files(
        "java",
        {{"Main.java", main}, {"Evil.java", evil}, {"META-INF/services/" + service, "Evil"}});
  };
  const auto processor = with("javax.annotation.processing.Processor");
  EXPECT_EQ(processor.status(), "AC") << said(processor);
  EXPECT_EQ(said(processor).find("looked"), std::string::npos);
  // Plugins are asked for, but in class files, which are no text and so in no request.
  const auto plugin = with("com.sun.source.util.Plugin");
  EXPECT_EQ(plugin.status(), "CE");
  EXPECT_EQ(said(plugin).find("looked"), std::string::npos);
}

// 50
TEST_F(HostileCompile, directives_of_go_start_nothing) {
  if (!has("go")) GTEST_SKIP() << "go is not installed";
  const std::string rest = "func main() { print(1) }\n";
  const auto generates =
      run_files("go", {{"look.sh", look_around},
                       {"main.go", "package main\n//go:generate bash /w/look.sh\n" + rest}});
  EXPECT_EQ(generates.compile().status(), "AC") << said(generates);
  EXPECT_EQ(said(generates).find("looked"), std::string::npos);
  // No C, so no flags of its compiler and linker either.
  for (const auto* flags : {"CFLAGS: -fplugin=/w/evil.so", "LDFLAGS: -Wl,-plugin,/w/evil.so",
                            "LDFLAGS: -fuse-ld=/w/look.sh", "pkg-config: evil"}) {
    const auto flagged =
        run_files("go", {{"main.go", std::string("package main\n// #cgo ") + flags +
                                         "\n// #include </etc/passwd>\nimport \"C\"\n" + rest}});
    EXPECT_EQ(flagged.status(), "CE") << flags;
    EXPECT_EQ(said(flagged).find("evil"), std::string::npos) << said(flagged);
  }
}

// 50
TEST_F(HostileCompile, a_compilers_surroundings_tell_nothing) {
  const auto c = run_files("c", {{"main.c", R"(
#include <stdio.h>
__asm__(".data\nfrom: .incbin \"/proc/self/environ\"\nto: .byte 0\n");
extern const char from[], to[];
int main(void) { fwrite(from, 1, (unsigned long)(to - from), stdout); }
)"}});
  EXPECT_EQ(c.compile().status(), "AC") << said(c);
  EXPECT_EQ(said(c), "");
  if (has("rust")) {
    const auto rust = run_files("rust", {{"main.rs", R"(
fn main() {
    print!("{} {:?}", include_str!("/proc/self/environ"), option_env!("LYCEUM_DATA"));
    print!("{}", env!("PATH"));
}
)"}});
    EXPECT_EQ(rust.compile().status(), "AC") << said(rust);
    EXPECT_NE(said(rust).find("HOME=/w"), std::string::npos);
    EXPECT_TRUE(said(rust).ends_with("None/usr/bin:/bin")) << said(rust);
  }
  if (has("pascal")) {
    const auto pascal = run_files(
        "pascal", {{"main.pas", "begin write({$I %HOME%}, ' ', {$I %LYCEUM_DATA%}, '.') end."}});
    EXPECT_EQ(pascal.tests_size() ? pascal.tests(0).stdout() : said(pascal), "/w .");
  }
}

// 49, 50, 66
TEST_F(HostileCompile, what_is_not_there_is_not_to_be_included) {
  struct Includes {
    const char *language, *before, *after;
  };

  for (const auto& [language, before, after] : std::initializer_list<Includes>{
           {"c", "#include \"", "\"\nint main(void) { return 0; }"},
           {"c", "__asm__(\".incbin \\\"", "\\\"\"); int main(void) { return 0; }"},
           {"cpp", "#embed \"", "\"\nint main() {}"},
           {"rust", "fn main() { print!(\"{:?}\", include_bytes!(\"", "\")) }"},
           {"rust", "#[path = \"", "\"] mod other; fn main() {}"},
           {"fortran", "program p\ninclude '", "'\nend program"},
           {"pascal", "{$I ", "}\nbegin end."},
           {"go", "package main\nimport _ \"embed\"\n//go:embed ",
            "\nvar a string\nfunc main() { print(a) }"},
           {"typescript", "/// <reference path=\"", "\" />\n"},
           {"haskell", "{-# LANGUAGE CPP #-}\n#include \"", "\"\nmain = pure ()"}}) {
    if (!has(language)) continue;
    for (const auto* path : {"/etc/shadow", "/w/../proc/1/environ", "/w/input", "/w/judge_answer",
                             "/proc/1/root/etc/passwd"}) {
      const auto result = run_files(
          language, {{find_language(language)->main, before + std::string(path) + after}});
      EXPECT_EQ(result.status(), "CE") << language << " " << path << "\n" << said(result);
      EXPECT_EQ(said(result).find("the secret"), std::string::npos);
    }
  }
}

// 50
TEST_F(HostileCompile, what_is_no_program_is_no_error_of_ours) {
  if (!has("rust")) GTEST_SKIP() << "rust is not installed";
  for (const auto* kind : {"proc-macro", "cdylib", "staticlib"}) {
    const auto result = run_files(
        "rust", {{"main.rs", std::string("#![crate_type = \"") + kind + "\"]\nfn main() {}"}});
    EXPECT_TRUE(result.status() == "RE" || result.status() == "SIG" || result.status() == "CE" ||
                result.status() == "AC")
        << kind << " " << result.status();
  }
}

}  // namespace
}  // namespace lyceum::runner
