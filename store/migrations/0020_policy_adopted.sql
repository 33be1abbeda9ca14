-- A policy file that two persons changed for rounds to come: the one adopted last is in force until the next.
ALTER TABLE policy ADD COLUMN adopted TIMESTAMPTZ;
