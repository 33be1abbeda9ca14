//! One line of the lists of matters, as a [`Catalogue`](crate::catalogue::Catalogue) holds it.

use std::sync::Arc;

use programme::access::Actor;
use programme::process::sight::concerns_account;
use programme::process::{Body, Matter, Parties, Stage};

use super::Filter;
use crate::catalogue::Listed;
use crate::sql::Sql;
use crate::{Error, Result, Tx};

/// What lists and figures look at of a matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Id, stage and parties; version, title, body and deadline are left out.
    pub matter: Matter,
    /// Level of relevance of a pair, 4 to 1.
    pub level: Option<u8>,
    /// Place of a pair in the order: 0 is the proposed person, from 1 the alternates.
    pub order: Option<u8>,
    search_text: String,
    pub(crate) change: i64,
}

impl Line {
    /// A matter as lists hold it.
    pub fn of(matter: Matter) -> Self {
        let matter = Matter { title: String::new(), body: Body::default(), due: None, version: 0, ..matter };
        Self { matter, level: None, order: None, search_text: String::new(), change: 0 }
    }

    /// Whether the account sees it: the same question as for the matter itself.
    pub(crate) fn is_seen_by(&self, actor: &Actor) -> bool {
        concerns_account(actor, &self.matter)
    }

    /// Whether it meets every condition; `search` holds the filter's words as they are compared.
    pub(crate) fn fits(&self, filter: &Filter, search: &[String]) -> bool {
        let parties = &self.matter.parties;
        let is = |wanted: &Option<String>, party: Option<&String>| wanted.is_none() || wanted.as_ref() == party;
        filter.stage.is_none_or(|stage| stage == self.matter.stage)
            && is(&filter.round, parties.round.as_ref())
            && is(&filter.organiser, Some(&parties.organiser))
            && is(&filter.parent, parties.parent.as_ref())
            && search.iter().all(|word| self.search_text.contains(word))
    }
}

impl Listed for Arc<Line> {
    type Order = ();

    fn id(&self) -> &str {
        &self.matter.id
    }

    fn key(&self, (): ()) -> &'static str {
        ""
    }
}

#[derive(sqlx::FromRow)]
struct Stored {
    id: String,
    stage: String,
    round_id: Option<String>,
    parent_id: Option<String>,
    need_id: Option<String>,
    organiser: String,
    county: Option<String>,
    enterprise_code: Option<String>,
    unit_name: Option<String>,
    person_id: Option<String>,
    level: Option<String>,
    place: Option<String>,
    search_text: String,
    change: i64,
}

/// The lines of matters that changed after a number, whoever may see them: what the catalogue takes over.
pub(crate) async fn changed_after(tx: &mut Tx, change: i64) -> Result<Vec<Line>> {
    let mut sql = Sql::new(
        "SELECT id, stage, round_id, parent_id, need_id, organiser, county, enterprise_code, unit_name, person_id, \
         CAST(body ->> 'level' AS TEXT) AS level, CAST(body ->> 'order' AS TEXT) AS place, search_text, change \
         FROM matter WHERE change > ",
    );
    sql.bind(change);
    sql.all::<Stored>(tx).await?.into_iter().map(read).collect()
}

fn read(stored: Stored) -> Result<Line> {
    let stage = Stage::parse(&stored.stage).ok_or(Error::Unreadable { what: "stage", found: stored.stage })?;
    let parties = Parties {
        round: stored.round_id,
        parent: stored.parent_id,
        need: stored.need_id,
        organiser: stored.organiser,
        county: stored.county,
        enterprise: stored.enterprise_code,
        unit: stored.unit_name,
        person: stored.person_id,
    };
    let (title, body) = (String::new(), Body::default());
    let matter = Matter { id: stored.id, stage, version: 0, title, parties, body, due: None };
    let number = |text: Option<String>| text.and_then(|text| text.parse().ok());
    let (level, order) = (number(stored.level), number(stored.place));
    Ok(Line { level, order, search_text: stored.search_text, change: stored.change, ..Line::of(matter) })
}
