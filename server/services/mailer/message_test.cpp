#include "services/mailer/message.h"

#include <cstdio>
#include <cstdlib>
#include <gtest/gtest.h>
#include <unistd.h>
#include <vector>

namespace lyceum::mailer {
namespace {

Message message() {
  Message m;
  m.id = 123456789012345678;
  m.date_ms = 1'790'000'000'000;
  m.from_name = "Lyceum";
  m.from = "school@lyceum.example";
  m.to = "ann@example.org";
  m.locale = "en";
  m.subject = "Hello";
  m.text = "Hello Ann,\n\nall is well.\n";
  m.html = "<p>Hello Ann</p>\n";
  return m;
}

// Python's mail parser, in its strict modern policy, as somebody else's reading of what we write:
// what each of the expressions is of the mail `m` with its parts `text` and `html`. Defects are an
// answer, too.
std::vector<std::string> read_by_python(const std::string& bytes,
                                        const std::vector<std::string>& expressions) {
  char path[] = "/tmp/lyceum-mail-XXXXXX";
  const int fd = mkstemp(path);
  EXPECT_GE(fd, 0);
  EXPECT_EQ(write(fd, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  close(fd);
  std::string command =
      "/usr/bin/python3 -c 'import sys, email, email.policy\n"
      "m = email.message_from_binary_file(open(sys.argv[1], \"rb\"), policy=email.policy.SMTP)\n"
      "bad = [d for p in m.walk() for d in p.defects] + [d for h in m.values() for d in "
      "h.defects]\n"
      "text, html = [p.get_content() for p in m.iter_parts()]\n";
  for (const auto& expression : expressions)
    command += "print(bad if bad else " + expression + ", end=\"\\x1f\")\n";
  std::string out;
  FILE* pipe = popen((command + "' " + path).c_str(), "r");
  char buffer[4096];
  for (std::size_t n = 0; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) out.append(buffer, n);
  EXPECT_EQ(pclose(pipe), 0);
  unlink(path);
  std::vector<std::string> answers;
  for (std::size_t end = 0; (end = out.find('\x1f')) != std::string::npos; out.erase(0, end + 1))
    answers.push_back(out.substr(0, end));
  answers.resize(expressions.size());
  return answers;
}

using Answers = std::vector<std::string>;

TEST(Message, a_mail_program_reads_what_was_meant) {
  EXPECT_EQ(read_by_python(
                compose(message()),
                {"m[\"subject\"]", "m[\"from\"]", "m[\"to\"].addresses[0].addr_spec",
                 "m[\"date\"].datetime.isoformat()", "m[\"message-id\"]", "m.get_content_type()",
                 "[p.get_content_type() for p in m.iter_parts()]", "text", "html"}),
            (Answers{"Hello", "Lyceum <school@lyceum.example>", "ann@example.org",
                     "2026-09-21T14:13:20+00:00", "<123456789012345678@lyceum.example>",
                     "multipart/alternative", "['text/plain', 'text/html']", message().text,
                     message().html}));
}

TEST(Message, any_text_arrives_as_it_was) {
  Message m = message();
  m.text = "Zoë = œuvre\ttab \n.dot\n..dots\nFrom here\ntrailing \n" + std::string(200, 'x') +
           "\n" + std::string(100, ' ') + "\n名前 " + std::string(200, '=') + "\n";
  m.html = "<p>" + m.text + "</p>\n";
  EXPECT_EQ(read_by_python(compose(m), {"text", "html"}), (Answers{m.text, m.html}));
}

TEST(Message, subjects_and_names_of_all_scripts_arrive) {
  for (const std::string subject :
       {"Confirmez votre adresse", "Votre mot de passe a été modifié",
        "名前を確認してください名前を確認してください名前を確認してください名前を確認してください",
        "an unusually long subject of plain letters that has to be on more than one line, I am "
        "afraid",
        "looks =?UTF-8?Q?encoded?= but is not",
        "École \"Poly\" and \\ and <angles> and, commas; too"}) {
    Message m = message();
    m.subject = subject;
    m.from_name = subject.substr(0, subject.find(' '));
    EXPECT_EQ(read_by_python(compose(m), {"m[\"subject\"]", "m[\"from\"].addresses[0].addr_spec"}),
              (Answers{subject, "school@lyceum.example"}));
  }
  // Of a name in several encoded words Python makes several words; RFC 2047 §6.2 does not.
  for (const std::string name :
       {"École \"Poly\", <x> & \\", "名前を確認", "Lyceum (Paris)", "a.b@c"}) {
    Message m = message();
    m.from_name = name;
    EXPECT_EQ(read_by_python(compose(m), {"m[\"from\"].addresses[0].display_name",
                                          "m[\"from\"].addresses[0].addr_spec"}),
              (Answers{name, "school@lyceum.example"}));
  }
}

TEST(Message, lines_are_short_and_end_in_crlf) {
  Message m = message();
  m.subject = std::string(500, 'a') + "é" + std::string(500, 'b');
  m.text = std::string(5000, 'a') + "é\nx\n";
  const std::string bytes = compose(m);
  std::size_t start = 0;
  while (start < bytes.size()) {
    const auto end = bytes.find('\n', start);
    ASSERT_NE(end, std::string::npos);
    ASSERT_GT(end, start);
    EXPECT_EQ(bytes[end - 1], '\r');
    EXPECT_LE(end - 1 - start, 78U) << bytes.substr(start, 100);
    start = end + 1;
  }
}

TEST(Message, nothing_can_add_a_header) {
  Message m = message();
  m.subject = "Hello\r\nBcc: eve@example.org\r\n\r\nbody";
  m.from_name = "x\nBcc: eve@example.org";
  m.locale = "en\r\nBcc: eve@example.org";
  const std::string bytes = compose(m);
  EXPECT_EQ(read_by_python(bytes, {"m[\"bcc\"]", "m[\"subject\"]"}),
            (Answers{"None", "Hello Bcc: eve@example.org body"}));
}

TEST(Message, the_same_mail_is_the_same_bytes) {
  EXPECT_EQ(compose(message()), compose(message()));
}

TEST(Message, addresses_that_can_be_sent_to) {
  for (const auto* good : {"ann@example.org", "a.b+c@sub.example.org", "x@localhost",
                           "o'neil@example.org", "1@1.example"})
    EXPECT_TRUE(is_address(good)) << good;
  for (const std::string bad : {"",
                                "ann",
                                "@example.org",
                                "ann@",
                                "a b@example.org",
                                "ann@exa mple.org",
                                "ann@@example.org",
                                "a@b@example.org",
                                ".ann@example.org",
                                "ann.@example.org",
                                "a..b@example.org",
                                "ann@.org",
                                "ann@example.org.",
                                "ann@-example.org",
                                "ann@example.org\r\nBcc: x@example.org",
                                "ann@example.org>",
                                "<ann@example.org>",
                                "\"ann\"@example.org",
                                "ann@exam_ple.org",
                                "zoë@example.org",
                                "ann@[127.0.0.1]",
                                "ann@example.org, bob@example.org"})
    EXPECT_FALSE(is_address(bad)) << bad;
  EXPECT_FALSE(is_address(std::string(65, 'a') + "@example.org"));
  EXPECT_FALSE(is_address("a@" + std::string(64, 'b') + ".org"));
}

}  // namespace
}  // namespace lyceum::mailer
