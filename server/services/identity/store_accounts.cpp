#include "services/identity/store.h"

namespace lyceum::identity::store {
namespace {

#define USER_COLUMNS \
  "id, email, email_key, name, locale, password, password_version, status, created_at"
#define MAIL_TOKEN_COLUMNS                                                                   \
  "hash, user_id, purpose, email_key, password_version, password, name, locale, created_at," \
  " expires_at, COALESCE(used_at, 0)"

User read_user(const Row& row) {
  return {.id = row.integer(0),
          .email = row.text(1),
          .email_key = row.text(2),
          .name = row.text(3),
          .locale = row.text(4),
          .password = row.text(5),
          .password_version = row.integer(6),
          .status = row.text(7),
          .created_at = row.integer(8)};
}

MailToken read_mail_token(const Row& row) {
  return {.hash = row.text(0),
          .user_id = row.integer(1),
          .purpose = row.text(2),
          .email_key = row.text(3),
          .password_version = row.integer(4),
          .password = row.text(5),
          .name = row.text(6),
          .locale = row.text(7),
          .created_at = row.integer(8),
          .expires_at = row.integer(9),
          .used_at = row.integer(10)};
}

ApiToken read_api_token(const Row& row) {
  return {.id = row.integer(0),
          .hash = {},
          .user_id = row.integer(1),
          .name = row.text(2),
          .scopes = row.text(3),
          .created_at = row.integer(4),
          .expires_at = row.integer(5),
          .used_at = row.integer(6)};
}

template <class T>
Result<std::optional<T>> first(Result<std::vector<T>> rows) {
  if (!rows) return fail(std::move(rows).error());
  if (rows->empty()) return std::optional<T>{};
  return std::optional<T>(std::move(rows->front()));
}

}  // namespace

Result<std::optional<User>> find_user(Tx& tx, std::string_view email_key) {
  return first(tx.all("SELECT " USER_COLUMNS " FROM identity_users WHERE email_key = $1",
                      {email_key}, read_user));
}

Result<std::optional<User>> find_user(Tx& tx, std::int64_t id) {
  return first(
      tx.all("SELECT " USER_COLUMNS " FROM identity_users WHERE id = $1", {id}, read_user));
}

Result<bool> insert_user(Tx& tx, const User& user, std::int64_t confirmed_at) {
  TRY(const auto rows,
      tx.exec("INSERT INTO identity_users (" USER_COLUMNS ", confirmed_at)"
              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULLIF($10, 0))"
              " ON CONFLICT (email_key) DO NOTHING",
              {user.id, user.email, user.email_key, user.name, user.locale, user.password,
               user.password_version, user.status, user.created_at, confirmed_at}));
  return rows == 1;
}

Result<void> open_user(Tx& tx, const User& user, std::int64_t now_ms) {
  TRY_VOID(
      tx.exec("UPDATE identity_users SET status = 'open', confirmed_at = $2, password = $3,"
              " password_version = password_version + 1, name = $4, locale = $5"
              " WHERE id = $1 AND status = 'waiting'",
              {user.id, now_ms, user.password, user.name, user.locale}));
  return {};
}

Result<void> set_password(Tx& tx, std::int64_t user_id, std::string_view phc) {
  TRY_VOID(
      tx.exec("UPDATE identity_users SET password = $2,"
              " password_version = password_version + 1 WHERE id = $1",
              {user_id, phc}));
  return {};
}

Result<void> rehash_password(Tx& tx, const User& user, std::string_view phc) {
  TRY_VOID(tx.exec("UPDATE identity_users SET password = $3 WHERE id = $1 AND password = $2",
                   {user.id, user.password, phc}));
  return {};
}

Result<void> insert_mail_token(Tx& tx, const MailToken& token) {
  TRY_VOID(
      tx.exec("INSERT INTO identity_mail_tokens (hash, user_id, purpose, email_key,"
              " password_version, password, name, locale, created_at, expires_at)"
              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
              {token.hash, token.user_id, token.purpose, token.email_key, token.password_version,
               token.password, token.name, token.locale, token.created_at, token.expires_at}));
  return {};
}

