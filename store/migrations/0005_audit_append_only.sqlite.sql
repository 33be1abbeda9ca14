-- Only for SQLite: the two databases have no common words for a trigger.
CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event
BEGIN
    SELECT RAISE(ABORT, 'audit_event is append-only');
END;

CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event
BEGIN
    SELECT RAISE(ABORT, 'audit_event is append-only');
END;

CREATE TRIGGER match_run_no_update BEFORE UPDATE ON match_run
BEGIN
    SELECT RAISE(ABORT, 'match_run is written once');
END;
