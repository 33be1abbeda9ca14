//! A matter: one record of the process, of whatever kind, with what it keeps and who it concerns.

use chrono::NaiveDate;

use super::field::Body;
use super::vocabulary::{Kind, Stage};
use crate::access::{Role, Scope};

/// The organiser of the SASAC route; any other organiser is the GB/T 2260 code of a city.
pub const SASAC: &str = "sasac";

/// Who and what a matter concerns: what scopes and lists look at. Copied from parent to child when a matter is opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parties {
    /// Id of the round's matter.
    pub round: Option<String>,
    /// Id of the matter it hangs on: a pair's need, a service entry's appointment.
    pub parent: Option<String>,
    /// Id of the need in the register of needs, which matching reads.
    pub need: Option<String>,
    /// City that organises it (GB/T 2260), or [`SASAC`]; empty for the province itself.
    pub organiser: String,
    /// County of the enterprise (GB/T 2260).
    pub county: Option<String>,
    /// Credit code of the enterprise.
    pub enterprise: Option<String>,
    /// Registered name of the sending unit.
    pub unit: Option<String>,
    /// Id of the person.
    pub person: Option<String>,
}

/// A matter as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matter {
    /// `pair-000017`: kind and number, unique.
    pub id: String,
    /// Where it is; says the kind as well.
    pub stage: Stage,
    /// Goes up by one with every act.
    pub version: i64,
    /// One line for lists.
    pub title: String,
    /// Who and what it concerns.
    pub parties: Parties,
    /// What it keeps.
    pub body: Body,
    /// Until when the next act is expected.
    pub due: Option<NaiveDate>,
}

/// A matter that an act opens; the store gives it its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMatter {
    /// First stage.
    pub stage: Stage,
    /// One line for lists.
    pub title: String,
    /// Who and what it concerns.
    pub parties: Parties,
    /// What it keeps.
    pub body: Body,
    /// Until when the next act is expected.
    pub due: Option<NaiveDate>,
}

impl Matter {
    /// Its kind.
    pub const fn kind(&self) -> Kind {
        self.stage.kind()
    }

    /// Whether SASAC organises it (3.1c).
    pub fn is_sasac(&self) -> bool {
        self.parties.organiser == SASAC
    }

    /// Who has to act next, each with the binding of the account that may: city, enterprise, unit or person.
    pub fn waits(&self) -> Vec<(Role, String)> {
        let awaited =
            self.stage.waits().iter().filter(|role| self.is_of(**role) && !super::decide::has_acted(self, **role));
        awaited.map(|role| (*role, self.binding_of(*role).unwrap_or_default().to_owned())).collect()
    }

    /// Who has the next act: those of [`waits`](Self::waits), or the province where all who were awaited have signed and it
    /// remains to issue what they signed.
    pub fn awaited(&self) -> Vec<(Role, String)> {
        let waits = self.waits();
        let all_acted = waits.is_empty() && self.body.has(&super::ACTED);
        if all_acted { vec![(Role::Province, String::new())] } else { waits }
    }

    /// Whether a role has to do with this matter's route: bureaus with the city route, SASAC as an organiser with its own.
    fn is_of(&self, role: Role) -> bool {
        match role {
            Role::CityScience | Role::CityIndustry => !self.is_sasac() && !self.parties.organiser.is_empty(),
            Role::Sasac => self.is_sasac() || self.parties.organiser.is_empty(),
            _ => true,
        }
    }

    /// The binding an account of this role must have to be concerned; nothing when the role is bound to nothing.
    pub fn binding_of(&self, role: Role) -> Option<&str> {
        let parties = &self.parties;
        match role {
            Role::Enterprise => parties.enterprise.as_deref(),
            Role::CityScience | Role::CityIndustry => Some(&parties.organiser),
            Role::County => parties.county.as_deref(),
            Role::Unit => parties.unit.as_deref(),
            Role::Person => parties.person.as_deref(),
            _ => None,
        }
    }

    /// Whether the matter lies inside a scope, whatever its stage.
    pub fn is_within(&self, scope: &Scope) -> bool {
        let parties = &self.parties;
        let is = |party: &Option<String>, bound: &str| party.as_deref() == Some(bound);
        match scope {
            Scope::Province => true,
            Scope::City(city) => parties.organiser == *city,
            Scope::County(county) => is(&parties.county, county),
            Scope::Sasac => self.is_sasac(),
            Scope::Enterprise(code) => is(&parties.enterprise, code),
            Scope::Unit(name) => is(&parties.unit, name),
            Scope::Person(id) => is(&parties.person, id),
            _ => false,
        }
    }
}
