#include "services/mailer/mailer.h"

#include <deque>
#include <gtest/gtest.h>

#include "base/parallel.h"
#include "services/mailer/rules.h"
#include "testing/service_test.h"

namespace lyceum::mailer {
namespace {

constexpr std::int64_t minute = 60'000;
constexpr std::int64_t hour = 60 * minute;

// Takes letters, and answers what the test has laid out; then "taken".
class FakeCarrier final : public MailCarrier {
 public:
  Task<Result<void>> deliver(Letter letter) override {
    letters.push_back(std::move(letter));
    if (answers.empty()) co_return Result<void>{};
    auto answer = std::move(answers.front());
    answers.pop_front();
    co_return answer;
  }

  bool keeps() const override { return local; }

  void stop() override {}

  std::vector<Letter> letters;
  std::deque<Result<void>> answers;
  bool local = false;
};

Result<void> later() {
  return fail(Code::unavailable, "mail_delayed", "the server said: 451 try later");
}

Result<void> never() {
  return fail(Code::failed_precondition, "mail_refused", "the server said: 550 no such mailbox");
}

class MailerTest : public testing::ServiceTest {
 protected:
  Result<void> want(const api::MailWanted& wanted) {
    return write(*db, [&](Tx& tx) { return service.on_mail_wanted(tx, as_service(), wanted); });
  }

  static api::MailWanted reset_mail(const std::string& key,
                                    const std::string& to = "ann@example.org") {
    api::MailWanted wanted;
    wanted.set_key(key);
    wanted.set_template_("password_reset");
    wanted.set_to(to);
    wanted.set_locale("en");
    (*wanted.mutable_values())["name"] = "Ann";
    (*wanted.mutable_values())["link"] = "https://lyceum.example/reset?token=secret";
    (*wanted.mutable_values())["minutes"] = "30";
    return wanted;
  }

  void send_all() {
    while (run(service.send_next())) {
    }
  }

  Result<api::ListMailsResponse> list(const Call& call,
                                      int limit = 0,
                                      const std::string& token = "") {
    api::ListMailsRequest request;
    request.set_limit(limit);
    request.set_page_token(token);
    return run(mailer.list_mails(call, request));
  }

  Result<api::Mail> get(const Call& call, std::int64_t id) {
    api::GetMailRequest request;
    request.set_mail_id(id);
    return run(mailer.get_mail(call, request));
  }

  // The only mail there is.
  api::Mail only() {
    const auto mails = list(admin);
    EXPECT_TRUE(mails) << mails.error().message;
    EXPECT_EQ(mails->mails_size(), 1);
    return mails->mails(0);
  }

  // What the row holds, whoever may see it.
  std::string stored_text() {
    return *read(*db, [](Tx& tx) {
      return tx.one("SELECT body_text || body_html FROM mailer_mails", {},
                    [](const Row& row) { return row.text(0); });
    });
  }

