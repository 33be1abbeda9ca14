-- Accounts, sessions, background jobs. Logins are never deleted, so that none is ever used by two people.

CREATE TABLE account (
    login TEXT NOT NULL PRIMARY KEY CHECK (length(login) > 0 AND login = lower(login)),
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('enterprise', 'city_science', 'city_industry', 'county', 'sasac', 'province',
        'education_department', 'industry_department', 'unit', 'person', 'matcher',
        'system_administrator', 'security_administrator', 'audit_administrator')),
    binding TEXT,
    password_hash TEXT NOT NULL,
    must_change_password BOOLEAN NOT NULL,
    password_changed TIMESTAMPTZ NOT NULL,
    disabled BOOLEAN NOT NULL DEFAULT FALSE,
    failed_attempts BIGINT NOT NULL DEFAULT 0 CHECK (failed_attempts >= 0),
    locked_until TIMESTAMPTZ,
    last_login TIMESTAMPTZ,
    appearance TEXT NOT NULL DEFAULT '' CHECK (length(appearance) <= 500),
    created TIMESTAMPTZ NOT NULL,
    CHECK ((role IN ('enterprise', 'city_science', 'city_industry', 'county', 'unit', 'person')) = (binding IS NOT NULL))
);

-- fingerprint is the SM3 hash of the token, so a copy of the database signs nobody in.
CREATE TABLE session (
    fingerprint TEXT NOT NULL PRIMARY KEY CHECK (length(fingerprint) = 64),
    login TEXT NOT NULL REFERENCES account (login),
    created TIMESTAMPTZ NOT NULL,
    last_seen TIMESTAMPTZ NOT NULL,
    expires TIMESTAMPTZ NOT NULL,
    appearance TEXT NOT NULL CHECK (length(appearance) <= 500)
);
CREATE INDEX session_by_login ON session (login, last_seen);
CREATE INDEX session_by_expires ON session (expires);

-- Numbers for people to say aloud; a row is locked until its transaction ends, so none is given twice.
CREATE TABLE sequence (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL CHECK (value >= 0)
);
INSERT INTO sequence (name, value) VALUES ('job', 0), ('match_run', 0);

CREATE TABLE job (
    id BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    parameters JSON NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'cancelled', 'failed')),
    done BIGINT NOT NULL CHECK (done >= 0),
    total BIGINT NOT NULL CHECK (total >= 0),
    message TEXT NOT NULL,
    result TEXT,
    attempts BIGINT NOT NULL CHECK (attempts >= 0),
    cancel_requested BOOLEAN NOT NULL,
    requested_by TEXT NOT NULL,
    created TIMESTAMPTZ NOT NULL,
    started TIMESTAMPTZ,
    heartbeat TIMESTAMPTZ,
    finished TIMESTAMPTZ,
    CHECK ((finished IS NOT NULL) = (state IN ('done', 'cancelled', 'failed')))
);
CREATE INDEX job_queued ON job (id) WHERE state = 'queued';
CREATE INDEX job_running ON job (heartbeat) WHERE state = 'running';
CREATE INDEX job_by_requester ON job (requested_by, id);
