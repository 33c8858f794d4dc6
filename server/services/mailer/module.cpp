#include <chrono>

#include "base/worker.h"
#include "host/mail.h"
#include "host/service.h"
#include "services/mailer/mailer.h"

namespace lyceum::mailer {
namespace {

// As many senders as there are connections to the server.
struct Senders {
  Senders(host::Host& host, Mailer& m, int count) : mailer(m) {
    std::vector<std::function<void()>> wakers;
    for (int i = 0; i < count; ++i) {
      workers.push_back(std::make_unique<Worker>(
          host.next_loop(), [&m] { return m.send_next(); }, std::chrono::seconds(5)));
      wakers.push_back(workers.back()->waker());
    }
    mailer.set_wake([wakers = std::move(wakers)] {
      for (const auto& wake : wakers) wake();
    });
  }

  ~Senders() { mailer.stop(); }  // so that the workers do not wait for a slow server

  Mailer& mailer;
  std::vector<std::unique_ptr<Worker>> workers;
};

SmtpServer smtp_server(const Config& config) {
  return {.url = config.smtp_url,
          .user = config.smtp_user,
          .password = config.smtp_password,
          .security = config.smtp_security,
          .ca_file = config.smtp_ca_file,
          .connections = config.smtp_connections};
}

}  // namespace

host::Module module() {
  return host::service<Mailer, Config>("mailer")
      .config(&Config::product, "product", "name of this Lyceum in its mails")
      .config(&Config::from, "from", "address that mails come from")
      .config(&Config::smtp_url, "smtp_url",
              "smtp://HOST:PORT or smtps://HOST:PORT; empty: each mail is a file in <data>/outbox")
      .config(&Config::smtp_user, "smtp_user", "who we are to the SMTP server; empty: nobody asks")
      .secret(&Config::smtp_password, "smtp_password", "its password")
      .config(&Config::smtp_security, "smtp_security",
              "of smtp: required (STARTTLS), if_offered or none")
      .config(&Config::smtp_ca_file, "smtp_ca_file",
              "certificates to trust, instead of the system's")
      .config(&Config::smtp_connections, "smtp_connections", "mails sent at the same time")
      .config(&Config::open_mailbox, "open_mailbox",
              "without SMTP, anyone may read all mails at /admin/mails (--demo opens it)")
      .config(&Config::queue_max, "queue_max", "mails that may wait; further ones come again later")
      .config(&Config::keep_days, "keep_days", "days after which a mail is forgotten")
      .migrations(migrations)
      .on(&Mailer::on_mail_wanted)
      .make([](host::Host& host, Db& db, Config config) {
        config.open_mailbox = config.open_mailbox || host.settings().open_mailbox();
        return std::make_unique<Mailer>(config, db, host.clock(), host.ids(),
                                        host::open_mail(host.settings().data, smtp_server(config)),
                                        host.metrics());
      })
      .background([](host::Host& host, Mailer& mailer) {
        return std::make_shared<Senders>(host, mailer, mailer.connections());
      })
      .api(api::publish, api::connect_mailer);
}

}  // namespace lyceum::mailer
