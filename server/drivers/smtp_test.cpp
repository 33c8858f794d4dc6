#include "drivers/smtp.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <future>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_future.hpp>

#include "base/parallel.h"
#include "testing/service_test.h"

namespace lyceum {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// testing/smtp_server.py in a process of its own, until the end of the test.
class Server {
 public:
  Server(const fs::path& folder, const std::vector<std::string>& options) {
    int out[2];
    EXPECT_EQ(pipe2(out, O_CLOEXEC), 0);
    process_ = fork();
    if (process_ == 0) {
      dup2(out[1], STDOUT_FILENO);
      dup2(open((folder / "log").c_str(), O_WRONLY | O_CREAT, 0600), STDERR_FILENO);
      std::vector<std::string> words = {"/usr/bin/python3", LYCEUM_SMTP_SERVER, folder.string()};
      words.insert(words.end(), options.begin(), options.end());
      std::vector<char*> arguments;
      for (auto& word : words) arguments.push_back(word.data());
      arguments.push_back(nullptr);
      execv("/usr/bin/python3", arguments.data());
      _exit(127);
    }
    close(out[1]);
    FILE* said = fdopen(out[0], "r");
    EXPECT_EQ(fscanf(said, "%d", &port), 1) << "the test's SMTP server does not start";
    fclose(said);
  }

  ~Server() {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port = 0;

 private:
  pid_t process_ = 0;
};

class SmtpTest : public testing::LoopTest {
 protected:
  void SetUp() override {
    // Somebody's own machine may lack it; where everything is tested it must be there.
    if (std::system("/usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null") != 0) {
      ASSERT_EQ(getenv("CI"), nullptr) << "Debian's python3-aiosmtpd is missing";
      GTEST_SKIP() << "needs Debian's python3-aiosmtpd";
    }
    char path[] = "/tmp/lyceum-smtp-XXXXXX";
    folder = mkdtemp(path);
  }

  void TearDown() override { fs::remove_all(folder); }

  void start(const std::vector<std::string>& options = {}) { server.emplace(folder, options); }

