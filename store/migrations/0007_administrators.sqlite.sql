-- Only for SQLite: the two databases have no common words for a trigger.

-- A power is given with the account and stays with it: no account becomes an administrator, none stops being one.
CREATE TRIGGER account_power_stays BEFORE UPDATE OF role ON account
WHEN OLD.role <> NEW.role AND (OLD.role LIKE '%\_administrator' ESCAPE '\' OR NEW.role LIKE '%\_administrator' ESCAPE '\')
BEGIN
    SELECT RAISE(ABORT, 'an account never becomes or stops being an administrator');
END;

-- Whoever has one of the three powers has no other open account.
CREATE TRIGGER account_power_alone_insert BEFORE INSERT ON account
WHEN NOT NEW.disabled AND EXISTS (
    SELECT 1 FROM account other WHERE other.holder = NEW.holder AND other.login <> NEW.login AND NOT other.disabled
        AND (other.role LIKE '%\_administrator' ESCAPE '\' OR NEW.role LIKE '%\_administrator' ESCAPE '\'))
BEGIN
    SELECT RAISE(ABORT, 'the holder of an administrator account has no other account');
END;

CREATE TRIGGER account_power_alone_update BEFORE UPDATE OF login, role, holder, disabled ON account
WHEN NOT NEW.disabled AND EXISTS (
    SELECT 1 FROM account other WHERE other.holder = NEW.holder AND other.login <> NEW.login AND NOT other.disabled
        AND (other.role LIKE '%\_administrator' ESCAPE '\' OR NEW.role LIKE '%\_administrator' ESCAPE '\'))
BEGIN
    SELECT RAISE(ABORT, 'the holder of an administrator account has no other account');
END;

CREATE INDEX account_by_role ON account (role, login);
