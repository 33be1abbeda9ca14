-- Only for PostgreSQL: the two databases turn a text into a day in different words.
-- 3.2b: a proposal has the round's day for answers. Those that were open before proposals had one get it here, in the lists of
-- whoever is awaited as well; a proposal with a day keeps it.
UPDATE matter SET due = (SELECT CAST(r.body ->> 'answers_day' AS DATE) FROM matter r WHERE r.id = matter.round_id)
    WHERE kind = 'pair' AND stage IN ('pair_proposed', 'pair_standby') AND due IS NULL;
UPDATE matter_wait SET sort_key =
    (SELECT to_char(m.due, 'YYYY-MM-DD') || ' ' || m.id FROM matter m WHERE m.id = matter_wait.matter_id)
    WHERE sort_key LIKE '9999-12-31 %' AND EXISTS (
        SELECT 1 FROM matter m WHERE m.id = matter_wait.matter_id AND m.stage = 'pair_proposed' AND m.due IS NOT NULL
    );
