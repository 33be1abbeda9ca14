-- Only for SQLite: the two databases have no common words for a trigger.
CREATE TRIGGER notice_capture_no_update BEFORE UPDATE ON notice_capture
BEGIN
    SELECT RAISE(ABORT, 'notice_capture is append-only');
END;

CREATE TRIGGER notice_capture_no_delete BEFORE DELETE ON notice_capture
BEGIN
    SELECT RAISE(ABORT, 'notice_capture is append-only');
END;
