-- Money received, as the person declares it, beside what was verified.
ALTER TABLE assessment_outcome ADD COLUMN paid_yuan_declared BIGINT NOT NULL DEFAULT 0;
