// What goes out.
#include <fmt/format.h>

#include "base/log.h"
#include "services/mailer/mailer.h"
#include "services/mailer/message.h"
#include "services/mailer/rules.h"

namespace lyceum::mailer {
namespace {

// Longer than any carrier may take: who has not reported by then was killed.
constexpr std::int64_t lease_ms = 120'000;
constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t day_ms = 24 * hour_ms;

Letter letter_of(const Config& config, const store::Mail& mail) {
  Message message;
  message.id = mail.id;
  message.date_ms = mail.created_at;
  message.from_name = config.product;
  message.from = config.from;
  message.to = mail.to;
  message.locale = mail.locale;
  message.subject = mail.subject;
  message.text = mail.text;
  message.html = mail.html;
  return {std::to_string(mail.id), config.from, mail.to, compose(message)};
}

}  // namespace

Task<bool> Mailer::send_next() {
  const std::int64_t now = clock_.now_ms();
  const auto due = co_await db_.read([&](Tx& tx) -> Result<bool> {
    TRY_VOID(measure(tx, now));
    return store::anything_due(tx, now);
  });
  if (!due) log::error("the queue of mails cannot be read", {{"error", due.error().message}});
  if (!due || !*due) {
    co_await sweep(now);
    co_return false;
  }
  auto claimed = co_await db_.write([&](Tx& tx) { return store::claim(tx, now, now + lease_ms); });
  if (!claimed) log::error("a mail cannot be taken", {{"error", claimed.error().message}});
  if (!claimed || !*claimed) co_return false;

  const std::int64_t id = (*claimed)->id;
  const auto done = co_await send(*std::move(*claimed));
  if (!done)  // it goes again when the lease is over
    log::error("the end of a mail cannot be written down",
               {{"mail_id", id}, {"error", done.error().message}});
  co_return done.has_value();
}

// Counts the whole queue, so not for every mail.
Result<void> Mailer::measure(Tx& tx, std::int64_t now) {
  std::int64_t planned = next_measure_;
  if (now < planned || !next_measure_.compare_exchange_strong(planned, now + 1000)) return {};
  TRY(const auto length, store::queue_length(tx));
  TRY(const auto oldest, store::oldest_queued(tx));
  queued_.set(length);
  oldest_seconds_.set(oldest == 0 ? 0 : (now - oldest) / 1000);
  return {};
}

Task<Result<void>> Mailer::send(store::Mail mail) {
  const bool dead = mail.drop_after != 0 && clock_.now_ms() >= mail.drop_after;
  if (dead) {
    dropped_.add();
    co_return co_await db_.write([&](Tx& tx) {
      return store::give_up(tx, mail, "dropped", "its link has died before it could be sent");
    });
  }
  const auto sent = co_await carrier_->deliver(letter_of(config_, mail));
  const std::int64_t now = clock_.now_ms();
  if (sent) {
    (carrier_->keeps() ? kept_ : sent_).add();
    co_return co_await db_.write(
        [&](Tx& tx) { return store::finish(tx, mail, carrier_->keeps() ? "kept" : "sent", now); });
  }
  const Error& error = sent.error();
  if (error.code == Code::cancelled)  // we are being stopped
    co_return co_await db_.write([&](Tx& tx) { return store::put_back(tx, mail, now); });

  const auto wait = retry_wait_ms(mail.attempts);
  if (error.code != Code::unavailable || !wait) {
    failed_.add();
    log::warn("a mail is given up", {{"mail_id", mail.id}, {"reason", error.reason}});
    co_return co_await db_.write(
        [&](Tx& tx) { return store::give_up(tx, mail, "failed", error.message); });
  }
  if (mail.drop_after != 0 && now + *wait >= mail.drop_after) {
    dropped_.add();
    co_return co_await db_.write(
        [&](Tx& tx) { return store::give_up(tx, mail, "dropped", error.message); });
  }
  delayed_.add();
  co_return co_await db_.write(
      [&](Tx& tx) { return store::try_again(tx, mail, now + *wait, error.message); });
}

Task<void> Mailer::sweep(std::int64_t now) {
  std::int64_t planned = next_sweep_;
  if (now < planned || !next_sweep_.compare_exchange_strong(planned, now + hour_ms)) co_return;
  const auto forgotten = co_await db_.write(
      [&](Tx& tx) { return store::forget(tx, now - config_.keep_days * day_ms, 1000); });
  if (!forgotten)
    log::warn("old mails cannot be forgotten", {{"error", forgotten.error().message}});
}

}  // namespace lyceum::mailer