Result<std::optional<MailToken>> find_mail_token(Tx& tx,
                                                 std::string_view hash,
                                                 std::string_view purpose) {
  return first(tx.all("SELECT " MAIL_TOKEN_COLUMNS
                      " FROM identity_mail_tokens WHERE hash = $1 AND purpose = $2",
                      {hash, purpose}, read_mail_token));
}

Result<std::optional<MailToken>> newest_mail_token(Tx& tx,
                                                   std::int64_t user_id,
                                                   std::string_view purpose) {
  return first(tx.all("SELECT " MAIL_TOKEN_COLUMNS
                      " FROM identity_mail_tokens WHERE user_id = $1 AND purpose = $2"
                      " ORDER BY created_at DESC LIMIT 1",
                      {user_id, purpose}, read_mail_token));
}

Result<void> use_mail_tokens(Tx& tx,
                             std::int64_t user_id,
                             std::string_view purpose,
                             std::int64_t now_ms) {
  TRY_VOID(
      tx.exec("UPDATE identity_mail_tokens SET used_at = $3, password = ''"
              " WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL",
              {user_id, purpose, now_ms}));
  return {};
}

Result<MailCount> count_mail_requests(Tx& tx,
                                      std::string_view email_hash,
                                      std::string_view address,
                                      std::int64_t since) {
  const auto count = [](const Row& row) { return row.integer(0); };
  MailCount counted;
  TRY(counted.by_email, tx.one("SELECT COUNT(*) FROM identity_mail_requests"
                               " WHERE email_hash = $1 AND created_at > $2",
                               {email_hash, since}, count));
  TRY(counted.by_address, tx.one("SELECT COUNT(*) FROM identity_mail_requests"
                                 " WHERE address = $1 AND created_at > $2",
                                 {address, since}, count));
  return counted;
}

Result<void> insert_mail_request(Tx& tx,
                                 std::int64_t id,
                                 std::string_view email_hash,
                                 std::string_view address,
                                 std::int64_t now_ms) {
  TRY_VOID(
      tx.exec("INSERT INTO identity_mail_requests (id, email_hash, address, created_at)"
              " VALUES ($1, $2, $3, $4)",
              {id, email_hash, address, now_ms}));
  return {};
}

Result<void> insert_api_token(Tx& tx, const ApiToken& token) {
  TRY_VOID(
      tx.exec("INSERT INTO identity_api_tokens (id, hash, user_id, name, scopes, created_at,"
              " expires_at) VALUES ($1, $2, $3, $4, $5, $6, NULLIF($7, 0))",
              {token.id, token.hash, token.user_id, token.name, token.scopes, token.created_at,
               token.expires_at}));
  return {};
}

Result<std::vector<ApiToken>> api_tokens_of(Tx& tx, std::int64_t user_id) {
  return tx.all(
      "SELECT id, user_id, name, scopes, created_at, COALESCE(expires_at, 0),"
      " COALESCE(used_at, 0) FROM identity_api_tokens WHERE user_id = $1 ORDER BY id DESC",
      {user_id}, read_api_token);
}

Result<bool> delete_api_token(Tx& tx, std::int64_t user_id, std::int64_t token_id) {
  TRY(const auto rows, tx.exec("DELETE FROM identity_api_tokens WHERE id = $1 AND user_id = $2",
                               {token_id, user_id}));
  return rows == 1;
}

Result<void> insert_key(Tx& tx, const StoredKey& key, std::int64_t now_ms) {
  TRY_VOID(
      tx.exec("INSERT INTO identity_keys (id, active, sealed, created_at)"
              " VALUES ($1, 1, $2, $3) ON CONFLICT DO NOTHING",
              {key.id, key.sealed, now_ms}));
  return {};
}

Result<void> retire_key(Tx& tx, std::string_view id) {
  TRY_VOID(tx.exec("UPDATE identity_keys SET active = NULL WHERE id = $1", {id}));
  return {};
}

Result<std::vector<StoredKey>> keys(Tx& tx) {
  return tx.all(
      "SELECT id, sealed, COALESCE(active, 0) FROM identity_keys"
      " ORDER BY COALESCE(active, 0) DESC, created_at DESC",
      {}, [](const Row& row) { return StoredKey{row.text(0), row.text(1), row.boolean(2)}; });
}

}  // namespace lyceum::identity::store
