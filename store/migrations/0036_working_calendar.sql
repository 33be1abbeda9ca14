-- Days off and make-up days as imported: the text that each import left, whole. The last one is in force; the others say what
-- earlier deadlines were counted by.

CREATE TABLE working_calendar (
    number BIGINT NOT NULL PRIMARY KEY CHECK (number >= 1),
    content TEXT NOT NULL,
    sm3 TEXT NOT NULL,
    kept TIMESTAMPTZ NOT NULL,
    kept_by TEXT NOT NULL
);
