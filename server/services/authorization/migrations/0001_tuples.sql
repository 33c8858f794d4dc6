CREATE TABLE authorization_tuples (
  id BIGINT PRIMARY KEY,
  entity_type TEXT NOT NULL,
  entity_id TEXT NOT NULL,
  relation TEXT NOT NULL,
  subject_type TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  subject_relation TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (entity_type, entity_id, relation, subject_type, subject_id, subject_relation)
);

CREATE INDEX authorization_tuples_by_subject
  ON authorization_tuples (subject_type, subject_id, entity_type, entity_id);

CREATE TABLE authorization_revisions (
  entity_type TEXT NOT NULL,
  entity_id TEXT NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (entity_type, entity_id)
);
