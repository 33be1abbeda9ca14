-- Results of matching. A run is written once and never changed; what decided it is kept as hashes and versions.

CREATE TABLE match_run (
    id BIGINT NOT NULL PRIMARY KEY,
    created TIMESTAMPTZ NOT NULL,
    created_by TEXT NOT NULL,
    inputs_hash TEXT NOT NULL,
    parameters_hash TEXT NOT NULL,
    policy_version TEXT NOT NULL,
    model TEXT NOT NULL,
    needs BIGINT NOT NULL CHECK (needs >= 0),
    people BIGINT NOT NULL CHECK (people >= 0),
    candidates BIGINT NOT NULL CHECK (candidates >= 0)
);

CREATE TABLE match_candidate (
    run_id BIGINT NOT NULL REFERENCES match_run (id),
    need_id TEXT NOT NULL REFERENCES need (id),
    rank BIGINT NOT NULL CHECK (rank >= 1),
    person_id TEXT NOT NULL REFERENCES person (id),
    score DOUBLE PRECISION NOT NULL,
    level BIGINT NOT NULL CHECK (level BETWEEN 1 AND 4),
    probability DOUBLE PRECISION CHECK (probability BETWEEN 0 AND 1),
    verdict TEXT NOT NULL CHECK (verdict IN ('ok', 'warning', 'needs_override', 'refused')),
    flags JSON NOT NULL,
    eligibility JSON NOT NULL,
    evidence JSON NOT NULL,
    PRIMARY KEY (run_id, need_id, rank),
    UNIQUE (run_id, need_id, person_id)
);
CREATE INDEX match_candidate_by_person ON match_candidate (person_id, run_id);
CREATE INDEX match_candidate_by_need ON match_candidate (need_id, run_id);

-- place 0 is the proposed person, 1 to 3 the ordered alternates (3.2b).
CREATE TABLE match_plan_pair (
    run_id BIGINT NOT NULL REFERENCES match_run (id),
    need_id TEXT NOT NULL REFERENCES need (id),
    post BIGINT NOT NULL CHECK (post >= 1),
    place BIGINT NOT NULL CHECK (place BETWEEN 0 AND 3),
    person_id TEXT NOT NULL REFERENCES person (id),
    score DOUBLE PRECISION NOT NULL,
    reason JSON NOT NULL,
    PRIMARY KEY (run_id, need_id, post, place),
    UNIQUE (run_id, need_id, person_id)
);

-- Posts that the plan could not fill, each need with the smallest cause in words.
CREATE TABLE match_open_post (
    run_id BIGINT NOT NULL REFERENCES match_run (id),
    need_id TEXT NOT NULL REFERENCES need (id),
    posts BIGINT NOT NULL CHECK (posts >= 1),
    reason TEXT NOT NULL,
    PRIMARY KEY (run_id, need_id)
);
