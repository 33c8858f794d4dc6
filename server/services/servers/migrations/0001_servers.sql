-- A community. `version` counts its changes; `folded` is name and description without regard to case.
CREATE TABLE servers_servers (
  id BIGINT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  folded TEXT NOT NULL,
  public BIGINT NOT NULL CHECK (public IN (0, 1)),
  owner_id BIGINT NOT NULL,
  member_count BIGINT NOT NULL CHECK (member_count > 0),
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX servers_servers_public ON servers_servers (id) WHERE public = 1;

-- Who is in it. `id` is the order of joining.
CREATE TABLE servers_members (
  server_id BIGINT NOT NULL REFERENCES servers_servers (id),
  user_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  joined_at BIGINT NOT NULL,
  PRIMARY KEY (server_id, user_id)
);
CREATE UNIQUE INDEX servers_members_by_server ON servers_members (server_id, id);
CREATE INDEX servers_members_by_user ON servers_members (user_id, id);

-- In how many servers somebody is: the row that two joins at once wait for.
CREATE TABLE servers_users (
  user_id BIGINT NOT NULL PRIMARY KEY,
  memberships BIGINT NOT NULL CHECK (memberships >= 0)
);

CREATE TABLE servers_channels (
  id BIGINT NOT NULL PRIMARY KEY,
  server_id BIGINT NOT NULL REFERENCES servers_servers (id),
  type TEXT NOT NULL CHECK (type IN ('text', 'category')),
  name TEXT NOT NULL,
  topic TEXT NOT NULL,
  parent_id BIGINT,
  position BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX servers_channels_by_server ON servers_channels (server_id, position, id);
