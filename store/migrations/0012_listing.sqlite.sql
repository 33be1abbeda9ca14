-- Only for SQLite: the two databases have no common words for a trigger.

-- 3.4a: what was suggested is settled when the list is frozen: no suggestion comes or goes afterwards, none ever changes.
CREATE TRIGGER suggestion_before_freeze BEFORE INSERT ON suggestion
WHEN EXISTS (SELECT 1 FROM matter WHERE kind = 'listing' AND round_id = NEW.round_id AND stage <> 'listing_review')
BEGIN
    SELECT RAISE(ABORT, 'the list of the round is frozen, nothing can be suggested any more');
END;

CREATE TRIGGER suggestion_of_pair BEFORE INSERT ON suggestion
WHEN NOT EXISTS (SELECT 1 FROM matter WHERE id = NEW.pair_id AND kind = 'pair' AND round_id = NEW.round_id)
BEGIN
    SELECT RAISE(ABORT, 'a suggestion is a pair of the same round');
END;

CREATE TRIGGER suggestion_stays BEFORE UPDATE ON suggestion
BEGIN
    SELECT RAISE(ABORT, 'a suggestion never changes');
END;

CREATE TRIGGER suggestion_kept_after_freeze BEFORE DELETE ON suggestion
WHEN EXISTS (SELECT 1 FROM matter WHERE kind = 'listing' AND round_id = OLD.round_id AND stage <> 'listing_review')
BEGIN
    SELECT RAISE(ABORT, 'the list of the round is frozen, its suggestions stay');
END;

-- A name comes on a list when that list is frozen, and only from the suggestions of the same round.
CREATE TRIGGER final_name_of_suggestion BEFORE INSERT ON final_name
WHEN NOT EXISTS (
    SELECT 1 FROM suggestion s JOIN matter l ON l.round_id = s.round_id
    WHERE s.pair_id = NEW.pair_id AND l.id = NEW.listing_id AND l.kind = 'listing' AND l.stage = 'listing_frozen')
BEGIN
    SELECT RAISE(ABORT, 'a final name is a suggestion of the same round, taken when the list is frozen');
END;

CREATE TRIGGER final_name_stays BEFORE UPDATE ON final_name
BEGIN
    SELECT RAISE(ABORT, 'a final name never changes');
END;

CREATE TRIGGER final_name_kept BEFORE DELETE ON final_name
WHEN EXISTS (
    SELECT 1 FROM matter WHERE id = OLD.pair_id AND stage IN ('pair_listed', 'pair_held', 'pair_published'))
BEGIN
    SELECT RAISE(ABORT, 'the pair is on the list');
END;

-- A pair is on the list, held or published only with its final name.
CREATE TRIGGER pair_listed_insert BEFORE INSERT ON matter
WHEN NEW.stage IN ('pair_listed', 'pair_held', 'pair_published')
BEGIN
    SELECT RAISE(ABORT, 'a pair is on a list only by its final name');
END;

CREATE TRIGGER pair_listed_update BEFORE UPDATE ON matter
WHEN NEW.stage IN ('pair_listed', 'pair_held', 'pair_published')
    AND NOT EXISTS (SELECT 1 FROM final_name WHERE pair_id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'a pair is on a list only by its final name');
END;

-- Neither a list nor a pair changes its round, and no list is frozen or reviewed again after the party group's meeting.
CREATE TRIGGER listing_round_stays BEFORE UPDATE ON matter
WHEN OLD.kind IN ('listing', 'pair') AND (NEW.round_id IS NOT OLD.round_id OR NEW.id <> OLD.id OR NEW.kind <> OLD.kind)
BEGIN
    SELECT RAISE(ABORT, 'a list and a pair stay in their round');
END;

CREATE TRIGGER listing_not_reopened BEFORE UPDATE OF stage ON matter
WHEN NEW.stage IN ('listing_review', 'listing_frozen') AND OLD.stage NOT IN ('listing_review', 'listing_frozen')
BEGIN
    SELECT RAISE(ABORT, 'a list is not opened again after the meeting');
END;
