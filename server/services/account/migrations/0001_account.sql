-- What a person is here. Made when the address is confirmed (UserOpened).
CREATE TABLE account_profiles (
  user_id BIGINT NOT NULL PRIMARY KEY,
  email TEXT NOT NULL,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  nickname TEXT NOT NULL,
  picture TEXT,  -- name of the blob
  theme TEXT NOT NULL CHECK (theme IN ('system', 'light', 'dark')),
  locale TEXT NOT NULL CHECK (locale IN ('en', 'fr')),
  default_language TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

-- The ledger, double entry: rows are only ever added. What happened, once for each key of a user.
CREATE TABLE account_transactions (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('reward')),
  unique_key TEXT NOT NULL,
  reason TEXT NOT NULL,
  content_id BIGINT,
  created_at BIGINT NOT NULL,
  UNIQUE (user_id, unique_key)
);

-- Its legs, which add up to 0. account_id is a user's id; -1 is where rewards come from. seq counts a
-- user's entries without a gap, balance_after is the balance after this one; the system has neither.
CREATE TABLE account_entries (
  transaction_id BIGINT NOT NULL REFERENCES account_transactions (id),
  account_id BIGINT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount <> 0),
  seq BIGINT,
  balance_after BIGINT,
  PRIMARY KEY (transaction_id, account_id)
);
CREATE UNIQUE INDEX account_entries_by_account ON account_entries (account_id, seq);

-- Sums of a user's entries, changed in the same transaction as they. `earned` only grows: it ranks.
-- reached_at is when it came to where it is, for ties. ranked is 1 once there is a profile: a reward
-- may come before it.
CREATE TABLE account_balances (
  account_id BIGINT NOT NULL PRIMARY KEY,
  balance BIGINT NOT NULL CHECK (balance >= 0),
  earned BIGINT NOT NULL CHECK (earned >= 0),
  entries BIGINT NOT NULL CHECK (entries >= 0),
  reached_at BIGINT NOT NULL,
  ranked BIGINT NOT NULL CHECK (ranked IN (0, 1)),
  minus_earned BIGINT GENERATED ALWAYS AS (-earned) STORED
);
CREATE INDEX account_balances_ranking ON account_balances (minus_earned, reached_at, account_id)
  WHERE ranked = 1;