  SmtpServer settings(const std::string& scheme = "smtp",
                      const std::string& security = "none") const {
    return {.url = scheme + "://127.0.0.1:" + std::to_string(server->port),
            .security = security,
            .connections = 4,
            .timeout_ms = 20'000};
  }

  Letter letter(const std::string& to, const std::string& text = "Hello\r\n") {
    return {std::to_string(ids.next()), "school@lyceum.example", to,
            "From: <school@lyceum.example>\r\nTo: <" + to + ">\r\nSubject: x\r\n\r\n" + text};
  }

  Result<void> send(MailCarrier& carrier, const std::string& to) {
    return run(carrier.deliver(letter(to)));
  }

  std::string mail(int number) const {
    std::ifstream file(folder / std::to_string(number), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  fs::path folder;
  std::optional<Server> server;
};

TEST_F(SmtpTest, MAIL_02_a_mail_arrives_byte_by_byte) {
  start();
  const auto carrier = open_smtp(settings());
  EXPECT_FALSE(carrier->keeps());
  const Letter sent = letter("ann@example.org", ".\r\n..\r\n.dot\r\nFrom x\r\n\r\nend\r\n");
  const auto done = run(carrier->deliver(sent));
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(mail(0),
            "X-From: school@lyceum.example\r\nX-To: ann@example.org\r\nX-Host: lyceum.example\r\n"
            "X-Connection: 1\r\nX-Tls: False\r\n" +
                sent.bytes);
}

TEST_F(SmtpTest, what_is_refused_for_good_and_what_for_now) {
  start();
  const auto carrier = open_smtp(settings());

  struct Case {
    std::string to;
    Code code;
    std::string said;
  };

  for (const auto& [to, code, said] : std::vector<Case>{
           {"reject@example.org", Code::failed_precondition, "550 5.1.1 no such mailbox"},
           {"refuse@example.org", Code::failed_precondition, "554 5.7.1 we do not like it"},
           {"full@example.org", Code::unavailable, "452 4.2.2 mailbox full"},
           {"later@example.org", Code::unavailable, "451 4.3.0 try later"}}) {
    const auto refused = send(*carrier, to);
    ASSERT_FALSE(refused) << to;
    EXPECT_EQ(refused.error().code, code) << to << ": " << refused.error().message;
    EXPECT_NE(refused.error().message.find(said), std::string::npos) << refused.error().message;
  }
  ASSERT_TRUE(send(*carrier, "ann@example.org"));  // none of them harms the next
}

TEST_F(SmtpTest, a_server_that_hangs_up_is_tried_later) {
  start();
  const auto carrier = open_smtp(settings());
  EXPECT_EQ(send(*carrier, "hangup@example.org").error().code, Code::unavailable);
  ASSERT_TRUE(send(*carrier, "ann@example.org"));
}

TEST_F(SmtpTest, a_server_that_does_not_answer_is_left_in_time) {
  start();
  auto some = settings();
  some.timeout_ms = 700;
  const auto carrier = open_smtp(some);
  const auto begin = Clock::now();
  EXPECT_EQ(send(*carrier, "slow@example.org").error().code, Code::unavailable);
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(10));
}

TEST_F(SmtpTest, stopping_ends_what_is_under_way_and_lets_nothing_begin) {
  start();
  const auto carrier = open_smtp(settings());
  const auto begin = Clock::now();
  auto waiting = boost::asio::co_spawn(loop(), carrier->deliver(letter("slow@example.org")),
                                       boost::asio::use_future);
  while (waiting.wait_for(std::chrono::milliseconds(50)) != std::future_status::ready)
    carrier->stop();
  EXPECT_EQ(waiting.get().error().code, Code::cancelled);
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(10));
  EXPECT_EQ(send(*carrier, "ann@example.org").error().code, Code::cancelled);
}

TEST_F(SmtpTest, nobody_there_is_tried_later) {
  boost::asio::io_context io;
  boost::asio::ip::tcp::acceptor taken(io, {boost::asio::ip::address_v4::loopback(), 0});
  const auto port = taken.local_endpoint().port();
  taken.close();
  const auto carrier =
      open_smtp({.url = "smtp://127.0.0.1:" + std::to_string(port), .security = "none"});
  EXPECT_EQ(send(*carrier, "ann@example.org").error().code, Code::unavailable);
}

TEST_F(SmtpTest, connections_are_used_again) {
  start();
  const auto carrier = open_smtp(settings());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(send(*carrier, "ann@example.org"));
  EXPECT_NE(mail(2).find("X-Connection: 1\r\n"), std::string::npos) << mail(2);
}

TEST_F(SmtpTest, many_at_the_same_time_all_arrive) {
  start();
  const auto carrier = open_smtp(settings());
  run([](MailCarrier& to, std::vector<Letter> letters) -> Task<int> {
    std::vector<Task<void>> senders;
    for (auto& one : letters) {
      senders.push_back([](MailCarrier& carries, Letter mail_to_send) -> Task<void> {
        const auto done = co_await carries.deliver(std::move(mail_to_send));
        EXPECT_TRUE(done) << done.error().message;
      }(to, std::move(one)));
    }
    co_await run_all(std::move(senders));
    co_return 0;
  }(*carrier, std::vector<Letter>(12, letter("ann@example.org"))));
  EXPECT_NE(mail(11), "");
}

TEST_F(SmtpTest, tls_is_required_unless_said_otherwise) {
  start();  // without TLS
  const auto strict = open_smtp(settings("smtp", "required"));
  EXPECT_EQ(send(*strict, "ann@example.org").error().code, Code::unavailable);
  EXPECT_EQ(mail(0), "");
  const auto easy = open_smtp(settings("smtp", "if_offered"));
  EXPECT_TRUE(send(*easy, "ann@example.org"));
}

TEST_F(SmtpTest, starttls_and_a_password_work_and_wrong_ones_wait_for_an_operator) {
  start({"starttls", "auth"});
  auto right = settings("smtp", "required");
  right.ca_file = (folder / "cert.pem").string();
  right.user = "school";
  right.password = "secret";
  const auto done = send(*open_smtp(right), "ann@example.org");
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_NE(mail(0).find("X-Tls: True"), std::string::npos);

  auto wrong_password = right;
  wrong_password.password = "guessed";
  EXPECT_EQ(send(*open_smtp(wrong_password), "ann@example.org").error().code, Code::unavailable);
  auto strange_certificate = right;
  strange_certificate.ca_file = "";
  EXPECT_EQ(send(*open_smtp(strange_certificate), "ann@example.org").error().code,
            Code::unavailable);
}

TEST_F(SmtpTest, smtps_works) {
  start({"tls"});
  auto some = settings("smtps", "required");
  some.ca_file = (folder / "cert.pem").string();
  const auto done = send(*open_smtp(some), "ann@example.org");
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_NE(mail(0).find("X-Tls: True"), std::string::npos);
}

TEST(Smtp, wrong_settings_are_said_at_once) {
  for (const auto* url :
       {"", "mail.example.org", "http://mail.example.org", "smtp://", "smtp://a/b",
        "smtp://user:password@mail.example.org", "file:///etc/passwd"})
    EXPECT_THROW(open_smtp({.url = url}), std::runtime_error) << url;
  EXPECT_THROW(open_smtp({.url = "smtp://a", .security = "maybe"}), std::runtime_error);
}

}  // namespace
}  // namespace lyceum
