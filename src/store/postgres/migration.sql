SELECT pg_advisory_xact_lock(1919709031, 1);
CREATE TABLE IF NOT EXISTS rocket_login_sessions (
    key bytea PRIMARY KEY CHECK (octet_length(key) = 16),
    user_key bytea NOT NULL CHECK (octet_length(user_key) = 16),
    expires bigint NOT NULL,
    revision bigint NOT NULL,
    value bytea NOT NULL
);
CREATE INDEX IF NOT EXISTS rocket_login_sessions_user
    ON rocket_login_sessions (user_key);
CREATE INDEX IF NOT EXISTS rocket_login_sessions_expires
    ON rocket_login_sessions (expires);
CREATE TABLE IF NOT EXISTS rocket_login_counters (
    key bytea PRIMARY KEY CHECK (octet_length(key) = 16),
    count bigint NOT NULL CHECK (count > 0),
    expires bigint NOT NULL
);
CREATE INDEX IF NOT EXISTS rocket_login_counters_expires
    ON rocket_login_counters (expires);
