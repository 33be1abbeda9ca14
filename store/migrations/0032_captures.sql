-- What the public page of a notice was when it was looked at: evidence that it stood, and what it said.
-- page: the bytes as served; absent where they are those of an earlier capture of the same notice.

CREATE TABLE notice_capture (
    listing_id TEXT NOT NULL REFERENCES matter (id),
    number BIGINT NOT NULL CHECK (number >= 1),
    taken TIMESTAMPTZ NOT NULL,
    taken_by TEXT NOT NULL,
    status BIGINT NOT NULL, -- of the answer (HTTP)
    sm3 TEXT NOT NULL,
    page TEXT,
    PRIMARY KEY (listing_id, number)
);
CREATE INDEX notice_capture_by_page ON notice_capture (listing_id, sm3, number);
