#pragma once
// Sends mails from a durable queue. Other services publish MailWanted in their own transaction;
// nobody waits for SMTP. A mail whose sending was cut off between the server's "taken" and our
// commit goes out once more, with the same Message-ID: SMTP knows no "exactly once".

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/db.h"
#include "base/id.h"
#include "base/mail.h"
#include "base/metrics.h"
#include "base/migration.h"
#include "contract/mailer.rpc.h"
#include "services/mailer/store.h"

namespace lyceum::mailer {

namespace api = lyceum::mailer::v1;

struct Config {
  std::string product = "Lyceum";
  std::string from = "lyceum@localhost";
  bool open_mailbox = false;
  int queue_max = 10'000;
  int keep_days = 90;
  std::string smtp_url = "";  // empty: mails are kept in the outbox folder
  std::string smtp_user = "";
  std::string smtp_password = "";
  std::string smtp_security = "required";
  std::string smtp_ca_file = "";
  int smtp_connections = 4;
};

const std::vector<Migration>& migrations();

class Mailer final : public api::MailerApi {
 public:
  // Throws std::runtime_error with a sentence for the operator when a setting is wrong.
  Mailer(Config config,
         Db& db,
         const Clock& clock,
         Ids& ids,
         std::unique_ptr<MailCarrier> carrier,
         metrics::Registry& metrics);

  Task<Result<api::Mailbox>> get_mailbox(Call call, api::GetMailboxRequest request) override;
  Task<Result<api::ListMailsResponse>> list_mails(Call call,
                                                  api::ListMailsRequest request) override;
  Task<Result<api::Mail>> get_mail(Call call, api::GetMailRequest request) override;

  Result<void> on_mail_wanted(Tx& tx, const Call& call, const api::MailWanted& wanted);

  // Sends the mail that is due first. True: there was one. Several may run at the same time.
  Task<bool> send_next();

  // Called whenever a mail has come; nothing is called without.
  void set_wake(std::function<void()> wake);

  int connections() const { return carrier_->keeps() ? 1 : config_.smtp_connections; }

  // What is being sent ends soon; nothing new begins.
  void stop() { carrier_->stop(); }

 private:
  // The page of an open mailbox shows links that open accounts, so it is only open where the mails
  // stay on this machine anyway.
  bool is_open() const { return config_.open_mailbox && carrier_->keeps(); }

  Result<void> may_read(const Call& call) const;
  Task<Result<void>> send(store::Mail mail);
  Task<void> sweep(std::int64_t now);
  Result<void> measure(Tx& tx, std::int64_t now);
  void mail_has_come();

  const Config config_;
  Db& db_;
  const Clock& clock_;
  Ids& ids_;
  const std::unique_ptr<MailCarrier> carrier_;
  std::atomic<std::int64_t> next_sweep_ = 0;
  std::atomic<std::int64_t> next_measure_ = 0;
  std::mutex wake_mutex_;
  std::function<void()> wake_;
  metrics::Gauge& queued_;
  metrics::Gauge& oldest_seconds_;
  metrics::Counter& sent_;
  metrics::Counter& kept_;
  metrics::Counter& delayed_;
  metrics::Counter& failed_;
  metrics::Counter& dropped_;
};

}  // namespace lyceum::mailer
