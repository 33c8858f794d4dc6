-- The queue and the archive of mails. `wanted_key` is MailWanted.key: one mail each. body_text and
-- body_html hold links that open accounts: they are empty once the mail has gone or is given up.
CREATE TABLE mailer_mails (
  id BIGINT NOT NULL PRIMARY KEY,
  wanted_key TEXT NOT NULL UNIQUE,
  template TEXT NOT NULL,
  recipient TEXT NOT NULL,
  locale TEXT NOT NULL,
  subject TEXT NOT NULL,
  body_text TEXT NOT NULL,
  body_html TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('queued', 'sending', 'sent', 'kept', 'failed', 'dropped')),
  attempts BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  next_at BIGINT NOT NULL,      -- queued: when to try; sending: when its sender counts as lost
  drop_after BIGINT NOT NULL,   -- 0: never
  sent_at BIGINT,
  error TEXT
);
CREATE INDEX mailer_mails_due ON mailer_mails (next_at, id) WHERE status IN ('queued', 'sending');
CREATE INDEX mailer_mails_by_recipient ON mailer_mails (recipient, id);
CREATE INDEX mailer_mails_by_age ON mailer_mails (created_at);
