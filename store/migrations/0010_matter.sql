-- Matters: every record of the process, of whatever kind. One table, so that scope, list, inbox and history are made once.
-- What only some kinds keep lies in body (declared fields); what lists and scopes look at are columns.

CREATE TABLE matter (
    id TEXT NOT NULL PRIMARY KEY CHECK (length(id) > 0),
    kind TEXT NOT NULL,
    stage TEXT NOT NULL,
    version BIGINT NOT NULL CHECK (version >= 1),
    title TEXT NOT NULL,
    round_id TEXT REFERENCES matter (id),
    parent_id TEXT REFERENCES matter (id),
    need_id TEXT,
    organiser TEXT NOT NULL, -- GB/T 2260 code of a city, 'sasac', '' for the province itself
    county TEXT,
    enterprise_code TEXT,
    unit_name TEXT,
    person_id TEXT,
    body JSON NOT NULL,
    due DATE,
    search_text TEXT NOT NULL,
    opened TIMESTAMPTZ NOT NULL,
    moved TIMESTAMPTZ NOT NULL,
    -- What the last act replaced, while it may still be taken back.
    undo_action TEXT,
    undo_login TEXT,
    undo_before JSON,
    CHECK ((undo_action IS NULL) = (undo_before IS NULL)),
    CHECK (stage LIKE kind || '\_%' ESCAPE '\')
);
CREATE INDEX matter_by_kind ON matter (kind, id);
CREATE INDEX matter_by_stage ON matter (kind, stage, id);
CREATE INDEX matter_by_organiser ON matter (kind, organiser, id);
CREATE INDEX matter_by_county ON matter (kind, county, id);
CREATE INDEX matter_by_enterprise ON matter (kind, enterprise_code, id);
CREATE INDEX matter_by_unit ON matter (kind, unit_name, id);
CREATE INDEX matter_by_person ON matter (kind, person_id, id);
CREATE INDEX matter_by_parent ON matter (parent_id, kind, id);
CREATE INDEX matter_by_need ON matter (need_id, kind, id);
CREATE INDEX matter_by_round ON matter (round_id, kind, stage, id);
CREATE INDEX matter_due ON matter (due, id) WHERE due IS NOT NULL;

-- Who has to act next: one row for each role awaited, so that an inbox is read off one index.
CREATE TABLE matter_wait (
    matter_id TEXT NOT NULL REFERENCES matter (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    binding TEXT NOT NULL, -- '' for roles bound to nothing
    sort_key TEXT NOT NULL, -- day until when, then the id
    PRIMARY KEY (matter_id, role)
);
CREATE UNIQUE INDEX matter_wait_by_role ON matter_wait (role, binding, sort_key);

-- 3.4a: the final list is a subset of the suggestions, and only the database can be trusted never to forget it.
CREATE TABLE suggestion (
    pair_id TEXT NOT NULL PRIMARY KEY REFERENCES matter (id),
    round_id TEXT NOT NULL REFERENCES matter (id)
);
CREATE INDEX suggestion_by_round ON suggestion (round_id, pair_id);

CREATE TABLE final_name (
    pair_id TEXT NOT NULL PRIMARY KEY REFERENCES suggestion (pair_id),
    listing_id TEXT NOT NULL REFERENCES matter (id)
);
CREATE INDEX final_name_by_listing ON final_name (listing_id, pair_id);
