-- Rights of the role that Liftline runs as, where migrations are made by another (the owner of the tables):
--   psql -v app=liftline_app -f grants.sql DATABASE      after each migration
-- Records can be read and appended. Of a record only what the log does not cover may be changed, and nothing deleted.
grant usage on schema public to :"app";
grant select, insert, update, delete on all tables in schema public to :"app";
grant usage on all sequences in schema public to :"app";

revoke update, delete, truncate on
  nodes, incidents, calls, recordings, log_leaves, log_tiles, log_heads, log_keys, log_witnessings
from :"app";

-- UPDATE of one column is also what `select … for update` needs.
grant update (
  state, classification, cause_code, cause_text, centre_intervening, abandoned, raised_at, acknowledged_at,
  arrived_at, released_at, closed_at, node_count
) on incidents to :"app";
grant update (answered_at, ended_at, end_cause) on calls to :"app";
grant update (
  file, state, ended_at, expected_ms, duration_ms, channels, sample_rate, bytes, sha256
) on recordings to :"app";
