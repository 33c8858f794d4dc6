#include "services/mailer/store.h"

#include <limits>

namespace lyceum::mailer::store {
namespace {

#define MAIL_COLUMNS \
  "id, recipient, subject, template, status, attempts, created_at, sent_at, error"

v1::Mail read_listed(const Row& row) {
  v1::Mail mail;
  mail.set_id(row.integer(0));
  mail.set_to(row.text(1));
  mail.set_subject(row.text(2));
  mail.set_template_(row.text(3));
  mail.set_status(row.text(4));
  mail.set_attempts(static_cast<std::int32_t>(row.integer(5)));
  mail.set_created_at(row.integer(6));
  if (!row.is_null(7)) mail.set_sent_at(row.integer(7));
  if (!row.is_null(8)) mail.set_error(row.text(8));
  return mail;
}

Mail read_claimed(const Row& row) {
  Mail mail;
  mail.id = row.integer(0);
  mail.to = row.text(1);
  mail.locale = row.text(2);
  mail.subject = row.text(3);
  mail.text = row.text(4);
  mail.html = row.text(5);
  mail.attempts = static_cast<int>(row.integer(6));
  mail.created_at = row.integer(7);
  mail.drop_after = row.integer(8);
  return mail;
}

}  // namespace

Result<bool> insert_mail(Tx& tx, const Mail& mail) {
  TRY(const auto rows,
      tx.exec("INSERT INTO mailer_mails (id, wanted_key, template, recipient, locale, subject,"
              " body_text, body_html, status, created_at, next_at, drop_after, error)"
              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, NULLIF($12, ''))"
              " ON CONFLICT (wanted_key) DO NOTHING",
              {mail.id, mail.key, mail.template_name, mail.to, mail.locale, mail.subject, mail.text,
               mail.html, mail.status, mail.created_at, mail.drop_after, mail.error}));
  return rows == 1;
}

Result<std::int64_t> queue_length(Tx& tx) {
  return tx.one("SELECT count(*) FROM mailer_mails WHERE status IN ('queued', 'sending')", {},
                [](const Row& row) { return row.integer(0); });
}

Result<std::int64_t> oldest_queued(Tx& tx) {
  return tx.one(
      "SELECT coalesce(min(created_at), 0) FROM mailer_mails"
      " WHERE status IN ('queued', 'sending')",
      {}, [](const Row& row) { return row.integer(0); });
}

Result<bool> anything_due(Tx& tx, std::int64_t now) {
  bool due = false;
  TRY_VOID(
      tx.each("SELECT 1 FROM mailer_mails"
              " WHERE status IN ('queued', 'sending') AND next_at <= $1 LIMIT 1",
              {now}, [&](const Row&) { due = true; }));
  return due;
}

Result<std::optional<Mail>> claim(Tx& tx, std::int64_t now, std::int64_t lease_until) {
  // The outer conditions are looked at again after a wait for another claim's row lock
  // (PostgreSQL).
  TRY(auto mails, tx.all("UPDATE mailer_mails"
                         " SET status = 'sending', attempts = attempts + 1, next_at = $2"
                         " WHERE id = (SELECT id FROM mailer_mails"
                         "             WHERE status IN ('queued', 'sending') AND next_at <= $1"
                         "             ORDER BY next_at, id LIMIT 1)"
                         " AND status IN ('queued', 'sending') AND next_at <= $1"
                         " RETURNING id, recipient, locale, subject, body_text, body_html,"
                         " attempts, created_at, drop_after",
                         {now, lease_until}, read_claimed));
  if (mails.empty()) return std::optional<Mail>{};
  return std::optional<Mail>{std::move(mails.front())};
}

Result<void> finish(Tx& tx, const Mail& mail, std::string_view status, std::int64_t now) {
  // What is kept can be read here; of what has gone, the links in it are the reader's alone.
  TRY_VOID(
      tx.exec("UPDATE mailer_mails SET status = $3, sent_at = $4, error = NULL,"
              " body_text = CASE WHEN $3 = 'kept' THEN body_text ELSE '' END,"
              " body_html = CASE WHEN $3 = 'kept' THEN body_html ELSE '' END"
              " WHERE id = $1 AND attempts = $2 AND status = 'sending'",
              {mail.id, mail.attempts, status, now}));
  return {};
}

Result<void> give_up(Tx& tx, const Mail& mail, std::string_view status, std::string_view error) {
  TRY_VOID(
      tx.exec("UPDATE mailer_mails SET status = $3, error = NULLIF($4, ''),"
              " body_text = '', body_html = ''"
              " WHERE id = $1 AND attempts = $2 AND status = 'sending'",
              {mail.id, mail.attempts, status, error}));
  return {};
}

Result<void> try_again(Tx& tx, const Mail& mail, std::int64_t at, std::string_view error) {
  TRY_VOID(
      tx.exec("UPDATE mailer_mails SET status = 'queued', next_at = $3, error = $4"
              " WHERE id = $1 AND attempts = $2 AND status = 'sending'",
              {mail.id, mail.attempts, at, error}));
  return {};
}

Result<void> put_back(Tx& tx, const Mail& mail, std::int64_t at) {
  TRY_VOID(
      tx.exec("UPDATE mailer_mails SET status = 'queued', next_at = $3, attempts = attempts - 1"
              " WHERE id = $1 AND attempts = $2 AND status = 'sending'",
              {mail.id, mail.attempts, at}));
  return {};
}

Result<std::vector<v1::Mail>> mails_before(Tx& tx,
                                           std::int64_t before_id,
                                           std::string_view to,
                                           int limit) {
  const std::int64_t below = before_id == 0 ? std::numeric_limits<std::int64_t>::max() : before_id;
  if (to.empty())
    return tx.all("SELECT " MAIL_COLUMNS
                  " FROM mailer_mails WHERE id < $1"
                  " ORDER BY id DESC LIMIT $2",
                  {below, limit}, read_listed);
  return tx.all("SELECT " MAIL_COLUMNS
                " FROM mailer_mails WHERE recipient = $3 AND id < $1"
                " ORDER BY id DESC LIMIT $2",
                {below, limit, to}, read_listed);
}

Result<v1::Mail> mail_by_id(Tx& tx, std::int64_t id) {
  return tx.one("SELECT " MAIL_COLUMNS ", body_text, body_html FROM mailer_mails WHERE id = $1",
                {id}, [](const Row& row) {
                  v1::Mail mail = read_listed(row);
                  if (mail.status() != "kept") return mail;
                  mail.set_text(row.text(9));
                  mail.set_html(row.text(10));
                  return mail;
                });
}

Result<std::int64_t> forget(Tx& tx, std::int64_t before, int limit) {
  return tx.exec(
      "DELETE FROM mailer_mails WHERE id IN"
      " (SELECT id FROM mailer_mails WHERE created_at < $1"
      "  AND status NOT IN ('queued', 'sending') ORDER BY created_at LIMIT $2)",
      {before, limit});
}

}  // namespace lyceum::mailer::store
