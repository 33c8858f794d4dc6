#pragma once
// Every SQL statement of the mailer.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/db.h"
#include "contract/mailer.pb.h"

namespace lyceum::mailer::store {

// A row as its sender needs it.
struct Mail {
  std::int64_t id = 0;
  std::string to;
  std::string locale;
  std::string subject;
  std::string text;
  std::string html;
  int attempts = 0;
  std::int64_t created_at = 0;
  std::int64_t drop_after = 0;
  std::string key;  // MailWanted.key
  std::string template_name;
  std::string status;
  std::string error;
};

// False: there is a mail with this key, and nothing was written.
Result<bool> insert_mail(Tx& tx, const Mail& mail);
// Mails that wait or are being sent.
Result<std::int64_t> queue_length(Tx& tx);
// When the one that waits longest came; 0: none waits.
Result<std::int64_t> oldest_queued(Tx& tx);
Result<bool> anything_due(Tx& tx, std::int64_t now);
// The mail that is due first, or whose sender is lost, becomes ours until `lease_until`.
Result<std::optional<Mail>> claim(Tx& tx, std::int64_t now, std::int64_t lease_until);

// The ends of an attempt. They do nothing when the mail is no longer ours (another attempt has
// begun).
Result<void> finish(Tx& tx, const Mail& mail, std::string_view status, std::int64_t now);
Result<void> give_up(Tx& tx, const Mail& mail, std::string_view status, std::string_view error);
Result<void> try_again(Tx& tx, const Mail& mail, std::int64_t at, std::string_view error);
// As if the attempt had not been.
Result<void> put_back(Tx& tx, const Mail& mail, std::int64_t at);

// Newest first, below `before_id` (0: all); `to` may be empty.
Result<std::vector<v1::Mail>> mails_before(Tx& tx,
                                           std::int64_t before_id,
                                           std::string_view to,
                                           int limit);
// With text and html where the mail is kept here.
Result<v1::Mail> mail_by_id(Tx& tx, std::int64_t id);

// Forgets at most `limit` mails that came to their end before `before`.
Result<std::int64_t> forget(Tx& tx, std::int64_t before, int limit);

}  // namespace lyceum::mailer::store
