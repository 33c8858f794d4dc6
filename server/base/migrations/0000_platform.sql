-- What every service's database has beside the service's own tables.

-- Events that were committed and not yet taken by every subscriber (base/events.h).
CREATE TABLE outbox (
  id BIGINT PRIMARY KEY,
  type TEXT NOT NULL,
  payload BLOB NOT NULL,
  trace_id TEXT NOT NULL,
  span_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_at BIGINT NOT NULL
);
CREATE INDEX outbox_due ON outbox (next_at);

-- Events that were taken: what makes a second delivery do nothing.
CREATE TABLE inbox (
  event_id BIGINT PRIMARY KEY,
  received_at BIGINT NOT NULL
);
CREATE INDEX inbox_age ON inbox (received_at);

-- Events whose handler refused them for good, kept for an administrator.
CREATE TABLE dead_events (
  event_id BIGINT PRIMARY KEY,
  type TEXT NOT NULL,
  payload BLOB NOT NULL,
  reason TEXT NOT NULL,
  died_at BIGINT NOT NULL
);

-- First answers by Idempotency-Key (base/idempotency.h).
CREATE TABLE idempotency (
  user_id BIGINT NOT NULL,
  method TEXT NOT NULL,
  key TEXT NOT NULL,
  request TEXT NOT NULL,
  response BLOB NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, method, key)
);
CREATE INDEX idempotency_age ON idempotency (created_at);
