#include "host/config.h"

#include <fstream>
#include <gtest/gtest.h>

namespace lyceum::host {
namespace {

struct Fields {
  int text_max = 4000;
  bool open = false;
  std::string smtp;
  std::vector<std::string> peers;
};

class ConfigTest : public ::testing::Test {
 protected:
  ConfigTest() {
    configuration.add(
        {"mailer",
         {setting(fields.text_max, "text_max", "longest text"),
          setting(fields.open, "open", "open?"), setting(fields.smtp, "smtp", "server", true)}});
    configuration.add({"server", {setting(fields.peers, "peers", "where others are")}});
  }

  ~ConfigTest() override { std::remove(path.c_str()); }

  Result<void> file(const std::string& text) {
    std::ofstream(path) << text;
    return configuration.load_file(path);
  }

  std::string path = ::testing::TempDir() + "lyceum_config_test.yaml";
  Fields fields;
  Configuration configuration;
};

TEST_F(ConfigTest, PLAT_11_later_wins_file_then_environment_then_flag) {
  ASSERT_TRUE(file("mailer:\n  text_max: 1\n  open: true\n"));
  const char* environment[] = {"LYCEUM_MAILER_TEXT_MAX=2", "HOME=/", nullptr};
  ASSERT_TRUE(configuration.load_environment(environment));
  EXPECT_EQ(fields.text_max, 2);
  ASSERT_TRUE(configuration.set("mailer.text_max", "3", "flag"));
  EXPECT_EQ(fields.text_max, 3);
  EXPECT_TRUE(fields.open);
}

TEST_F(ConfigTest, PLAT_11_an_unknown_key_is_an_error_that_names_it) {
  const auto done = file("mailer:\n  text_maxx: 1\n");
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().message.find("mailer.text_maxx"), std::string::npos)
      << done.error().message;
  const char* environment[] = {"LYCEUM_MAILER_NOPE=2", nullptr};
  EXPECT_FALSE(configuration.load_environment(environment));
  EXPECT_FALSE(configuration.set("nope", "1", "flag"));
}

TEST_F(ConfigTest, a_value_of_the_wrong_kind_is_an_error) {
  EXPECT_FALSE(file("mailer:\n  text_max: many\n"));
  EXPECT_FALSE(configuration.set("mailer.open", "maybe", "flag"));
  EXPECT_EQ(fields.text_max, 4000);
}

TEST_F(ConfigTest, a_file_that_is_no_yaml_is_an_error) {
  EXPECT_FALSE(file("mailer: [\n"));
  EXPECT_FALSE(file("just text\n"));
}

TEST_F(ConfigTest, a_list_is_read_from_yaml_and_from_text) {
  ASSERT_TRUE(file("server:\n  peers: [a=1, b=2]\n"));
  EXPECT_EQ(fields.peers, (std::vector<std::string>{"a=1", "b=2"}));
  ASSERT_TRUE(configuration.set("peers", "c=3", "flag"));
  EXPECT_EQ(fields.peers, std::vector<std::string>{"c=3"});
}

TEST_F(ConfigTest, a_secret_is_never_printed) {
  ASSERT_TRUE(configuration.set("mailer.smtp", "smtp://user:hunter2@host", "flag"));
  EXPECT_EQ(configuration.print().find("hunter2"), std::string::npos);
}

TEST_F(ConfigTest, what_is_printed_can_be_read_back) {
  ASSERT_TRUE(configuration.set("mailer.text_max", "12", "flag"));
  const auto printed = configuration.print();
  fields.text_max = 0;
  ASSERT_TRUE(file(printed));
  EXPECT_EQ(fields.text_max, 12);
}

}  // namespace
}  // namespace lyceum::host
