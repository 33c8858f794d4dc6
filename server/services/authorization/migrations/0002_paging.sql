-- A server's members are read page by page, in the order of their ids.
CREATE INDEX authorization_tuples_in_order
  ON authorization_tuples (entity_type, entity_id, relation, id);
