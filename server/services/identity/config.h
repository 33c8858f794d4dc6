#pragma once
#include <string>
#include <vector>

namespace lyceum::identity {

// An application that signs its users in here. All are ours as yet: nobody is asked for consent.
struct Client {
  std::string id;
  std::string secret_hash;                 // sha256_hex of a random secret; empty: a public client
  std::vector<std::string> redirect_uris;  // compared exactly
  std::vector<std::string> post_logout_redirect_uris;  // the same
  std::string scopes = "openid profile email";         // what it may ask for
  bool require_pkce = true;  // false only for confidential clients that cannot (OpenID Basic OP)
};

struct Config {
  std::string public_url = "http://127.0.0.1:8080";  // without a slash at the end
  std::string key_file;                              // empty: a key that dies with the process
  std::vector<Client> clients;                       // beside the web app, which is always one

  int password_memory_kib = 19456;
  int password_passes = 2;
  int rsa_bits = 3072;

  bool throttle = true;
  int mails_per_address = 3;   // an hour; 0: no limit
  int mails_per_network = 10;  // an hour; 0: no limit

  int confirm_hours = 24;
  int reset_minutes = 30;
  int flow_minutes = 10;
  int code_seconds = 60;
  int access_token_minutes = 10;
  int session_idle_minutes = 30;
  int session_hours = 12;
  int app_session_idle_hours = 12;
  int app_session_days = 30;
  int api_tokens_max = 50;
};

}  // namespace lyceum::identity
