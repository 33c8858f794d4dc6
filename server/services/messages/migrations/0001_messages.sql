-- The newest message of each channel: the row that senders wait for, so that seq has no gap and ids
-- rise with it. category is 1 for channels that hold channels: nothing is said in them.
CREATE TABLE messages_channels (
  channel_id BIGINT NOT NULL PRIMARY KEY,
  last_seq BIGINT NOT NULL,
  last_id BIGINT NOT NULL,
  category BIGINT NOT NULL DEFAULT 0 CHECK (category IN (0, 1))
);

-- INTEGER makes the id SQLite's row id, one tree less to write; it has 64 bits like BIGINT. A deleted
-- message keeps its row, without content.
CREATE TABLE messages_messages (
  id INTEGER NOT NULL PRIMARY KEY,
  channel_id BIGINT NOT NULL,
  author_id BIGINT NOT NULL,
  content TEXT NOT NULL,
  seq BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  edited_at BIGINT,
  deleted BIGINT NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1))
);
CREATE UNIQUE INDEX messages_messages_by_seq ON messages_messages (channel_id, seq);
CREATE INDEX messages_messages_living ON messages_messages (channel_id, id) WHERE deleted = 0;

-- How far somebody has read.
CREATE TABLE messages_reads (
  user_id BIGINT NOT NULL,
  channel_id BIGINT NOT NULL,
  last_read_id BIGINT NOT NULL,
  PRIMARY KEY (user_id, channel_id)
);
