#include "services/mailer/templates.h"

#include <gtest/gtest.h>

namespace lyceum::mailer {
namespace {

// Everything that any template may need.
Values values() {
  return {{"name", "Ann"},
          {"link", "https://lyceum.example/go?a=1&b=2"},
          {"reset_link", "https://lyceum.example/forgot"},
          {"hours", "24"},
          {"minutes", "30"}};
}

TEST(Templates, MAIL_01_MAIL_02_MAIL_08_every_template_renders_in_both_languages) {
  for (const auto& wanted : templates()) {
    for (const std::string_view locale : {"en", "fr"}) {
      SCOPED_TRACE(std::string(wanted.name) + " " + std::string(locale));
      const auto mail = render("Polytech", wanted.name, locale, values());
      ASSERT_TRUE(mail) << mail.error().message;
      EXPECT_FALSE(mail->subject.empty());
      EXPECT_TRUE(mail->text.starts_with(locale == "fr" ? "Bonjour Ann,\n\n" : "Hello Ann,\n\n"));
      EXPECT_EQ(mail->html.find(";\">Hello Ann,</div>"),
                std::string::npos);  // says more than that first
      EXPECT_NE(mail->text.find("Polytech"), std::string::npos);
      EXPECT_NE(mail->html.find("<html lang=\"" + std::string(locale) + "\""), std::string::npos);
      for (const auto name : wanted.values) {
        const std::string value = values().find(name)->second;
        EXPECT_NE(mail->text.find(value), std::string::npos) << name;
      }
      EXPECT_NE(mail->html.find("href=\"https://lyceum.example/go?a=1&amp;b=2\""),
                std::string::npos);
      for (const auto& [name, value] : values()) {  // nothing was left unfilled
        EXPECT_EQ(mail->text.find("{" + name + "}"), std::string::npos) << name;
        EXPECT_EQ(mail->html.find("{" + name + "}"), std::string::npos) << name;
      }
      for (const auto* name :
           {"{greeting}", "{product}", "{subject}", "{body}", "{preview}", "{lang}"}) {
        EXPECT_EQ(mail->subject.find(name), std::string::npos) << name;
        EXPECT_EQ(mail->text.find(name), std::string::npos) << name;
        EXPECT_EQ(mail->html.find(name), std::string::npos) << name;
      }
    }
  }
}

TEST(Templates, a_missing_value_is_an_error_in_every_template) {
  for (const auto& wanted : templates()) {
    for (const auto name : wanted.values) {
      SCOPED_TRACE(std::string(wanted.name) + " " + std::string(name));
      Values some = values();
      some.erase(some.find(name));
      const auto mail = render("Lyceum", wanted.name, "en", some);
      ASSERT_FALSE(mail);
      EXPECT_EQ(mail.error().reason, "missing_value");
      EXPECT_EQ(mail.error().field, "values." + std::string(name));
    }
  }
}

TEST(Templates, values_are_no_markup) {
  Values some = values();
  some["name"] = "<b>\"Ann\" & 'Bob'</b>";
  const auto mail = render("A & <B>", "password_reset", "en", some);
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->html.find("<b>"), std::string::npos);
  EXPECT_EQ(mail->html.find("<B>"), std::string::npos);
  EXPECT_NE(mail->html.find("A &amp; &lt;B&gt;"), std::string::npos);
}

TEST(Templates, a_value_that_looks_like_a_place_for_another_stays_as_it_is) {
  Values some = values();
  some["name"] = "{link}";
  const auto mail = render("Lyceum", "welcome", "en", some);
  EXPECT_NE(mail->text.find("Hello {link},"), std::string::npos);
}

TEST(Templates, names_cannot_smuggle_links_or_lines) {
  for (const auto* name : {"https://evil.example", "evil.example", "win at evil.example now",
                           "a@evil.example", "<a href=x>", ""}) {
    Values some = values();
    some["name"] = name;
    const auto mail = render("Lyceum", "confirm_email", "en", some);
    ASSERT_TRUE(mail) << name;
    EXPECT_NE(mail->text.find("Hello,"), std::string::npos) << name;
    EXPECT_EQ(mail->html.find("evil"), std::string::npos) << name;
  }
  Values some = values();
  some["name"] = "J. R. Zoë\r\nBcc: x";
  const auto mail = render("Lyceum", "confirm_email", "en", some);
  EXPECT_NE(mail->text.find("Hello J. R. Zoë Bcc: x,"), std::string::npos);
}

TEST(Templates, a_link_is_a_web_address) {
  for (const auto* link : {"javascript:alert(1)", "lyceum.example", "data:text/html,x"}) {
    Values some = values();
    some["link"] = link;
    EXPECT_EQ(render("Lyceum", "welcome", "en", some).error().reason, "bad_link") << link;
  }
}

TEST(Templates, other_languages_read_english) {
  EXPECT_EQ(language_of("fr-CA"), "fr");
  EXPECT_EQ(language_of("de"), "en");
  EXPECT_EQ(language_of(""), "en");
}

}  // namespace
}  // namespace lyceum::mailer
