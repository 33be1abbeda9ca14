-- Only for PostgreSQL: the two databases have no common words for a trigger, and SQLite has no TRUNCATE to refuse.
CREATE TRIGGER notice_capture_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON notice_capture
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
