#include "services/runner/compat/exchange.h"

#include <gtest/gtest.h>

namespace lyceum::runner::compat {
namespace {

// "" or the field that is wrong.
template <class T>
std::string wrong_field(const Result<T>& result) {
  return result ? "" : result.error().field;
}

TEST(CompatExchange, a_body_is_a_JSON_object) {
  Body body;
  for (const auto* bad : {"", "[]", "1", "{", "{\"a\":\"\xff\"}", "{} {}"})
    EXPECT_FALSE(body.read(bad)) << bad;
  EXPECT_TRUE(body.read("{}"));
}

TEST(CompatExchange, members_of_another_type_are_named) {
  Body body;
  const auto fields = body.read(R"({"s":"x","n":"12.5","b":1,"l":["a",1],"o":[1],"none":null})");
  ASSERT_TRUE(fields);
  EXPECT_EQ(wrong_field(fields->text("n")), "");
  EXPECT_EQ(wrong_field(fields->text("b")), "b");
  EXPECT_EQ(wrong_field(fields->number("s")), "s");
  EXPECT_EQ(**fields->number("n"), 12.5);
  EXPECT_EQ(**fields->flag("b"), true);
  EXPECT_EQ(wrong_field(fields->flag("s")), "s");
  EXPECT_EQ(wrong_field(fields->texts("l")), "l");
  EXPECT_EQ(wrong_field(fields->object("o")), "o");
  EXPECT_FALSE(fields->text("none")->has_value());
  EXPECT_FALSE(fields->has("none"));
}

TEST(CompatExchange, an_object_without_members_may_come_from_PHP) {
  Body body;
  const auto fields = body.read(R"({"parameters":[]})");
  EXPECT_FALSE(fields->object("parameters")->has_value());
}

TEST(CompatExchange, a_number_is_no_infinity_and_has_nothing_after_it) {
  Body body;
  const auto fields = body.read(R"({"a":"nan","b":"inf","c":"1;ls","d":"0x10","e":""})");
  for (const auto* name : {"a", "b", "c", "d", "e"}) EXPECT_FALSE(fields->number(name)) << name;
}

TEST(CompatExchange, versions_are_found_in_what_tools_say) {
  EXPECT_EQ(version_number("gcc (Debian 12.2.0-14) 12.2.0"), "12.2.0");
  EXPECT_EQ(version_number("Python 3.11.2"), "3.11.2");
  EXPECT_EQ(version_number("v18.19.0"), "18.19.0");
  EXPECT_EQ(version_number("GNU bash, version 5.2.15(1)-release"), "5.2.15");
  EXPECT_EQ(version_number("go version go1.19 linux/amd64"), "1.19.0");
  EXPECT_EQ(version_number("Version 4."), "4.0.0");
  EXPECT_EQ(version_number(""), "0.0.0");
}

TEST(CompatExchange, a_Java_file_is_named_after_its_public_class) {
  EXPECT_EQ(java_file("public class Hello { }"), "Hello.java");
  EXPECT_EQ(java_file("class A {}\npublic final class B {}"), "B.java");
  EXPECT_EQ(java_file("// public class No\n/* public class No2 */ class Yes {}"), "Yes.java");
  EXPECT_EQ(java_file("class Main { public static class Inner {} }"), "Main.java");
  EXPECT_EQ(java_file("class A { String s = \"}\"; char c = '}'; public class X {} }"), "A.java");
  EXPECT_EQ(java_file("@Tag(\"public class No\") public class Yes {}"), "Yes.java");
  EXPECT_EQ(java_file("public class"), "Main.java");
  EXPECT_EQ(java_file("int x;"), "Main.java");
  EXPECT_EQ(java_file(""), "Main.java");
  EXPECT_EQ(java_file("/* no end"), "Main.java");
  EXPECT_EQ(java_file("\"no end"), "Main.java");
}

TEST(CompatExchange, what_is_no_UTF_8_is_replaced) {
  EXPECT_EQ(as_utf8("a\xff"
                    "b"),
            "a\xef\xbf\xbd"
            "b");
  EXPECT_EQ(as_utf8("caf\xc3\xa9\x80"), "caf\xc3\xa9\xef\xbf\xbd");
  EXPECT_EQ(as_utf8("\xf0\x9f\x98\x80\xf0"), "\xf0\x9f\x98\x80\xef\xbf\xbd");
}

TEST(CompatExchange, parameters_of_a_query_are_decoded) {
  EXPECT_EQ(parameter("a=1&fields=stdout%2Cstatus&b", "fields"), "stdout,status");
  EXPECT_EQ(parameter("a=1", "b"), "");
  EXPECT_EQ(parameter("a=%zz", "a"), "%zz");
  EXPECT_EQ(parameter("a=%4", "a"), "%4");
}

TEST(CompatExchange, limits_become_whole_numbers) {
  EXPECT_EQ(scaled(2.5, 1000), 2500);
  EXPECT_EQ(scaled(0.0001, 1000), 1);
  EXPECT_EQ(scaled(1e300, 1000), 1'000'000'000'000'000);
}

TEST(CompatExchange, sizes_are_those_of_the_contract) {
  api::RunRequest request;
  request.add_tests()->set_stdin(std::string((1 << 20) + 1, 'x'));
  EXPECT_EQ(check_sizes(request).error().field, "tests[0].stdin");
  request.clear_tests();
  request.add_files()->set_content(std::string((1 << 20) + 1, 'x'));
  EXPECT_EQ(check_sizes(request).error().field, "files[0].content");
  request.clear_files();
  for (int i = 0; i < 51; ++i) request.add_files();
  EXPECT_EQ(check_sizes(request).error().field, "files");
}

TEST(CompatExchange, an_error_names_the_field_as_the_caller_knows_it) {
  const Error error{Code::invalid_argument, "x", "", "arguments[3]", 0};
  EXPECT_EQ(renamed(error, {{"limits", "l"}, {"arguments", "args"}}).field, "args[3]");
  EXPECT_EQ(renamed(error, {{"limits", "l"}}).field, "arguments[3]");
  EXPECT_EQ(renamed(error, {{"argument", "a"}}).field, "arguments[3]");
}

}  // namespace
}  // namespace lyceum::runner::compat
