#pragma once
// Every SQL statement of this service: accounts in store_accounts.cpp, what signs in with them in
// store_sessions.cpp. Call these inside db.read() or db.write(). Secrets are found by sha256_hex.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/db.h"

namespace lyceum::identity::store {

struct User {
  std::int64_t id = 0;
  std::string email, email_key, name, locale;
  std::string password;  // PHC
  std::int64_t password_version = 1;
  std::string status;  // waiting, open, disabled
  std::int64_t created_at = 0;
};

// Nothing is no error here: who asks must go on in the same way.
Result<std::optional<User>> find_user(Tx& tx, std::string_view email_key);
Result<std::optional<User>> find_user(Tx& tx, std::int64_t id);
// False: there is such an address already.
Result<bool> insert_user(Tx& tx, const User& user, std::int64_t confirmed_at);
Result<void> open_user(Tx& tx,
                       const User& user,
                       std::int64_t now_ms);  // with its password, name, locale
Result<void> set_password(Tx& tx, std::int64_t user_id, std::string_view phc);  // next version
// The same password, hashed anew; only if it has not changed meanwhile.
Result<void> rehash_password(Tx& tx, const User& user, std::string_view phc);

struct MailToken {
  std::string hash;
  std::int64_t user_id = 0;
  std::string purpose;  // confirm, reset
  std::string email_key;
  std::int64_t password_version = 0;
  std::string password, name, locale;  // confirm: of the sign-up that this was mailed for
  std::int64_t created_at = 0, expires_at = 0;
  std::int64_t used_at = 0;
};

Result<void> insert_mail_token(Tx& tx, const MailToken& token);
Result<std::optional<MailToken>> find_mail_token(Tx& tx,
                                                 std::string_view hash,
                                                 std::string_view purpose);
Result<std::optional<MailToken>> newest_mail_token(Tx& tx,
                                                   std::int64_t user_id,
                                                   std::string_view purpose);
// All of this purpose: one of them was used.
Result<void> use_mail_tokens(Tx& tx,
                             std::int64_t user_id,
                             std::string_view purpose,
                             std::int64_t now_ms);

struct MailCount {
  std::int64_t by_email = 0, by_address = 0;
};

Result<MailCount> count_mail_requests(Tx& tx,
                                      std::string_view email_hash,
                                      std::string_view address,
                                      std::int64_t since);
Result<void> insert_mail_request(Tx& tx,
                                 std::int64_t id,
                                 std::string_view email_hash,
                                 std::string_view address,
                                 std::int64_t now_ms);

struct ApiToken {
  std::int64_t id = 0;
  std::string hash;
  std::int64_t user_id = 0;
  std::string name, scopes;                                  // between spaces
  std::int64_t created_at = 0, expires_at = 0, used_at = 0;  // 0: never
};

Result<void> insert_api_token(Tx& tx, const ApiToken& token);
Result<std::vector<ApiToken>> api_tokens_of(Tx& tx, std::int64_t user_id);
Result<bool> delete_api_token(Tx& tx, std::int64_t user_id, std::int64_t token_id);

struct StoredKey {
  std::string id, sealed;
  bool active = false;
};

// Does nothing when there is an active key already.
Result<void> insert_key(Tx& tx, const StoredKey& key, std::int64_t now_ms);
Result<void> retire_key(Tx& tx, std::string_view id);  // signs no more
Result<std::vector<StoredKey>> keys(Tx& tx);           // the active one first

// A sign-in page that somebody is looking at.
struct Flow {
  std::string hash, browser_hash;
  std::string query;  // of the authorization request
  std::int64_t created_at = 0, expires_at = 0;
};

Result<void> insert_flow(Tx& tx, const Flow& flow);
Result<std::optional<Flow>> find_flow(Tx& tx, std::string_view hash);
Result<void> delete_flow(Tx& tx, std::string_view hash);

// One browser's sign-in at the provider, which all applications share.
struct Session {
  std::int64_t id = 0;
  std::string hash;
  std::int64_t user_id = 0, signed_in_at = 0, seen_at = 0, expires_at = 0;
};

Result<void> insert_session(Tx& tx, const Session& session);
// The same session under a new secret: after every proof of the password.
Result<void> renew_session(Tx& tx, const Session& session);
// Only of accounts that are open.
Result<std::optional<Session>> find_session(Tx& tx, std::string_view hash);

struct Code {
  std::string hash, client_id, redirect_uri;
  bool redirect_uri_given = true;  // in the authorization request
  std::int64_t user_id = 0, session_id = 0;
  std::string scope, nonce, challenge;
  std::int64_t signed_in_at = 0, expires_at = 0, failures = 0, used_at = 0;
};

Result<void> insert_code(Tx& tx, const Code& code);
Result<std::optional<Code>> find_code(Tx& tx, std::string_view hash);
Result<bool> use_code(Tx& tx,
                      std::string_view hash,
                      std::int64_t now_ms);  // false: somebody was first
Result<void> count_code_failure(Tx& tx, std::string_view hash);

struct AccessToken {
  std::int64_t id = 0;
  std::string hash;
  std::int64_t user_id = 0, session_id = 0;
  std::string client_id, code_hash, scope;
  std::int64_t expires_at = 0;
};

Result<void> insert_access_token(Tx& tx, const AccessToken& token);
Result<std::optional<AccessToken>> find_access_token(Tx& tx,
                                                     std::string_view hash);  // of open accounts
Result<void> delete_access_token(Tx& tx, std::int64_t id);

// A sign-in that the web app has begun.
struct AppFlow {
  std::string state_hash, browser_hash, nonce, verifier, return_to;
  std::int64_t created_at = 0, expires_at = 0;
};

Result<void> insert_app_flow(Tx& tx, const AppFlow& flow);
Result<std::optional<AppFlow>> find_app_flow(Tx& tx, std::string_view state_hash);
Result<bool> delete_app_flow(Tx& tx, std::string_view state_hash);

struct AppSession {
  std::int64_t id = 0;
  std::string hash;
  std::int64_t user_id = 0, session_id = 0;
  std::string code_hash;
  std::int64_t created_at = 0, seen_at = 0, expires_at = 0;
};

Result<void> insert_app_session(Tx& tx, const AppSession& session);
Result<std::optional<AppSession>> find_app_session(Tx& tx, std::string_view hash);
Result<bool> has_app_session(Tx& tx, std::int64_t id);

// A browser that the user has signed in with before.
Result<void> insert_device(Tx& tx,
                           std::string_view hash,
                           std::int64_t user_id,
                           std::int64_t expires_at);
Result<bool> knows_device(Tx& tx, std::string_view hash, std::int64_t user_id, std::int64_t now_ms);

// What a credential stands for, in one statement; nothing unless the account is open.
struct Credential {
  std::int64_t id = 0, user_id = 0;
  std::string scopes;
  std::int64_t seen_at = 0, expires_at = 0;  // 0: never
};

Result<std::optional<Credential>> app_session_credential(Tx& tx, std::string_view hash);
Result<std::optional<Credential>> access_token_credential(Tx& tx, std::string_view hash);
Result<std::optional<Credential>> api_token_credential(Tx& tx, std::string_view hash);

// By its id: is it there, not over, and of an open account? An app session must have been seen
// after `seen_since`, too.
Result<bool> credential_holds(Tx& tx,
                              std::int64_t id,
                              std::int64_t now_ms,
                              std::int64_t seen_since);

enum class Kind { session, app_session, api_token };
Result<void> touch(Tx& tx, Kind kind, std::int64_t id, std::int64_t now_ms);

// The ways to an end. Each gives the ids of the credentials that ended.
using Ids = std::vector<std::int64_t>;
Result<Ids> end_session(Tx& tx, std::int64_t session_id);  // and all that came from it
Result<Ids> end_app_session(Tx& tx, std::int64_t id);
Result<Ids> end_code(Tx& tx, std::string_view code_hash);  // what was made of it
Result<void> end_user(Tx& tx, std::int64_t user_id);       // everything, API tokens and devices too

// Rows that nobody will ask for again.
Result<void> delete_expired(Tx& tx, std::int64_t now_ms);

}  // namespace lyceum::identity::store
