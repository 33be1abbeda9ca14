-- Only for PostgreSQL: the two databases have no common words for a trigger.

-- A power is given with the account and stays with it: no account becomes an administrator, none stops being one.
CREATE FUNCTION account_power_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.role <> NEW.role
        AND (OLD.role LIKE '%\_administrator' ESCAPE '\' OR NEW.role LIKE '%\_administrator' ESCAPE '\') THEN
        RAISE EXCEPTION 'an account never becomes or stops being an administrator';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER account_power_stays BEFORE UPDATE OF role ON account
    FOR EACH ROW EXECUTE FUNCTION account_power_stays();

-- Whoever has one of the three powers has no other open account.
CREATE FUNCTION account_power_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT NEW.disabled AND EXISTS (
        SELECT 1 FROM account other WHERE other.holder = NEW.holder AND other.login <> NEW.login AND NOT other.disabled
            AND (other.role LIKE '%\_administrator' ESCAPE '\' OR NEW.role LIKE '%\_administrator' ESCAPE '\')) THEN
        RAISE EXCEPTION 'the holder of an administrator account has no other account';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER account_power_alone BEFORE INSERT OR UPDATE OF login, role, holder, disabled ON account
    FOR EACH ROW EXECUTE FUNCTION account_power_alone();

CREATE INDEX account_by_role ON account (role, login);
