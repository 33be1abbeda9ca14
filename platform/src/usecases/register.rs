//! What the province's registers say of people, enterprises and pairs on a day: the rules asked with the records' facts.
//!
//! A register that holds nothing at all has not been handed in: its questions stay open instead of being answered well.

use std::collections::HashMap;

use chrono::NaiveDate;
use programme::access::Scope;
use programme::clause;
use programme::finding::Finding;
use programme::parameters::Parameters;
use programme::process::Matter;
use programme::process::round::{BORN_ON_OR_AFTER, NOTICE_DAY};
use programme::record::{Enterprise, Misconduct, Person, Shareholder, Unit};
use programme::rules::pair::{self, PairFacts, Parties};
use programme::rules::{self, enterprise};
use store::Tx;

/// The registers as they stand, with the policy that is asked.
#[derive(Clone, Debug)]
pub struct Register {
    /// Without a day ages and registers stay unknown.
    on: Option<NaiveDate>,
    /// Ages as a round counts them; as of the day itself without a round.
    ages: Ages,
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

/// How a round counts ages (2.1.1(2)): from the day of its notice, or by a printed limit of birth dates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Ages {
    notice: Option<NaiveDate>,
    born_on_or_after: Option<NaiveDate>,
}

impl Register {
    /// Reads the registers under the embedded policy, for questions asked on a day.
    pub async fn load(tx: &mut Tx, on: NaiveDate) -> anyhow::Result<Self> {
        let units = store::unit::all(tx, &Scope::Province).await?;
        let holdings = store::shareholder::all(tx, &Scope::Province).await?;
        let misconduct = store::misconduct::all(tx, &Scope::Province).await?;
        Ok(Self::of(Some(on), Parameters::embedded().clone(), units, holdings, misconduct))
    }

    /// Reads what the registers hold of one pair, for an act on it: the whole of them is for runs.
    pub async fn around(
        tx: &mut Tx,
        on: NaiveDate,
        person: &Person,
        enterprise: Option<&Enterprise>,
    ) -> anyhow::Result<Self> {
        let scope = &Scope::Province;
        let unit = match person.unit.as_deref() {
            Some(name) => store::unit::by_name(tx, scope, name).await?,
            None => None,
        };
        let mut misconduct = store::misconduct::of_subject(tx, scope, &person.id).await?;
        let mut holdings = Vec::new();
        if let Some(code) = enterprise.and_then(|enterprise| enterprise.credit_code.as_deref()) {
            misconduct.extend(store::misconduct::of_subject(tx, scope, code).await?);
            holdings = store::shareholder::of_enterprise(tx, scope, code).await?;
        }
        if let Some(unit) = &unit {
            let of_unit = store::shareholder::of_holder(tx, scope, &unit.name, &unit.credit_code).await?;
            holdings.extend(
                of_unit
                    .into_iter()
                    .filter(|row| enterprise.is_none_or(|one| one.credit_code.as_ref() != Some(&row.enterprise))),
            );
        }
        let units = unit.into_iter().collect();
        let mut register = Self::of(Some(on), Parameters::embedded().clone(), units, holdings, misconduct);
        if store::shareholder::is_kept(tx).await? {
            register.holdings.get_or_insert_default();
        }
        if store::misconduct::is_kept(tx).await? {
            register.misconduct.get_or_insert_default();
        }
        Ok(register)
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
        Self { on, ages: Ages::default(), parameters, units, holdings, holdings_of_units, misconduct }
    }

    /// With ages as this round counts them: nobody ages out half-way.
    #[must_use]
    pub fn under(mut self, round: &Matter) -> Self {
        let (notice, born_on_or_after) = (round.body.day(&NOTICE_DAY), round.body.day(&BORN_ON_OR_AFTER));
        self.ages = Ages { notice, born_on_or_after };
        self
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
        let of = |day, born_on_or_after| {
            rules::eligibility_of(person, unit, day, born_on_or_after, self.entries_of(&person.id), &self.parameters)
        };
        let Some(notice) = self.ages.notice else { return of(self.on, None) };
        // Ages stay as they were on the notice; misconduct is asked as of today.
        let asked_today = |finding: &Finding| finding.clause == clause!("2.1.1(1)");
        let mut findings = of(Some(notice), self.ages.born_on_or_after);
        findings.retain(|finding| !asked_today(finding));
        findings.extend(of(self.on, None).into_iter().filter(asked_today));
        findings
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demonstration::{FIRST_ROUND, province};
    use crate::usecases::demonstration::fill;
    use crate::usecases::passwords::TEST_COST;

    const DAY: NaiveDate = FIRST_ROUND.notice_day;

    #[tokio::test]
    async fn what_is_read_of_a_pair_says_what_the_whole_registers_say() {
        let throwaway = store::testing::sqlite().await;
        let province = province(FIRST_ROUND);
        let (person, enterprise) = (&province.people[0], province.needs[0].enterprise.as_ref());
        let mut tx = throwaway.database.read().await.unwrap();
        let own = Register::around(&mut tx, DAY, person, enterprise).await.unwrap();
        let whole = Register::load(&mut tx, DAY).await.unwrap();
        assert_eq!(
            (own.person(person), own.pair(enterprise, person)),
            (whole.person(person), whole.pair(enterprise, person))
        );
        drop(tx);
        fill(&throwaway.database, &province, TEST_COST, crate::clock::now()).await.unwrap();
        let mut tx = throwaway.database.read().await.unwrap();
        let whole = Register::load(&mut tx, DAY).await.unwrap();
        let mut held = 0;
        for holding in &province.shareholders {
            let code = Some(&holding.enterprise);
            let enterprise = province.enterprises.iter().find(|one| one.credit_code.as_ref() == code);
            let is_holder = |person: &&Person| {
                Some(&person.id) == holding.holder_id.as_ref() || person.unit.as_ref() == Some(&holding.holder)
            };
            let (Some(enterprise), Some(person)) = (enterprise, province.people.iter().find(is_holder)) else {
                continue;
            };
            let own = Register::around(&mut tx, DAY, person, Some(enterprise)).await.unwrap();
            assert_eq!(own.pair(Some(enterprise), person), whole.pair(Some(enterprise), person));
            assert_eq!(
                (own.person(person), own.enterprise(enterprise)),
                (whole.person(person), whole.enterprise(enterprise))
            );
            held += 1;
        }
        assert!(held > 3, "some hold shares of those who ask");
    }
}
