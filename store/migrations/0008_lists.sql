-- What the lists in memory keep up with: which rows changed, and how far each need got in its latest run.
-- change is given by the triggers of 0009, so that no writer can forget it; 0 for rows that were there before.

ALTER TABLE need ADD COLUMN change BIGINT NOT NULL DEFAULT 0;
CREATE INDEX need_by_change ON need (change);

ALTER TABLE person ADD COLUMN change BIGINT NOT NULL DEFAULT 0;
CREATE INDEX person_by_change ON person (change);

-- Lists of needs are now narrowed in memory.
DROP INDEX need_by_industry;

-- How many candidates of each level a need has in a run, so that a run of 10,000 needs is read page by page.
CREATE TABLE match_need (
    run_id BIGINT NOT NULL REFERENCES match_run (id),
    need_id TEXT NOT NULL REFERENCES need (id),
    unrelated BIGINT NOT NULL CHECK (unrelated >= 0),
    weak BIGINT NOT NULL CHECK (weak >= 0),
    fair BIGINT NOT NULL CHECK (fair >= 0),
    strong BIGINT NOT NULL CHECK (strong >= 0),
    PRIMARY KEY (run_id, need_id)
);
INSERT INTO match_need (run_id, need_id, unrelated, weak, fair, strong)
    SELECT run_id, need_id, COUNT(CASE WHEN level = 1 THEN 1 END), COUNT(CASE WHEN level = 2 THEN 1 END),
        COUNT(CASE WHEN level = 3 THEN 1 END), COUNT(CASE WHEN level = 4 THEN 1 END)
    FROM match_candidate GROUP BY run_id, need_id;

-- How a run's plan came out, so that its page need not count the plan.
CREATE TABLE match_figures (
    run_id BIGINT NOT NULL PRIMARY KEY REFERENCES match_run (id),
    filled BIGINT NOT NULL CHECK (filled >= 0),
    open_posts BIGINT NOT NULL CHECK (open_posts >= 0)
);
INSERT INTO match_figures (run_id, filled, open_posts)
    SELECT id, (SELECT COUNT(*) FROM match_plan_pair p WHERE p.run_id = r.id AND p.place = 0),
        (SELECT CAST(COALESCE(SUM(posts), 0) AS BIGINT) FROM match_open_post o WHERE o.run_id = r.id)
    FROM match_run r;

-- The latest run that a need took part in, with the best level of its candidates there.
CREATE TABLE match_latest (
    need_id TEXT NOT NULL PRIMARY KEY REFERENCES need (id),
    run_id BIGINT NOT NULL REFERENCES match_run (id),
    level BIGINT NOT NULL CHECK (level BETWEEN 1 AND 4)
);
CREATE INDEX match_latest_by_run ON match_latest (run_id);
INSERT INTO match_latest (need_id, run_id, level)
    SELECT need_id, run_id, MAX(level) FROM match_candidate c
    WHERE run_id = (SELECT MAX(run_id) FROM match_candidate l WHERE l.need_id = c.need_id)
    GROUP BY need_id, run_id;
