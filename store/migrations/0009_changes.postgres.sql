-- Only for PostgreSQL: the two databases have no common words for a trigger.
-- Numbers must be committed in their order, else a reader that has seen 7 would never look for a 6 that comes later: a writer
-- keeps a lock from its first change of the table to the end of its transaction.
CREATE SEQUENCE change_number;

CREATE FUNCTION wait_for_turn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(TG_RELID::BIGINT);
    RETURN NULL;
END
$$;

CREATE FUNCTION number_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.change := nextval('change_number');
    RETURN NEW;
END
$$;

CREATE TRIGGER need_in_turn BEFORE INSERT OR UPDATE ON need
    FOR EACH STATEMENT EXECUTE FUNCTION wait_for_turn();
CREATE TRIGGER need_numbered BEFORE INSERT OR UPDATE ON need
    FOR EACH ROW EXECUTE FUNCTION number_change();

CREATE TRIGGER person_in_turn BEFORE INSERT OR UPDATE ON person
    FOR EACH STATEMENT EXECUTE FUNCTION wait_for_turn();
CREATE TRIGGER person_numbered BEFORE INSERT OR UPDATE ON person
    FOR EACH ROW EXECUTE FUNCTION number_change();
