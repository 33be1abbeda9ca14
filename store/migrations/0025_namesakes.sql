-- People of one unit who bear one name: the unit says whether they are one person. Nobody is taken for somebody else by name.
CREATE TABLE namesake (
    first_id TEXT NOT NULL REFERENCES person (id),
    second_id TEXT NOT NULL REFERENCES person (id),
    kept_id TEXT, -- of one person, the record that remains; nothing for two people
    answered_by TEXT NOT NULL,
    answered TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (first_id, second_id),
    CHECK (first_id < second_id),
    CHECK (kept_id IS NULL OR kept_id IN (first_id, second_id))
);
CREATE INDEX namesake_by_second ON namesake (second_id);
