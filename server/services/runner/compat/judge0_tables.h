#pragma once
// Judge0's numbers: languages (CE 1.13.1, those that we have) and statuses.

#include <array>
#include <string_view>

#include "contract/runner.rpc.h"

namespace lyceum::runner::compat::judge0 {

struct Judge0Language {
  int id;
  std::string_view key;   // ours
  std::string_view name;  // {}: the version of the tool here
};

inline constexpr std::array<Judge0Language, 20> judge0_languages = {{
    {46, "bash", "Bash ({})"},
    {50, "c", "C (GCC {})"},
    {54, "cpp", "C++ (GCC {})"},
    {59, "fortran", "Fortran (GFortran {})"},
    {60, "go", "Go ({})"},
    {61, "haskell", "Haskell (GHC {})"},
    {62, "java", "Java (OpenJDK {})"},
    {63, "javascript", "JavaScript (Node.js {})"},
    {64, "lua", "Lua ({})"},
    {65, "ocaml", "OCaml ({})"},
    {67, "pascal", "Pascal (FPC {})"},
    {68, "php", "PHP ({})"},
    {71, "python", "Python ({})"},
    {72, "ruby", "Ruby ({})"},
    {73, "rust", "Rust ({})"},
    {74, "typescript", "TypeScript ({})"},
    {75, "c-clang", "C (Clang {})"},
    {76, "cpp-clang", "C++ (Clang {})"},
    {82, "sql", "SQL (SQLite {})"},
    {85, "perl", "Perl ({})"},
}};

// By their ids, from 1.
inline constexpr std::array<std::string_view, 14> status_names = {
    "In Queue",
    "Processing",
    "Accepted",
    "Wrong Answer",
    "Time Limit Exceeded",
    "Compilation Error",
    "Runtime Error (SIGSEGV)",
    "Runtime Error (SIGXFSZ)",
    "Runtime Error (SIGFPE)",
    "Runtime Error (SIGABRT)",
    "Runtime Error (NZEC)",
    "Runtime Error (Other)",
    "Internal Error",
    "Exec Format Error",
};

// Of the only test. Judge0 has no memory limit of its own: that is 12 here; too much output is 8,
// what a too large file is there.
int status_of(const v1::RunResult& result);

}  // namespace lyceum::runner::compat::judge0
