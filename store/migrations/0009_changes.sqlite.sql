-- Only for SQLite: the two databases have no common words for a trigger.
-- There is one writer at a time, so the next number is also the next to be committed. Numbering a row fires the second
-- trigger again, which then finds the number changed.
CREATE TRIGGER need_numbered_when_new AFTER INSERT ON need
BEGIN
    UPDATE need SET change = (SELECT MAX(change) + 1 FROM need) WHERE id = NEW.id;
END;

CREATE TRIGGER need_numbered AFTER UPDATE ON need WHEN NEW.change = OLD.change
BEGIN
    UPDATE need SET change = (SELECT MAX(change) + 1 FROM need) WHERE id = NEW.id;
END;

CREATE TRIGGER person_numbered_when_new AFTER INSERT ON person
BEGIN
    UPDATE person SET change = (SELECT MAX(change) + 1 FROM person) WHERE id = NEW.id;
END;

CREATE TRIGGER person_numbered AFTER UPDATE ON person WHEN NEW.change = OLD.change
BEGIN
    UPDATE person SET change = (SELECT MAX(change) + 1 FROM person) WHERE id = NEW.id;
END;
