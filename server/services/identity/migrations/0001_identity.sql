CREATE TABLE identity_users (
  id BIGINT PRIMARY KEY,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  locale TEXT NOT NULL,
  password TEXT NOT NULL,
  password_version BIGINT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('waiting', 'open', 'disabled')),
  created_at BIGINT NOT NULL,
  confirmed_at BIGINT
);

CREATE TABLE identity_mail_tokens (
  hash TEXT PRIMARY KEY,
  user_id BIGINT NOT NULL,
  purpose TEXT NOT NULL CHECK (purpose IN ('confirm', 'reset')),
  email_key TEXT NOT NULL,
  password_version BIGINT NOT NULL,
  password TEXT NOT NULL,
  name TEXT NOT NULL,
  locale TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);

CREATE INDEX identity_mail_tokens_by_user ON identity_mail_tokens (user_id, purpose, created_at);
CREATE INDEX identity_mail_tokens_by_expiry ON identity_mail_tokens (expires_at);

CREATE TABLE identity_mail_requests (
  id BIGINT PRIMARY KEY,
  email_hash TEXT NOT NULL,
  address TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE INDEX identity_mail_requests_by_email ON identity_mail_requests (email_hash, created_at);
CREATE INDEX identity_mail_requests_by_address ON identity_mail_requests (address, created_at);
CREATE INDEX identity_mail_requests_by_time ON identity_mail_requests (created_at);

CREATE TABLE identity_keys (
  id TEXT PRIMARY KEY,
  active BIGINT UNIQUE,
  sealed TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE identity_flows (
  hash TEXT PRIMARY KEY,
  browser_hash TEXT NOT NULL,
  query TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);

CREATE INDEX identity_flows_by_browser ON identity_flows (browser_hash, created_at);
CREATE INDEX identity_flows_by_expiry ON identity_flows (expires_at);

CREATE TABLE identity_sessions (
  id BIGINT PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  user_id BIGINT NOT NULL,
  signed_in_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);

CREATE INDEX identity_sessions_by_user ON identity_sessions (user_id);
CREATE INDEX identity_sessions_by_expiry ON identity_sessions (expires_at);

CREATE TABLE identity_codes (
  hash TEXT PRIMARY KEY,
  client_id TEXT NOT NULL,
  redirect_uri TEXT NOT NULL,
  redirect_uri_given BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  session_id BIGINT NOT NULL,
  scope TEXT NOT NULL,
  nonce TEXT NOT NULL,
  challenge TEXT NOT NULL,
  signed_in_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  failures BIGINT NOT NULL,
  used_at BIGINT
);

CREATE INDEX identity_codes_by_session ON identity_codes (session_id);
CREATE INDEX identity_codes_by_user ON identity_codes (user_id);
CREATE INDEX identity_codes_by_expiry ON identity_codes (expires_at);

CREATE TABLE identity_access_tokens (
  id BIGINT PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  user_id BIGINT NOT NULL,
  session_id BIGINT NOT NULL,
  client_id TEXT NOT NULL,
  code_hash TEXT NOT NULL,
  scope TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);

CREATE INDEX identity_access_tokens_by_session ON identity_access_tokens (session_id);
CREATE INDEX identity_access_tokens_by_user ON identity_access_tokens (user_id);
CREATE INDEX identity_access_tokens_by_code ON identity_access_tokens (code_hash);
CREATE INDEX identity_access_tokens_by_expiry ON identity_access_tokens (expires_at);

CREATE TABLE identity_app_flows (
  state_hash TEXT PRIMARY KEY,
  browser_hash TEXT NOT NULL,
  nonce TEXT NOT NULL,
  verifier TEXT NOT NULL,
  return_to TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);

CREATE INDEX identity_app_flows_by_browser ON identity_app_flows (browser_hash, created_at);
CREATE INDEX identity_app_flows_by_expiry ON identity_app_flows (expires_at);

CREATE TABLE identity_app_sessions (
  id BIGINT PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  user_id BIGINT NOT NULL,
  session_id BIGINT NOT NULL,
  code_hash TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);

CREATE INDEX identity_app_sessions_by_session ON identity_app_sessions (session_id);
CREATE INDEX identity_app_sessions_by_user ON identity_app_sessions (user_id);
CREATE INDEX identity_app_sessions_by_code ON identity_app_sessions (code_hash);
CREATE INDEX identity_app_sessions_by_expiry ON identity_app_sessions (expires_at);

CREATE TABLE identity_api_tokens (
  id BIGINT PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  user_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  used_at BIGINT
);

CREATE INDEX identity_api_tokens_by_user ON identity_api_tokens (user_id, id);

CREATE TABLE identity_devices (
  hash TEXT PRIMARY KEY,
  user_id BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);

CREATE INDEX identity_devices_by_expiry ON identity_devices (expires_at);
CREATE INDEX identity_devices_by_user ON identity_devices (user_id);
