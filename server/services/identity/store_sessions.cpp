#include "services/identity/store.h"

namespace lyceum::identity::store {
namespace {

template <class Read, class T = std::invoke_result_t<Read, const Row&>>
Result<std::optional<T>> find(Tx& tx, std::string_view sql, std::string_view hash, Read read) {
  TRY(auto rows, tx.all(sql, {hash}, read));
  if (rows.empty()) return std::optional<T>{};
  return std::optional<T>(std::move(rows.front()));
}

Credential read_credential(const Row& row) {
  return {.id = row.integer(0),
          .user_id = row.integer(1),
          .scopes = row.text(2),
          .seen_at = row.integer(3),
          .expires_at = row.integer(4)};
}

std::int64_t read_id(const Row& row) {
  return row.integer(0);
}

// Of a table with credentials, those where `column` is this.
Result<void> end_where(Tx& tx, std::string_view sql, Value is, Ids& ended) {
  TRY(const auto ids, tx.all(sql, {is}, read_id));
  ended.insert(ended.end(), ids.begin(), ids.end());
  return {};
}

}  // namespace

Result<void> insert_flow(Tx& tx, const Flow& flow) {
  TRY_VOID(
      tx.exec("INSERT INTO identity_flows (hash, browser_hash, query, created_at, expires_at)"
              " VALUES ($1, $2, $3, $4, $5)",
              {flow.hash, flow.browser_hash, flow.query, flow.created_at, flow.expires_at}));
  return {};
}

Result<std::optional<Flow>> find_flow(Tx& tx, std::string_view hash) {
  return find(tx,
              "SELECT hash, browser_hash, query, created_at, expires_at FROM identity_flows"
              " WHERE hash = $1",
              hash, [](const Row& row) {
                return Flow{row.text(0), row.text(1), row.text(2), row.integer(3), row.integer(4)};
              });
}

Result<void> delete_flow(Tx& tx, std::string_view hash) {
  TRY_VOID(tx.exec("DELETE FROM identity_flows WHERE hash = $1", {hash}));
  return {};
}

Result<void> insert_session(Tx& tx, const Session& session) {
  TRY_VOID(
      tx.exec("INSERT INTO identity_sessions (id, hash, user_id, signed_in_at, seen_at,"
              " expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
              {session.id, session.hash, session.user_id, session.signed_in_at, session.seen_at,
               session.expires_at}));
  return {};
}

Result<void> renew_session(Tx& tx, const Session& session) {
  TRY_VOID(tx.exec(
      "UPDATE identity_sessions SET hash = $2, signed_in_at = $3, seen_at = $4,"
      " expires_at = $5 WHERE id = $1",
      {session.id, session.hash, session.signed_in_at, session.seen_at, session.expires_at}));
  return {};
}

Result<std::optional<Session>> find_session(Tx& tx, std::string_view hash) {
  return find(tx,
              "SELECT s.id, s.hash, s.user_id, s.signed_in_at, s.seen_at, s.expires_at"
              " FROM identity_sessions s JOIN identity_users u ON u.id = s.user_id"
              " WHERE s.hash = $1 AND u.status = 'open'",
              hash, [](const Row& row) {
                return Session{row.integer(0), row.text(1),    row.integer(2),
                               row.integer(3), row.integer(4), row.integer(5)};
              });
}

Result<void> insert_code(Tx& tx, const Code& code) {
  TRY_VOID(
      tx.exec("INSERT INTO identity_codes (hash, client_id, redirect_uri, redirect_uri_given,"
              " user_id, session_id, scope, nonce, challenge, signed_in_at, expires_at,"
              " failures) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0)",
              {code.hash, code.client_id, code.redirect_uri, code.redirect_uri_given, code.user_id,
               code.session_id, code.scope, code.nonce, code.challenge, code.signed_in_at,
               code.expires_at}));
  return {};
}

Result<std::optional<Code>> find_code(Tx& tx, std::string_view hash) {
  return find(tx,
              "SELECT hash, client_id, redirect_uri, redirect_uri_given, user_id, session_id,"
              " scope, nonce, challenge, signed_in_at, expires_at, failures, COALESCE(used_at, 0)"
              " FROM identity_codes WHERE hash = $1",
              hash, [](const Row& row) {
                return Code{.hash = row.text(0),
                            .client_id = row.text(1),
                            .redirect_uri = row.text(2),
                            .redirect_uri_given = row.boolean(3),
                            .user_id = row.integer(4),
                            .session_id = row.integer(5),
                            .scope = row.text(6),
                            .nonce = row.text(7),
                            .challenge = row.text(8),
                            .signed_in_at = row.integer(9),
                            .expires_at = row.integer(10),
                            .failures = row.integer(11),
                            .used_at = row.integer(12)};
              });
}

Result<bool> use_code(Tx& tx, std::string_view hash, std::int64_t now_ms) {
  TRY(const auto rows,
      tx.exec("UPDATE identity_codes SET used_at = $2 WHERE hash = $1 AND used_at IS NULL",
              {hash, now_ms}));
  return rows == 1;
}

Result<void> count_code_failure(Tx& tx, std::string_view hash) {
  TRY_VOID(tx.exec("UPDATE identity_codes SET failures = failures + 1 WHERE hash = $1", {hash}));
  return {};
}

Result<void> insert_access_token(Tx& tx, const AccessToken& token) {
  TRY_VOID(
      tx.exec("INSERT INTO identity_access_tokens (id, hash, user_id, session_id, client_id,"
              " code_hash, scope, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
              {token.id, token.hash, token.user_id, token.session_id, token.client_id,
               token.code_hash, token.scope, token.expires_at}));
  return {};
}

Result<std::optional<AccessToken>> find_access_token(Tx& tx, std::string_view hash) {
  return find(tx,
              "SELECT t.id, t.hash, t.user_id, t.session_id, t.client_id, t.code_hash, t.scope,"
              " t.expires_at FROM identity_access_tokens t"
              " JOIN identity_users u ON u.id = t.user_id WHERE t.hash = $1 AND u.status = 'open'",
              hash, [](const Row& row) {
                return AccessToken{row.integer(0), row.text(1), row.integer(2), row.integer(3),
                                   row.text(4),    row.text(5), row.text(6),    row.integer(7)};
              });
}

Result<void> delete_access_token(Tx& tx, std::int64_t id) {
  TRY_VOID(tx.exec("DELETE FROM identity_access_tokens WHERE id = $1", {id}));
  return {};
}

Result<void> insert_app_flow(Tx& tx, const AppFlow& flow) {
  TRY_VOID(
      tx.exec("INSERT INTO identity_app_flows (state_hash, browser_hash, nonce, verifier,"
              " return_to, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
              {flow.state_hash, flow.browser_hash, flow.nonce, flow.verifier, flow.return_to,
               flow.created_at, flow.expires_at}));
  return {};
}

Result<std::optional<AppFlow>> find_app_flow(Tx& tx, std::string_view state_hash) {
  return find(tx,
              "SELECT state_hash, browser_hash, nonce, verifier, return_to, created_at, expires_at"
              " FROM identity_app_flows WHERE state_hash = $1",
              state_hash, [](const Row& row) {
                return AppFlow{row.text(0), row.text(1),    row.text(2),   row.text(3),
                               row.text(4), row.integer(5), row.integer(6)};
              });
}

Result<bool> delete_app_flow(Tx& tx, std::string_view state_hash) {
  TRY(const auto rows,
      tx.exec("DELETE FROM identity_app_flows WHERE state_hash = $1", {state_hash}));
  return rows == 1;
}

Result<void> insert_app_session(Tx& tx, const AppSession& session) {
  TRY_VOID(
      tx.exec("INSERT INTO identity_app_sessions (id, hash, user_id, session_id, code_hash,"
              " created_at, seen_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
              {session.id, session.hash, session.user_id, session.session_id, session.code_hash,
               session.created_at, session.seen_at, session.expires_at}));
  return {};
}

Result<std::optional<AppSession>> find_app_session(Tx& tx, std::string_view hash) {
  return find(tx,
              "SELECT id, hash, user_id, session_id, code_hash, created_at, seen_at, expires_at"
              " FROM identity_app_sessions WHERE hash = $1",
              hash, [](const Row& row) {
                return AppSession{row.integer(0), row.text(1),    row.integer(2), row.integer(3),
                                  row.text(4),    row.integer(5), row.integer(6), row.integer(7)};
              });
}

Result<bool> has_app_session(Tx& tx, std::int64_t id) {
  TRY(const auto rows, tx.all("SELECT id FROM identity_app_sessions WHERE id = $1", {id}, read_id));
  return !rows.empty();
}

Result<void> insert_device(Tx& tx,
                           std::string_view hash,
                           std::int64_t user_id,
                           std::int64_t expires_at) {
  TRY_VOID(tx.exec("INSERT INTO identity_devices (hash, user_id, expires_at) VALUES ($1, $2, $3)",
                   {hash, user_id, expires_at}));
  return {};
}

Result<bool> knows_device(Tx& tx,
                          std::string_view hash,
                          std::int64_t user_id,
                          std::int64_t now_ms) {
  TRY(const auto rows, tx.all("SELECT user_id FROM identity_devices"
                              " WHERE hash = $1 AND user_id = $2 AND expires_at > $3",
                              {hash, user_id, now_ms}, read_id));
  return !rows.empty();
}

Result<std::optional<Credential>> app_session_credential(Tx& tx, std::string_view hash) {
  return find(tx,
              "SELECT s.id, s.user_id, '*', s.seen_at, s.expires_at FROM identity_app_sessions s"
              " JOIN identity_users u ON u.id = s.user_id WHERE s.hash = $1 AND u.status = 'open'",
              hash, read_credential);
}

Result<std::optional<Credential>> access_token_credential(Tx& tx, std::string_view hash) {
  return find(tx,
              "SELECT t.id, t.user_id, t.scope, 0, t.expires_at FROM identity_access_tokens t"
              " JOIN identity_users u ON u.id = t.user_id WHERE t.hash = $1 AND u.status = 'open'",
              hash, read_credential);
}

Result<std::optional<Credential>> api_token_credential(Tx& tx, std::string_view hash) {
  return find(tx,
              "SELECT t.id, t.user_id, t.scopes, COALESCE(t.used_at, 0), COALESCE(t.expires_at, 0)"
              " FROM identity_api_tokens t JOIN identity_users u ON u.id = t.user_id"
              " WHERE t.hash = $1 AND u.status = 'open'",
              hash, read_credential);
}

Result<bool> credential_holds(Tx& tx,
                              std::int64_t id,
                              std::int64_t now_ms,
                              std::int64_t seen_since) {
  TRY(const auto rows, tx.all("SELECT u.id FROM identity_users u JOIN ("
                              "SELECT user_id FROM identity_app_sessions"
                              " WHERE id = $1 AND expires_at > $2 AND seen_at > $3"
                              " UNION ALL SELECT user_id FROM identity_access_tokens"
                              " WHERE id = $1 AND expires_at > $2"
                              " UNION ALL SELECT user_id FROM identity_api_tokens"
                              " WHERE id = $1 AND (expires_at IS NULL OR expires_at > $2)"
                              ") c ON c.user_id = u.id WHERE u.status = 'open'",
                              {id, now_ms, seen_since}, read_id));
  return !rows.empty();
}

Result<void> touch(Tx& tx, Kind kind, std::int64_t id, std::int64_t now_ms) {
  switch (kind) {
    case Kind::session:
      TRY_VOID(tx.exec("UPDATE identity_sessions SET seen_at = $2 WHERE id = $1 AND seen_at < $2",
                       {id, now_ms}));
      break;
    case Kind::app_session:
      TRY_VOID(
          tx.exec("UPDATE identity_app_sessions SET seen_at = $2 WHERE id = $1 AND seen_at < $2",
                  {id, now_ms}));
      break;
    case Kind::api_token:
      TRY_VOID(tx.exec("UPDATE identity_api_tokens SET used_at = $2 WHERE id = $1", {id, now_ms}));
      break;
  }
  return {};
}

Result<Ids> end_session(Tx& tx, std::int64_t session_id) {
  Ids ended;
  TRY_VOID(tx.exec("DELETE FROM identity_sessions WHERE id = $1", {session_id}));
  TRY_VOID(tx.exec("DELETE FROM identity_codes WHERE session_id = $1", {session_id}));
  TRY_VOID(end_where(tx, "DELETE FROM identity_app_sessions WHERE session_id = $1 RETURNING id",
                     session_id, ended));
  TRY_VOID(end_where(tx, "DELETE FROM identity_access_tokens WHERE session_id = $1 RETURNING id",
                     session_id, ended));
  return ended;
}

Result<Ids> end_app_session(Tx& tx, std::int64_t id) {
  Ids ended;
  TRY_VOID(
      end_where(tx, "DELETE FROM identity_app_sessions WHERE id = $1 RETURNING id", id, ended));
  return ended;
}

Result<Ids> end_code(Tx& tx, std::string_view code_hash) {
  Ids ended;
  TRY_VOID(end_where(tx, "DELETE FROM identity_app_sessions WHERE code_hash = $1 RETURNING id",
                     code_hash, ended));
  TRY_VOID(end_where(tx, "DELETE FROM identity_access_tokens WHERE code_hash = $1 RETURNING id",
                     code_hash, ended));
  return ended;
}

Result<void> end_user(Tx& tx, std::int64_t user_id) {
  for (const auto sql : {"DELETE FROM identity_sessions WHERE user_id = $1",
                         "DELETE FROM identity_codes WHERE user_id = $1",
                         "DELETE FROM identity_app_sessions WHERE user_id = $1",
                         "DELETE FROM identity_access_tokens WHERE user_id = $1",
                         "DELETE FROM identity_api_tokens WHERE user_id = $1",
                         "DELETE FROM identity_devices WHERE user_id = $1"})
    TRY_VOID(tx.exec(sql, {user_id}));
  return {};
}

// Codes and mailed links stay for a while after their end, so that a second use is known as such.
Result<void> delete_expired(Tx& tx, std::int64_t now_ms) {
  constexpr std::int64_t day = 24 * 3600 * 1000;
  for (const auto sql : {"DELETE FROM identity_sessions WHERE expires_at < $1",
                         "DELETE FROM identity_app_sessions WHERE expires_at < $1",
                         "DELETE FROM identity_access_tokens WHERE expires_at < $1",
                         "DELETE FROM identity_devices WHERE expires_at < $1"})
    TRY_VOID(tx.exec(sql, {now_ms}));
  for (const auto sql : {"DELETE FROM identity_codes WHERE expires_at < $1",
                         "DELETE FROM identity_flows WHERE expires_at < $1",
                         "DELETE FROM identity_app_flows WHERE expires_at < $1",
                         "DELETE FROM identity_mail_requests WHERE created_at < $1"})
    TRY_VOID(tx.exec(sql, {now_ms - day}));
  TRY_VOID(tx.exec("DELETE FROM identity_mail_tokens WHERE expires_at < $1", {now_ms - 7 * day}));
  return {};
}

}  // namespace lyceum::identity::store
