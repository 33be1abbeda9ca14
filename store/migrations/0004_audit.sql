-- The audit trail: each entry carries the SM3 hash of itself and of the one before it.
-- audit_head names the last entry; its row is locked while an entry is added, so that two writers cannot fork the chain.

CREATE TABLE audit_event (
    seq BIGINT NOT NULL PRIMARY KEY CHECK (seq >= 1),
    at TIMESTAMPTZ NOT NULL,
    actor TEXT NOT NULL,
    origin TEXT NOT NULL,
    act TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    clause TEXT,
    succeeded BOOLEAN NOT NULL,
    detail TEXT NOT NULL, -- JSON, kept as the text that was hashed
    prev TEXT NOT NULL CHECK (length(prev) = 64),
    hash TEXT NOT NULL CHECK (length(hash) = 64)
);
CREATE INDEX audit_event_by_subject ON audit_event (subject_kind, subject_id, seq);
CREATE INDEX audit_event_by_actor ON audit_event (actor, seq);

CREATE TABLE audit_head (
    one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO audit_head (one, seq, hash) VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
