-- Lists of matters are held in memory as well: the number of the audit event that a matter was last written with. Events are
-- numbered in the order in which they are committed, so a reader that has seen 7 has seen everything up to 7. 0 for rows that
-- were there before.
ALTER TABLE matter ADD COLUMN change BIGINT NOT NULL DEFAULT 0;
CREATE INDEX matter_by_change ON matter (change);
