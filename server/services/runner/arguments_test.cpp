#include "services/runner/arguments.h"

#include <gtest/gtest.h>

namespace lyceum::runner {
namespace {

std::string refused(const v1::RunRequest& request, const char* language) {
  const auto good = check_arguments(request, *find_language(language));
  return good ? "" : good.error().field;
}

TEST(Arguments, a_program_has_a_few_of_some_length) {
  v1::RunRequest request;
  for (int i = 0; i < 20; ++i) request.add_arguments(std::string(1000, 'x'));
  EXPECT_EQ(refused(request, "python"), "");
  request.add_arguments("x");
  EXPECT_EQ(refused(request, "python"), "arguments[20]");
  request.clear_arguments();
  request.add_arguments("");
  request.add_arguments(std::string(1001, 'x'));
  EXPECT_EQ(refused(request, "python"), "arguments[1]");
}

TEST(Arguments, none_has_a_NUL_in_it) {
  v1::RunRequest request;
  request.add_arguments(std::string("a\0b", 3));
  EXPECT_EQ(refused(request, "python"), "arguments[0]");
}

TEST(Arguments, SQL_has_none) {
  v1::RunRequest request;
  request.add_arguments(".shell id");
  EXPECT_EQ(refused(request, "sql"), "arguments[0]");
}

TEST(Arguments, a_compiler_gets_only_what_its_language_allows) {
  v1::RunRequest request;
  request.add_compile_arguments("-Wall");
  EXPECT_EQ(refused(request, "c"), "");
  EXPECT_EQ(refused(request, "python"), "compile_arguments[0]");
  request.add_compile_arguments("-o/w/x");
  EXPECT_EQ(refused(request, "c"), "compile_arguments[1]");
  request.clear_compile_arguments();
  for (int i = 0; i < 21; ++i) request.add_compile_arguments("-Wall");
  EXPECT_EQ(refused(request, "c"), "compile_arguments[20]");
}

}  // namespace
}  // namespace lyceum::runner
