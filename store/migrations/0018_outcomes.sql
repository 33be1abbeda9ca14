-- What the four departments made known of each assessment (5.5): certificates, preference in later support, verified results.
CREATE TABLE assessment_outcome (
    assessment_id TEXT NOT NULL PRIMARY KEY REFERENCES matter (id),
    batch_id TEXT NOT NULL REFERENCES matter (id),
    person_id TEXT NOT NULL,
    unit_name TEXT NOT NULL,
    enterprise_code TEXT NOT NULL,
    organiser TEXT NOT NULL,
    grade TEXT NOT NULL CHECK (grade IN ('excellent', 'pass', 'fail')),
    certificate TEXT NOT NULL UNIQUE,
    document_number TEXT NOT NULL,
    document_day DATE NOT NULL,
    results_declared BIGINT NOT NULL,
    results_landed BIGINT NOT NULL,
    problems_declared BIGINT NOT NULL,
    problems_solved BIGINT NOT NULL,
    contract_yuan_declared BIGINT NOT NULL,
    contract_yuan BIGINT NOT NULL,
    paid_yuan BIGINT NOT NULL,
    patents_declared BIGINT NOT NULL,
    patents BIGINT NOT NULL,
    products_declared BIGINT NOT NULL,
    new_products BIGINT NOT NULL
);
CREATE INDEX assessment_outcome_by_batch ON assessment_outcome (batch_id, unit_name, assessment_id);
CREATE INDEX assessment_outcome_by_person ON assessment_outcome (person_id, document_day);
CREATE INDEX assessment_outcome_by_organiser ON assessment_outcome (organiser, document_day);
CREATE INDEX assessment_outcome_by_unit ON assessment_outcome (unit_name, document_day);
CREATE INDEX assessment_outcome_by_day ON assessment_outcome (document_day, assessment_id);

-- How long matters stayed at a stage that they have left; written with the act that ended the stay.
CREATE TABLE stage_passage (
    matter_id TEXT NOT NULL REFERENCES matter (id),
    version BIGINT NOT NULL,
    stage TEXT NOT NULL,
    organiser TEXT NOT NULL,
    entered TIMESTAMPTZ NOT NULL,
    ended TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (matter_id, version)
);
CREATE INDEX stage_passage_by_stage ON stage_passage (stage, ended);
CREATE INDEX stage_passage_by_organiser ON stage_passage (organiser, stage, ended);