  const Call admin = as(7, {"administrator"});
  std::unique_ptr<Db> db = open_temporary_sqlite(migrations());
  std::unique_ptr<FakeCarrier> owned = std::make_unique<FakeCarrier>();
  FakeCarrier& carrier = *owned;
  Config config{.from = "school@lyceum.example", .queue_max = 5};
  Mailer service{config, *db, clock, ids, std::move(owned), metrics};
  api::MailerApi& mailer = reach<api::MailerApi>(service, api::publish, api::connect_mailer);
};

TEST_P(MailerTest, MAIL_08_a_wanted_mail_is_sent) {
  ASSERT_TRUE(want(reset_mail("reset:1")));
  EXPECT_EQ(only().status(), "queued");
  send_all();
  ASSERT_EQ(carrier.letters.size(), 1U);
  EXPECT_EQ(carrier.letters[0].from, "school@lyceum.example");
  EXPECT_EQ(carrier.letters[0].to, "ann@example.org");
  EXPECT_NE(carrier.letters[0].bytes.find("https://lyceum.example/reset?token=secret"),
            std::string::npos);
  EXPECT_EQ(only().status(), "sent");
  EXPECT_EQ(only().sent_at(), clock.now_ms());
}

TEST_P(MailerTest, the_same_key_is_one_mail) {
  ASSERT_TRUE(want(reset_mail("reset:1")));
  ASSERT_TRUE(want(reset_mail("reset:1")));
  send_all();
  EXPECT_EQ(carrier.letters.size(), 1U);
  ASSERT_TRUE(want(reset_mail("reset:1")));
  send_all();
  EXPECT_EQ(carrier.letters.size(), 1U);
}

TEST_P(MailerTest, a_mail_that_is_put_off_goes_again_after_1_5_15_60_240_and_720_minutes) {
  ASSERT_TRUE(want(reset_mail("reset:1")));
  for (int i = 0; i < 6; ++i) carrier.answers.push_back(later());
  std::size_t tried = 0;
  for (const std::int64_t wait : {0, 1, 5, 15, 60, 240, 720}) {
    if (wait > 0) {
      clock.move(wait * minute - 1);
      send_all();
      EXPECT_EQ(carrier.letters.size(), tried) << "too early, wait of " << wait;
      clock.move(1);
    }
    send_all();
    EXPECT_EQ(carrier.letters.size(), ++tried) << "wait of " << wait;
  }
  EXPECT_EQ(only().status(), "sent");
  EXPECT_EQ(only().attempts(), 7);
}

TEST_P(MailerTest, a_mail_that_is_put_off_seven_times_has_failed) {
  ASSERT_TRUE(want(reset_mail("reset:1")));
  for (int i = 0; i < 8; ++i) carrier.answers.push_back(later());
  for (int i = 0; i < 10; ++i) {
    send_all();
    clock.move(12 * hour);
  }
  EXPECT_EQ(carrier.letters.size(), 7U);
  EXPECT_EQ(only().status(), "failed");
  EXPECT_EQ(only().error(), "the server said: 451 try later");
  EXPECT_EQ(stored_text(), "");
}

TEST_P(MailerTest, a_mail_that_is_refused_fails_at_once) {
  ASSERT_TRUE(want(reset_mail("reset:1")));
  carrier.answers.push_back(never());
  send_all();
  clock.move(24 * hour);
  send_all();
  EXPECT_EQ(carrier.letters.size(), 1U);
  EXPECT_EQ(only().status(), "failed");
  EXPECT_EQ(only().error(), "the server said: 550 no such mailbox");
}

TEST_P(MailerTest, every_attempt_sends_the_same_bytes) {
  ASSERT_TRUE(want(reset_mail("reset:1")));
  carrier.answers.push_back(later());
  send_all();
  clock.move(minute);
  send_all();
  ASSERT_EQ(carrier.letters.size(), 2U);
  EXPECT_EQ(carrier.letters[0].bytes, carrier.letters[1].bytes);
  EXPECT_NE(
      carrier.letters[0].bytes.find("Message-ID: <" + carrier.letters[0].id + "@lyceum.example>"),
      std::string::npos);
}

TEST_P(MailerTest, a_mail_whose_link_has_died_is_dropped) {
  auto wanted = reset_mail("reset:1");
  wanted.set_drop_after(clock.now_ms() + 30 * minute);
  ASSERT_TRUE(want(wanted));
  clock.move(30 * minute);
  send_all();
  EXPECT_TRUE(carrier.letters.empty());
  EXPECT_EQ(only().status(), "dropped");
  EXPECT_EQ(stored_text(), "");
}

TEST_P(MailerTest, a_mail_that_cannot_go_before_its_link_dies_is_dropped_now) {
  auto wanted = reset_mail("reset:1");
  wanted.set_drop_after(clock.now_ms() + 3 * minute);
  ASSERT_TRUE(want(wanted));
  carrier.answers = {later(), later()};
  send_all();
  EXPECT_EQ(only().status(), "queued");  // again in one minute
  clock.move(minute);
  send_all();  // the next wait would be five
  EXPECT_EQ(only().status(), "dropped");
  EXPECT_EQ(only().error(), "the server said: 451 try later");
}

TEST_P(MailerTest, a_mail_whose_sender_was_killed_goes_again_with_the_same_message_id) {
  ASSERT_TRUE(want(reset_mail("reset:1")));
  const std::int64_t now = clock.now_ms();
  const auto lost = write(*db, [&](Tx& tx) { return store::claim(tx, now, now + 2 * minute); });
  ASSERT_TRUE(lost && *lost);
  send_all();
  EXPECT_TRUE(carrier.letters.empty());  // somebody may be sending it
  EXPECT_EQ(only().status(), "sending");
  clock.move(2 * minute);
  send_all();
  ASSERT_EQ(carrier.letters.size(), 1U);
  EXPECT_EQ(only().status(), "sent");

  // The first sender was only slow: what it has to say is no longer of interest.
  ASSERT_TRUE(write(*db, [&](Tx& tx) { return store::try_again(tx, **lost, now, "late"); }));
  EXPECT_EQ(only().status(), "sent");
}

TEST_P(MailerTest, stopping_does_not_count_as_an_attempt) {
  ASSERT_TRUE(want(reset_mail("reset:1")));
  carrier.answers.push_back(fail(Code::cancelled, "stopping", "the process is stopping"));
  run(service.send_next());
  EXPECT_EQ(only().status(), "queued");
  EXPECT_EQ(only().attempts(), 0);
}

TEST_P(MailerTest, many_senders_send_each_mail_once) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(want(reset_mail("reset:" + std::to_string(i))));
  run([](Mailer& sender) -> Task<int> {
    std::vector<Task<void>> senders;
    for (int i = 0; i < 8; ++i) {
      senders.push_back([](Mailer& one) -> Task<void> {
        while (co_await one.send_next()) {
        }
      }(sender));
    }
    co_await run_all(std::move(senders));
    co_return 0;
  }(service));
  ASSERT_EQ(carrier.letters.size(), 5U);
  std::set<std::string> sent;
  for (const auto& letter : carrier.letters) sent.insert(letter.id);
  EXPECT_EQ(sent.size(), 5U);
}

TEST_P(MailerTest, secret_links_are_erased_once_a_mail_has_gone) {
  ASSERT_TRUE(want(reset_mail("reset:1")));
  EXPECT_NE(stored_text().find("token=secret"), std::string::npos);
  send_all();
  EXPECT_EQ(stored_text(), "");
}

TEST_P(MailerTest, what_waits_for_smtp_shows_nobody_its_links) {
  ASSERT_TRUE(want(reset_mail("reset:1")));
  const auto mail = get(admin, only().id());
  ASSERT_TRUE(mail);
  EXPECT_FALSE(mail->has_text());
  EXPECT_FALSE(mail->has_html());
}

TEST_P(MailerTest, MAIL_08_without_smtp_a_mail_is_kept_and_an_administrator_reads_it) {
  carrier.local = true;
  ASSERT_TRUE(want(reset_mail("reset:1")));
  send_all();
  const auto mail = get(admin, only().id());
  ASSERT_TRUE(mail) << mail.error().message;
  EXPECT_EQ(mail->status(), "kept");
  EXPECT_EQ(mail->template_(), "password_reset");
  EXPECT_EQ(mail->subject(), "Set a new password");
  EXPECT_NE(mail->text().find("https://lyceum.example/reset?token=secret"), std::string::npos);
  EXPECT_NE(mail->html().find("https://lyceum.example/reset?token=secret"), std::string::npos);
}

TEST_P(MailerTest, only_administrators_see_mails) {
  carrier.local = true;
  ASSERT_TRUE(want(reset_mail("reset:1")));
  send_all();
  const auto id = only().id();
  EXPECT_EQ(list(as(8)).error().code, Code::permission_denied);
  EXPECT_EQ(get(as(8, {"author"}), id).error().code, Code::permission_denied);
  EXPECT_EQ(list(as_guest()).error().code, Code::unauthenticated);
  EXPECT_EQ(get(as_guest(), id).error().code, Code::unauthenticated);
}

TEST_P(MailerTest, an_open_mailbox_is_for_everybody_but_only_where_mails_stay_here) {
  Config open = config;
  open.open_mailbox = true;
  auto fake = std::make_unique<FakeCarrier>();
  FakeCarrier& letters = *fake;
  Mailer opened{open, *db, clock, ids, std::move(fake), metrics};
  EXPECT_EQ(run(opened.list_mails(as_guest(), {})).error().code, Code::unauthenticated);
  EXPECT_FALSE(run(opened.get_mailbox(as_guest(), {}))->open());
  letters.local = true;
  EXPECT_TRUE(run(opened.get_mailbox(as_guest(), {}))->open());
  EXPECT_TRUE(run(opened.list_mails(as_guest(), {})));
}

TEST_P(MailerTest, lists_are_newest_first_in_pages_and_without_texts) {
  carrier.local = true;
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(want(
        reset_mail("reset:" + std::to_string(i), "user" + std::to_string(i) + "@example.org")));
  send_all();
  std::vector<std::string> seen;
  std::string token;
  for (const int size : {2, 2, 1}) {
    const auto page = list(admin, 2, token);
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(page->mails_size(), size);
    for (const auto& mail : page->mails()) {
      seen.push_back(mail.to());
      EXPECT_FALSE(mail.has_text());
    }
    EXPECT_EQ(page->has_next_page_token(), size == 2);
    token = page->next_page_token();
  }
  EXPECT_EQ(seen,
            (std::vector<std::string>{"user4@example.org", "user3@example.org", "user2@example.org",
                                      "user1@example.org", "user0@example.org"}));
}

TEST_P(MailerTest, lists_can_be_of_one_address) {
  ASSERT_TRUE(want(reset_mail("reset:1", "ann@example.org")));
  ASSERT_TRUE(want(reset_mail("reset:2", "bob@example.org")));
  api::ListMailsRequest request;
  request.set_to("bob@example.org");
  const auto mails = run(mailer.list_mails(admin, request));
  ASSERT_EQ(mails->mails_size(), 1);
  EXPECT_EQ(mails->mails(0).to(), "bob@example.org");
}

TEST_P(MailerTest, bad_requests_are_named) {
  EXPECT_EQ(list(admin, 10, "rubbish").error().reason, "bad_page_token");
  EXPECT_EQ(list(admin, 10, "-1").error().field, "page_token");
  EXPECT_EQ(get(admin, 12345).error().reason, "no_such_mail");
}

TEST_P(MailerTest, a_missing_value_or_template_is_refused_for_good) {
  auto wanted = reset_mail("reset:1");
  wanted.mutable_values()->erase("link");
  const auto refused = want(wanted);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::invalid_argument);
  EXPECT_EQ(refused.error().field, "values.link");
  wanted = reset_mail("reset:2");
  wanted.set_template_("advertisement");
  EXPECT_EQ(want(wanted).error().reason, "unknown_template");
  wanted = reset_mail("");
  EXPECT_EQ(want(wanted).error().field, "key");
}

