CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, hash TEXT NOT NULL);
CREATE TABLE members (user INTEGER NOT NULL REFERENCES users, team TEXT NOT NULL);
CREATE TABLE permissions (team TEXT NOT NULL, name TEXT NOT NULL);
INSERT INTO users VALUES (1, 'ferris', '$argon2id$v=19$m=19456,t=2,p=1$68n+oFAfLFYniwjWztWbDQ$kPwb2ASFtfsD9MmRiE+uuwl9PaHF2Qr5knp6FpESiKI');
INSERT INTO users SELECT 2, 'admin', hash FROM users;
INSERT INTO members VALUES (1, 'users'), (2, 'users'), (2, 'superusers');
INSERT INTO permissions VALUES ('users', 'protected.read'), ('superusers', 'restricted.read');
