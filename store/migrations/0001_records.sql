-- What files and forms bring in: units, enterprises, needs, people with works, holdings, misconduct.
-- What a file may leave out may be NULL. city is the first four digits of region and '00': the filter of a city's officials.

CREATE TABLE unit (
    credit_code TEXT NOT NULL PRIMARY KEY CHECK (length(credit_code) = 18),
    name TEXT NOT NULL UNIQUE,
    kind TEXT CHECK (kind IN ('university', 'institute')),
    affiliation TEXT CHECK (affiliation IN ('provincial', 'ministry', 'other')),
    region TEXT CHECK (length(region) = 6),
    updated TIMESTAMPTZ NOT NULL
);

-- Disciplines with master's-or-higher degree authority or first-class status (2.2.1(2)).
CREATE TABLE unit_discipline (
    unit_code TEXT NOT NULL REFERENCES unit (credit_code) ON DELETE CASCADE,
    discipline TEXT NOT NULL,
    PRIMARY KEY (unit_code, discipline)
);

CREATE TABLE enterprise (
    credit_code TEXT NOT NULL PRIMARY KEY CHECK (length(credit_code) = 18),
    name TEXT,
    search_name TEXT NOT NULL,
    region TEXT CHECK (length(region) = 6),
    city TEXT CHECK (length(city) = 6),
    main_business TEXT,
    supervised BOOLEAN NOT NULL DEFAULT FALSE, -- by 省国资委 (3.1c)
    updated TIMESTAMPTZ NOT NULL
);
CREATE INDEX enterprise_by_city ON enterprise (city, credit_code);
CREATE INDEX enterprise_by_region ON enterprise (region, credit_code);
CREATE INDEX enterprise_supervised ON enterprise (credit_code) WHERE supervised;

-- place keeps the order of the file: the same kind may be listed twice, old certificate and new.
CREATE TABLE enterprise_qualification (
    enterprise_code TEXT NOT NULL REFERENCES enterprise (credit_code) ON DELETE CASCADE,
    place BIGINT NOT NULL CHECK (place >= 0),
    kind TEXT NOT NULL CHECK (kind IN ('scale_industrial', 'high_tech', 'advanced_service', 'little_giant', 'specialised_sme')),
    number TEXT,
    valid_until DATE,
    PRIMARY KEY (enterprise_code, place)
);

CREATE TABLE enterprise_platform (
    enterprise_code TEXT NOT NULL REFERENCES enterprise (credit_code) ON DELETE CASCADE,
    place BIGINT NOT NULL CHECK (place >= 0),
    name TEXT NOT NULL,
    PRIMARY KEY (enterprise_code, place)
);

-- stated_enterprise is what the need's own file said; where enterprise_code is known, the table enterprise has the facts.
-- region, city, supervised and enterprise_search repeat the enterprise, so that each list of needs is read off one index.
CREATE TABLE need (
    id TEXT NOT NULL PRIMARY KEY CHECK (length(id) > 0),
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    keywords JSON NOT NULL,
    industry TEXT,
    posts BIGINT NOT NULL CHECK (posts >= 1),
    enterprise_code TEXT REFERENCES enterprise (credit_code),
    stated_enterprise JSON,
    region TEXT CHECK (length(region) = 6),
    city TEXT CHECK (length(city) = 6),
    supervised BOOLEAN NOT NULL DEFAULT FALSE,
    search_text TEXT NOT NULL,
    enterprise_search TEXT NOT NULL,
    version BIGINT NOT NULL CHECK (version >= 1),
    created TIMESTAMPTZ NOT NULL,
    updated TIMESTAMPTZ NOT NULL
);
CREATE INDEX need_by_city ON need (city, id);
CREATE INDEX need_by_region ON need (region, id);
CREATE INDEX need_by_enterprise ON need (enterprise_code, id);
CREATE INDEX need_by_industry ON need (industry, id);
CREATE INDEX need_supervised ON need (id) WHERE supervised;

-- unit_name is the name as the person's file states it; a unit that is not registered is a finding, not an error.
CREATE TABLE person (
    id TEXT NOT NULL PRIMARY KEY CHECK (length(id) > 0),
    name TEXT,
    unit_name TEXT,
    unit_kind TEXT CHECK (unit_kind IN ('university', 'institute')),
    birth DATE,
    degree TEXT CHECK (degree IN ('doctor', 'master', 'bachelor', 'none')),
    title_level TEXT CHECK (title_level IN ('senior', 'associate', 'intermediate', 'junior', 'none')),
    discipline TEXT,
    directions TEXT,
    team TEXT,
    team_role TEXT CHECK (team_role IN ('lead', 'deputy', 'member')),
    search_text TEXT NOT NULL,
    version BIGINT NOT NULL CHECK (version >= 1),
    created TIMESTAMPTZ NOT NULL,
    updated TIMESTAMPTZ NOT NULL
);
CREATE INDEX person_by_unit ON person (unit_name, id);

-- Ids of works are unique within a person: two authors may both bring the same paper.
CREATE TABLE work (
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    place BIGINT NOT NULL CHECK (place >= 0),
    kind TEXT CHECK (kind IN ('paper', 'patent', 'project', 'achievement', 'award', 'standard')),
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    keywords JSON NOT NULL,
    year BIGINT,
    PRIMARY KEY (person_id, id)
);

-- Holdings may name enterprises that are not in the programme (a company that a unit controls), so no foreign key.
CREATE TABLE shareholder (
    enterprise_code TEXT NOT NULL,
    holder TEXT NOT NULL,
    holder_id TEXT NOT NULL, -- '' when the register does not say
    share_basis_points BIGINT NOT NULL CHECK (share_basis_points BETWEEN 0 AND 10000),
    founder BOOLEAN NOT NULL,
    updated TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (enterprise_code, holder, holder_id)
);

CREATE TABLE misconduct (
    subject TEXT NOT NULL,
    from_day DATE NOT NULL,
    basis TEXT NOT NULL,
    name TEXT NOT NULL,
    until_day DATE CHECK (until_day >= from_day),
    updated TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (subject, from_day, basis)
);
