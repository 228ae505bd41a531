CREATE TABLE IF NOT EXISTS rocket_login_sessions (
    key BLOB NOT NULL PRIMARY KEY CHECK (length(key) = 16),
    user_key BLOB NOT NULL CHECK (length(user_key) = 16),
    expires INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    value BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS rocket_login_sessions_user
    ON rocket_login_sessions (user_key);
CREATE INDEX IF NOT EXISTS rocket_login_sessions_expires
    ON rocket_login_sessions (expires);
CREATE TABLE IF NOT EXISTS rocket_login_counters (
    key BLOB NOT NULL PRIMARY KEY CHECK (length(key) = 16),
    count INTEGER NOT NULL CHECK (count > 0),
    expires INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS rocket_login_counters_expires
    ON rocket_login_counters (expires);
