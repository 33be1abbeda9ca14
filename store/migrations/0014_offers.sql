-- Offers to people: who wants no automated matching, personal links, when a unit took a push in, why talks failed.

-- P1: whoever is here is ranked for nothing.
CREATE TABLE opt_out (
    person_id TEXT NOT NULL PRIMARY KEY REFERENCES person (id),
    reason TEXT NOT NULL,
    since TIMESTAMPTZ NOT NULL
);

-- One link for a pair, known by the SM3 fingerprint of its token alone; a new link takes the place of the one before.
CREATE TABLE personal_link (
    pair_id TEXT NOT NULL PRIMARY KEY REFERENCES matter (id),
    fingerprint TEXT NOT NULL UNIQUE CHECK (length(fingerprint) = 64),
    issued TIMESTAMPTZ NOT NULL,
    last_day DATE NOT NULL,
    answered TIMESTAMPTZ,
    answer TEXT,
    CHECK ((answered IS NULL) = (answer IS NULL))
);

CREATE TABLE push_receipt (
    pair_id TEXT NOT NULL PRIMARY KEY REFERENCES matter (id),
    received TIMESTAMPTZ NOT NULL,
    received_by TEXT NOT NULL
);

-- 3.3a: coded reasons, counted by need and by enterprise for the next writing of a need.
CREATE TABLE talk_failure (
    pair_id TEXT NOT NULL REFERENCES matter (id),
    reason TEXT NOT NULL,
    need_id TEXT NOT NULL,
    enterprise_code TEXT NOT NULL,
    recorded TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (pair_id, reason)
);
CREATE INDEX talk_failure_by_need ON talk_failure (need_id, reason);
CREATE INDEX talk_failure_by_enterprise ON talk_failure (enterprise_code, reason);

-- 2.3.1(4) is asked of one pair at a time: the holdings of a unit are found without reading the whole table.
CREATE INDEX shareholder_by_holder ON shareholder (holder);
CREATE INDEX shareholder_by_holder_id ON shareholder (holder_id);
