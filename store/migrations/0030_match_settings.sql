-- What a run was made with, in words that a machine reads: tried settings are compared with it, and a round's frozen ones.

CREATE TABLE match_settings (
    run_id BIGINT NOT NULL PRIMARY KEY REFERENCES match_run (id),
    settings JSON NOT NULL
);
