-- Raised by every import: what the processes keep in memory of the catalogue is good for one revision.
CREATE TABLE learning_state (
  name TEXT PRIMARY KEY,     -- 'revision', 'sample' (the guests' content)
  value BIGINT NOT NULL
);
INSERT INTO learning_state (name, value) VALUES ('revision', 1);

CREATE TABLE learning_modules (
  id BIGINT PRIMARY KEY,
  parent_id BIGINT REFERENCES learning_modules (id),
  top_id BIGINT NOT NULL,
  path TEXT NOT NULL UNIQUE, -- of folders, "first-steps/cpp": what makes it the same module at an import
  key TEXT NOT NULL,
  position BIGINT NOT NULL,
  title TEXT NOT NULL,
  summary TEXT NOT NULL,
  description TEXT NOT NULL,
  difficulty TEXT NOT NULL,
  tags TEXT NOT NULL,        -- one a line
  archived_at BIGINT
);

-- The columns after version are those of its current version, so that lists need not open it.
CREATE TABLE learning_contents (
  id BIGINT PRIMARY KEY,
  module_id BIGINT NOT NULL REFERENCES learning_modules (id),
  top_id BIGINT NOT NULL,
  path TEXT NOT NULL UNIQUE,
  key TEXT NOT NULL,
  position BIGINT NOT NULL,
  version BIGINT NOT NULL,
  title TEXT NOT NULL,
  summary TEXT NOT NULL,
  kind TEXT NOT NULL,
  difficulty TEXT NOT NULL,
  minutes BIGINT NOT NULL,
  points BIGINT NOT NULL,
  languages TEXT NOT NULL,   -- one a line
  archived_at BIGINT
);

CREATE TABLE learning_versions (
  content_id BIGINT NOT NULL REFERENCES learning_contents (id),
  number BIGINT NOT NULL,
  sha256 TEXT NOT NULL,      -- of the tree without its ids
  tree BLOB NOT NULL,        -- lyceum.learning.internal.Tree
  created_at BIGINT NOT NULL,
  PRIMARY KEY (content_id, number)
);

-- Ids that survive new versions. path: keys from the top of the content, "box/main".
CREATE TABLE learning_components (
  id BIGINT PRIMARY KEY,
  content_id BIGINT NOT NULL REFERENCES learning_contents (id),
  path TEXT NOT NULL,
  UNIQUE (content_id, path)
);

CREATE TABLE learning_validators (
  id BIGINT PRIMARY KEY,
  component_id BIGINT NOT NULL REFERENCES learning_components (id),
  key TEXT NOT NULL,
  UNIQUE (component_id, key)
);

CREATE TABLE learning_progress (
  user_id BIGINT NOT NULL,
  content_id BIGINT NOT NULL REFERENCES learning_contents (id),
  worked_at BIGINT NOT NULL,
  passed_at BIGINT,
  points BIGINT NOT NULL,    -- earned with its components
  PRIMARY KEY (user_id, content_id)
);
CREATE INDEX learning_progress_recent ON learning_progress (user_id, worked_at);

-- The first time that somebody passed a component: what makes the reward once.
CREATE TABLE learning_passes (
  user_id BIGINT NOT NULL,
  component_id BIGINT NOT NULL REFERENCES learning_components (id),
  content_id BIGINT NOT NULL,
  submission_id BIGINT NOT NULL,
  points BIGINT NOT NULL,
  passed_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, component_id)
);

CREATE TABLE learning_drafts (
  user_id BIGINT NOT NULL,
  component_id BIGINT NOT NULL REFERENCES learning_components (id),
  language TEXT NOT NULL,    -- '' for an MCQ or a quiz
  version BIGINT NOT NULL,
  answer BLOB NOT NULL,      -- lyceum.learning.internal.Answer
  saved_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, component_id, language)
);

-- Never changed but for how it is judged: the columns from status on.
CREATE TABLE learning_submissions (
  id BIGINT PRIMARY KEY,
  user_id BIGINT NOT NULL,
  component_id BIGINT NOT NULL REFERENCES learning_components (id),
  content_id BIGINT NOT NULL REFERENCES learning_contents (id),
  version BIGINT NOT NULL,
  language TEXT NOT NULL,
  answer BLOB NOT NULL,      -- lyceum.learning.internal.Answer
  validator_count BIGINT NOT NULL,
  trace_id TEXT NOT NULL,
  span_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  status TEXT NOT NULL,      -- QUEUED, RUNNING, then a verdict
  run BIGINT NOT NULL,       -- counts the times it was begun; results belong to one
  tries BIGINT NOT NULL,     -- how often the runner was not to be had
  failures BIGINT NOT NULL,  -- how often it failed at its work
  next_at BIGINT NOT NULL,   -- QUEUED: not before; RUNNING: whose judge is taken for dead after this
  score DOUBLE PRECISION NOT NULL,
  points BIGINT NOT NULL,
  compile BLOB,              -- lyceum.runner.v1.CompileResult
  judged_at BIGINT
);
CREATE INDEX learning_submissions_unfinished ON learning_submissions (next_at, id) WHERE judged_at IS NULL;
CREATE INDEX learning_submissions_in_flight ON learning_submissions (user_id) WHERE judged_at IS NULL;
CREATE INDEX learning_submissions_own ON learning_submissions (user_id, component_id, id);
CREATE INDEX learning_submissions_content ON learning_submissions (user_id, content_id);

CREATE TABLE learning_results (
  submission_id BIGINT NOT NULL REFERENCES learning_submissions (id),
  run BIGINT NOT NULL,
  position BIGINT NOT NULL,  -- of the validator in its component
  result BLOB NOT NULL,      -- lyceum.learning.v1.ValidatorResult without what its version says of it
  PRIMARY KEY (submission_id, run, position)
);
