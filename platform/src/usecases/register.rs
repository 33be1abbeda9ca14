//! What the province's registers say of people, enterprises and pairs on a day: the rules asked with the records' facts.
//!
//! A register that holds nothing at all has not been handed in: its questions stay open instead of being answered well.

use std::collections::HashMap;

use chrono::NaiveDate;
use programme::access::Scope;
use programme::finding::Finding;
use programme::parameters::Parameters;
use programme::record::{Enterprise, Misconduct, Person, Shareholder, Unit};
use programme::rules::pair::{self, PairFacts, Parties};
use programme::rules::{self, enterprise};
use store::Tx;

/// The registers as they stand, with the policy that is asked.
#[derive(Clone, Debug)]
pub struct Register {
    /// Without a day ages and registers stay unknown.
    on: Option<NaiveDate>,
    parameters: Parameters,
    /// By name, which people's records cite.
    units: HashMap<String, Unit>,
    /// By credit code of the enterprise that is held; none when no table was handed in.
    holdings: Option<HashMap<String, Vec<Shareholder>>>,
    /// Holdings of units in any enterprise: what they control.
    holdings_of_units: Vec<Shareholder>,
    /// By subject; none when no register was handed in.
    misconduct: Option<HashMap<String, Vec<Misconduct>>>,
}

impl Register {
    /// Reads the registers under the embedded policy, for questions asked on a day.
    pub async fn load(tx: &mut Tx, on: NaiveDate) -> anyhow::Result<Self> {
        let units = store::unit::all(tx, &Scope::Province).await?;
        let holdings = store::shareholder::all(tx, &Scope::Province).await?;
        let misconduct = store::misconduct::all(tx, &Scope::Province).await?;
        Ok(Self::of(Some(on), Parameters::embedded().clone(), units, holdings, misconduct))
    }

    /// Registers of these records.
    pub fn of(
        on: Option<NaiveDate>,
        parameters: Parameters,
        units: Vec<Unit>,
        holdings: Vec<Shareholder>,
        misconduct: Vec<Misconduct>,
    ) -> Self {
        let units: HashMap<String, Unit> = units.into_iter().map(|unit| (unit.name.clone(), unit)).collect();
        let is_unit = |row: &&Shareholder| {
            units.contains_key(&row.holder)
                || units.values().any(|unit| row.holder_id.as_ref() == Some(&unit.credit_code))
        };
        let holdings_of_units = holdings.iter().filter(is_unit).cloned().collect();
        let holdings = (!holdings.is_empty()).then(|| grouped(holdings, |row| row.enterprise.clone()));
        let misconduct = (!misconduct.is_empty()).then(|| grouped(misconduct, |entry| entry.subject.clone()));
        Self { on, parameters, units, holdings, holdings_of_units, misconduct }
    }

    /// No registers at hand: what the records say by themselves.
    pub fn none(on: Option<NaiveDate>, parameters: Parameters) -> Self {
        Self::of(on, parameters, Vec::new(), Vec::new(), Vec::new())
    }

    /// The policy that is asked.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// A unit by its registered name.
    pub fn unit(&self, name: &str) -> Option<&Unit> {
        self.units.get(name)
    }

    /// Whether a person may be a candidate.
    pub fn person(&self, person: &Person) -> Vec<Finding> {
        let unit = person.unit.as_deref().and_then(|name| self.unit(name));
        rules::eligibility_of(person, unit, self.on, None, self.entries_of(&person.id), &self.parameters)
    }

    /// Whether an enterprise may receive somebody.
    pub fn enterprise(&self, enterprise: &Enterprise) -> Vec<Finding> {
        let code = enterprise.credit_code.as_deref().unwrap_or_default();
        enterprise::of_record(enterprise, self.on, self.entries_of(code), &self.parameters)
    }

    /// Whether person and unit are free of holdings in the enterprise.
    pub fn pair(&self, enterprise: Option<&Enterprise>, person: &Person) -> Vec<Finding> {
        let code = enterprise.and_then(|enterprise| enterprise.credit_code.as_deref());
        let unit = person.unit.as_deref().and_then(|name| self.unit(name));
        let (Some(code), Some(holdings)) = (code, &self.holdings) else {
            return pair::review(&PairFacts::default());
        };
        let parties = Parties {
            enterprise: code,
            person_id: &person.id,
            person_name: person.name.as_deref(),
            unit: unit.map_or("", |unit| &unit.credit_code),
            unit_name: person.unit.as_deref().unwrap_or_default(),
        };
        let of_units = self.holdings_of_units.iter().filter(|row| row.enterprise != code);
        let table: Vec<Shareholder> = holdings.get(code).into_iter().flatten().chain(of_units).cloned().collect();
        pair::of_table(&parties, &table, &[], &self.parameters)
    }

    fn entries_of(&self, subject: &str) -> Option<&[Misconduct]> {
        self.misconduct.as_ref().map(|register| register.get(subject).map_or(&[][..], Vec::as_slice))
    }
}

fn grouped<T>(rows: Vec<T>, key: impl Fn(&T) -> String) -> HashMap<String, Vec<T>> {
    let mut groups: HashMap<String, Vec<T>> = HashMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups
}
