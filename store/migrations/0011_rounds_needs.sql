-- What rounds and needs keep beside their matters.

-- The policy files that rounds were issued under, so that an old round is judged by its own numbers.
CREATE TABLE policy (
    hash TEXT NOT NULL PRIMARY KEY CHECK (length(hash) = 64), -- SM3 of the text
    version TEXT NOT NULL,
    content TEXT NOT NULL,
    kept TIMESTAMPTZ NOT NULL
);

-- A need that expired, went back or was withdrawn after it was reported stays on record and out of matching.
ALTER TABLE need ADD COLUMN stale BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX need_current ON need (id) WHERE NOT stale;

-- Each return of a need to an earlier step: how many, what was missing, how many working days it cost.
CREATE TABLE need_return (
    matter_id TEXT NOT NULL REFERENCES matter (id),
    place BIGINT NOT NULL CHECK (place >= 1),
    round_id TEXT NOT NULL REFERENCES matter (id),
    organiser TEXT NOT NULL,
    step TEXT NOT NULL,
    missing TEXT NOT NULL, -- codes with commas
    returned DATE NOT NULL,
    resubmitted DATE,
    workdays BIGINT, -- between return and resubmission
    PRIMARY KEY (matter_id, place)
);
CREATE INDEX need_return_by_round ON need_return (round_id, organiser);

-- Counts of a round by organiser and stage.
CREATE INDEX matter_progress ON matter (round_id, kind, organiser, stage);
-- Needs under one joint document.
CREATE INDEX matter_by_document ON matter (organiser, (body ->> 'document_number')) WHERE kind = 'need';
-- Enterprises under one parent.
CREATE INDEX enterprise_by_parent ON enterprise (parent_code) WHERE parent_code IS NOT NULL;
