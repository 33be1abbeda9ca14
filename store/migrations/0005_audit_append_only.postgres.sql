-- Only for PostgreSQL: the two databases have no common words for a trigger, and SQLite has no TRUNCATE to refuse.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is written once', TG_TABLE_NAME;
END
$$;

CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER match_run_written_once BEFORE UPDATE OR TRUNCATE ON match_run
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
