-- Who controls an enterprise, who stands behind an account, and identifiers that are kept encrypted.

-- sasac_listed, central_soe and parent_code are what the register states; supervised is what follows from them and from
-- holdings: the enterprise's needs go to 省国资委 (3.1c).
ALTER TABLE enterprise ADD COLUMN sasac_listed BOOLEAN;
ALTER TABLE enterprise ADD COLUMN central_soe BOOLEAN;
ALTER TABLE enterprise ADD COLUMN parent_code TEXT CHECK (length(parent_code) = 18);

-- An account made on a page opens when the security administrator has confirmed it; those made on the machine are open.
-- holder is a keyed hash of the holder's resident id: it tells two accounts of one person, and nothing else.
ALTER TABLE account ADD COLUMN activated BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE account ADD COLUMN holder TEXT CHECK (length(holder) = 64);

-- No holder has two of the three powers at a time.
CREATE UNIQUE INDEX account_one_power ON account (holder)
    WHERE NOT disabled AND role IN ('system_administrator', 'security_administrator', 'audit_administrator');
CREATE INDEX account_by_holder ON account (holder);
CREATE INDEX account_waiting ON account (login) WHERE NOT activated;

-- Passwords that an account had before its present one, the newest with the highest place.
CREATE TABLE former_password (
    login TEXT NOT NULL REFERENCES account (login),
    place BIGINT NOT NULL CHECK (place >= 1),
    password_hash TEXT NOT NULL,
    PRIMARY KEY (login, place)
);

-- Resident ids, telephone numbers and names of contacts, encrypted under a key that the database does not hold.
CREATE TABLE sealed (
    record TEXT NOT NULL CHECK (length(record) > 0),
    id TEXT NOT NULL CHECK (length(id) > 0),
    field TEXT NOT NULL CHECK (length(field) > 0),
    key_id TEXT NOT NULL,
    cipher TEXT NOT NULL,
    updated TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (record, id, field)
);
CREATE INDEX sealed_by_key ON sealed (key_id, record, id, field);
