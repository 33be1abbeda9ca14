-- 3.4a: one list a round. A second one would take in names after the first was frozen.

CREATE UNIQUE INDEX listing_of_round ON matter (round_id) WHERE kind = 'listing';
