#include "services/mailer/mailer.h"

#include <stdexcept>

#include "services/mailer/message.h"

namespace lyceum::mailer {
namespace {

metrics::Counter& results(metrics::Registry& metrics, std::string_view labels) {
  return metrics.counter("mail_sent_total", "Attempts to send a mail, by how they ended", labels);
}

}  // namespace

Mailer::Mailer(Config config,
               Db& db,
               const Clock& clock,
               Ids& ids,
               std::unique_ptr<MailCarrier> carrier,
               metrics::Registry& metrics)
    : config_(std::move(config)),
      db_(db),
      clock_(clock),
      ids_(ids),
      carrier_(std::move(carrier)),
      queued_(metrics.gauge("mail_queue_length", "Mails that wait to be sent")),
      oldest_seconds_(
          metrics.gauge("mail_queue_oldest_age_seconds", "Age of the one that waits longest")),
      sent_(results(metrics, R"(result="sent")")),
      kept_(results(metrics, R"(result="kept")")),
      delayed_(results(metrics, R"(result="delayed")")),
      failed_(results(metrics, R"(result="failed")")),
      dropped_(results(metrics, R"(result="dropped")")) {
  if (!is_address(config_.from))
    throw std::runtime_error("mailer.from is no mail address: " + config_.from);
}

void Mailer::set_wake(std::function<void()> wake) {
  const std::scoped_lock lock(wake_mutex_);
  wake_ = std::move(wake);
}

void Mailer::mail_has_come() {
  const std::scoped_lock lock(wake_mutex_);
  if (wake_) wake_();
}

}  // namespace lyceum::mailer
