-- Files beside a matter: what goes out with a public notice, scans of signed papers. A file never changes; only one that was
-- not published yet is taken away, and the trail keeps that it was there.

CREATE TABLE attachment (
    matter_id TEXT NOT NULL REFERENCES matter (id),
    number BIGINT NOT NULL CHECK (number >= 1),
    name TEXT NOT NULL,
    sm3 TEXT NOT NULL,
    size BIGINT NOT NULL,
    added TIMESTAMPTZ NOT NULL,
    added_by TEXT NOT NULL,
    role TEXT NOT NULL, -- of who added it
    content BYTEA NOT NULL,
    PRIMARY KEY (matter_id, number)
);
