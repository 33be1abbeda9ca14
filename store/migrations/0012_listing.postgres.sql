-- Only for PostgreSQL: the two databases have no common words for a trigger.

-- 3.4a: what was suggested is settled when the list is frozen: no suggestion comes or goes afterwards, none ever changes.
CREATE FUNCTION suggestion_settled() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_round TEXT := CASE WHEN TG_OP = 'DELETE' THEN OLD.round_id ELSE NEW.round_id END;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'a suggestion never changes';
    END IF;
    IF EXISTS (SELECT 1 FROM matter WHERE kind = 'listing' AND round_id = of_round AND stage <> 'listing_review') THEN
        RAISE EXCEPTION 'the list of the round is frozen, its suggestions stay as they are';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM matter WHERE id = NEW.pair_id AND kind = 'pair' AND round_id = NEW.round_id) THEN
        RAISE EXCEPTION 'a suggestion is a pair of the same round';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER suggestion_settled BEFORE INSERT OR UPDATE OR DELETE ON suggestion
    FOR EACH ROW EXECUTE FUNCTION suggestion_settled();

-- A name comes on a list when that list is frozen, and only from the suggestions of the same round.
CREATE FUNCTION final_name_settled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'a final name never changes';
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT 1 FROM matter
                   WHERE id = OLD.pair_id AND stage IN ('pair_listed', 'pair_held', 'pair_published')) THEN
            RAISE EXCEPTION 'the pair is on the list';
        END IF;
        RETURN OLD;
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM suggestion s JOIN matter l ON l.round_id = s.round_id
        WHERE s.pair_id = NEW.pair_id AND l.id = NEW.listing_id AND l.kind = 'listing' AND l.stage = 'listing_frozen') THEN
        RAISE EXCEPTION 'a final name is a suggestion of the same round, taken when the list is frozen';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER final_name_settled BEFORE INSERT OR UPDATE OR DELETE ON final_name
    FOR EACH ROW EXECUTE FUNCTION final_name_settled();

-- A pair is on the list, held or published only with its final name; neither a list nor a pair changes its round; no list
-- is frozen or reviewed again after the party group's meeting.
CREATE FUNCTION listing_settled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.stage IN ('pair_listed', 'pair_held', 'pair_published')
        AND NOT EXISTS (SELECT 1 FROM final_name WHERE pair_id = NEW.id) THEN
        RAISE EXCEPTION 'a pair is on a list only by its final name';
    END IF;
    IF TG_OP = 'INSERT' THEN
        RETURN NEW;
    END IF;
    IF OLD.kind IN ('listing', 'pair')
        AND (NEW.round_id IS DISTINCT FROM OLD.round_id OR NEW.id <> OLD.id OR NEW.kind <> OLD.kind) THEN
        RAISE EXCEPTION 'a list and a pair stay in their round';
    END IF;
    IF NEW.stage IN ('listing_review', 'listing_frozen') AND OLD.stage NOT IN ('listing_review', 'listing_frozen') THEN
        RAISE EXCEPTION 'a list is not opened again after the meeting';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER listing_settled BEFORE INSERT OR UPDATE ON matter
    FOR EACH ROW EXECUTE FUNCTION listing_settled();