TEST_P(MailerTest, a_bad_address_is_a_failed_mail_that_can_be_seen) {
  ASSERT_TRUE(want(reset_mail("reset:1", "ann@example.org\r\nBcc: eve@example.org")));
  send_all();
  EXPECT_TRUE(carrier.letters.empty());
  EXPECT_EQ(only().status(), "failed");
  EXPECT_EQ(only().to(), "ann@example.org Bcc: eve@example.org");
  EXPECT_EQ(stored_text(), "");
}

TEST_P(MailerTest, a_full_queue_asks_the_bus_to_come_again) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(want(reset_mail("reset:" + std::to_string(i))));
  EXPECT_EQ(want(reset_mail("reset:5")).error().code, Code::unavailable);
  send_all();
  EXPECT_TRUE(want(reset_mail("reset:5")));
}

TEST_P(MailerTest, a_new_mail_wakes_the_sender_once_it_is_on_disk) {
  std::atomic<int> woken = 0;
  service.set_wake([&] { ++woken; });
  ASSERT_TRUE(want(reset_mail("reset:1")));
  EXPECT_EQ(woken, 1);
  ASSERT_TRUE(want(reset_mail("reset:1")));
  EXPECT_EQ(woken, 1);
}

TEST_P(MailerTest, old_mails_are_forgotten_and_waiting_ones_never) {
  ASSERT_TRUE(want(reset_mail("reset:1")));
  send_all();
  ASSERT_TRUE(want(reset_mail("reset:2")));
  carrier.answers.push_back(later());
  send_all();
  const std::int64_t now = clock.now_ms();
  ASSERT_TRUE(write(*db, [&](Tx& tx) {  // the second one waits for longer than anything is kept
    return tx.exec("UPDATE mailer_mails SET next_at = $1 WHERE wanted_key = 'reset:2'",
                   {now + 1000 * 24 * hour});
  }));
  clock.move(90 * 24 * hour);
  send_all();
  EXPECT_EQ(list(admin)->mails_size(), 2);
  clock.move(2 * hour);
  send_all();
  EXPECT_EQ(only().status(), "queued");
}

TEST_P(MailerTest, the_queue_can_be_watched) {
  ASSERT_TRUE(want(reset_mail("reset:1")));
  carrier.answers.push_back(later());
  send_all();
  clock.move(30'000);
  send_all();
  const std::string text = metrics.text();
  EXPECT_NE(text.find("mail_queue_length 1"), std::string::npos) << text;
  EXPECT_NE(text.find("mail_queue_oldest_age_seconds 30"), std::string::npos) << text;
  EXPECT_NE(text.find("mail_sent_total{result=\"delayed\"} 1"), std::string::npos) << text;
}

TEST(MailerRules, there_are_six_retries) {
  EXPECT_EQ(retry_wait_ms(1), minute);
  EXPECT_EQ(retry_wait_ms(6), 12 * hour);
  EXPECT_EQ(retry_wait_ms(7), std::nullopt);
  EXPECT_EQ(retry_wait_ms(0), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(works, MailerTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::mailer
