-- Counts by stage are read off these indexes alone, without touching a matter.
CREATE INDEX matter_count_by_organiser ON matter (kind, organiser, stage);
CREATE INDEX matter_count_by_unit ON matter (kind, unit_name, stage);

-- Figures as they stood on a day, so that what was reported can be shown again. scope: '' for the province, the code of a
-- city, 'sasac', or the name of a unit.
CREATE TABLE frozen_figures (
    day DATE NOT NULL,
    scope TEXT NOT NULL,
    figures JSON NOT NULL,
    frozen_by TEXT NOT NULL,
    frozen TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (day, scope)
);
