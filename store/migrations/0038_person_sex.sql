-- For shares by sex (nothing else reads it): taken from the resident id when a file brings one, never asked for.
-- Whoever was written before is unknown until the next file.
ALTER TABLE person ADD COLUMN sex TEXT CHECK (sex IN ('female', 'male'));
