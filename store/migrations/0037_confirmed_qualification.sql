-- Certificates that an office has checked (2.3.1(1)), beside those of the imported register: no import takes them out.
CREATE TABLE confirmed_qualification (
    matter_id TEXT NOT NULL PRIMARY KEY REFERENCES matter (id),
    enterprise_code TEXT NOT NULL REFERENCES enterprise (credit_code),
    kind TEXT NOT NULL,
    number TEXT NOT NULL,
    valid_until DATE NOT NULL,
    confirmed DATE NOT NULL
);
CREATE INDEX confirmed_qualification_by_enterprise ON confirmed_qualification (enterprise_code, confirmed, matter_id);
