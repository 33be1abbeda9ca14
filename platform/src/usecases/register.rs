//! What the province's registers say of people, enterprises and pairs on a day: the rules asked with the records' facts.
//!
//! A register that holds nothing at all has not been handed in: its questions stay open instead of being answered well.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use programme::access::Scope;
use programme::finding::Finding;
use programme::parameters::Parameters;
use programme::process::Matter;
use programme::record::{Enterprise, Misconduct, Person, Shareholder, Unit};
use programme::rules::pair::{self, PairFacts, Parties};
use programme::rules::{self, Days, enterprise};
use store::Tx;

use super::{excellent, policy};

/// The registers as they stand, with the policy that is asked.
#[derive(Clone, Debug)]
pub struct Register {
    /// Without a day ages and registers stay unknown.
    days: Days,
    parameters: Parameters,
    tables: Arc<Tables>,
    /// When somebody was last notified as excellent (5.5), by id of the person.
    excellent: HashMap<String, NaiveDate>,
}

/// What was handed in of units, holdings and misconduct.
#[derive(Clone, Debug)]
pub(super) struct Tables {
    /// By name, which people's records cite.
    units: HashMap<String, Unit>,
    /// By credit code of the enterprise that is held; none when no table was handed in.
    holdings: Option<HashMap<String, Vec<Shareholder>>>,
    /// What each unit holds in any enterprise, by the unit's name.
    of_units: HashMap<String, Vec<Shareholder>>,
    /// Codes of the enterprises that any unit has a part of.
    companies: HashSet<String>,
    /// By subject; none when no register was handed in.
    misconduct: Option<HashMap<String, Vec<Misconduct>>>,
}

/// Subjects of the audit events that an import of one of the tables writes, all with an empty id.
const TABLES: [&str; 3] = ["unit", "shareholder", "misconduct"];

/// The tables as they were last read, read anew after an import of one of them; clones share them.
///
/// For pages that ask whole tables: reading 10,000 holdings takes longer than everything else of such a page.
#[derive(Clone, Debug, Default)]
pub struct Registers(Arc<Mutex<Option<Held>>>);

#[derive(Clone, Debug)]
struct Held {
    /// The last import that is in the tables.
    event: i64,
    tables: Arc<Tables>,
}

impl Registers {
    /// The registers of a day, as [`Register::load`] reads them. The transaction must not have imported anything itself: what
    /// it may still take back must not be kept.
    pub async fn load(&self, tx: &mut Tx, today: NaiveDate) -> anyhow::Result<Register> {
        let round = policy::current_round(tx).await?;
        self.for_round(tx, today, round.as_ref()).await
    }

    /// The same for questions about matters of a round, as [`Register::for_round`].
    pub async fn for_round(&self, tx: &mut Tx, today: NaiveDate, round: Option<&Matter>) -> anyhow::Result<Register> {
        let tables = self.tables(tx).await?;
        Register::with(tx, today, round, tables).await
    }

    /// The tables alone, under the same condition.
    pub(super) async fn tables(&self, tx: &mut Tx) -> anyhow::Result<Arc<Tables>> {
        let mut event = 0;
        for table in TABLES {
            event = event.max(store::audit::last_bulk_act(tx, table).await?);
        }
        if let Some(held) = self.held().filter(|held| held.event == event) {
            return Ok(held.tables);
        }
        let held = Held { event, tables: Arc::new(Tables::load(tx).await?) };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(held.clone());
        Ok(held.tables)
    }

    fn held(&self) -> Option<Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Tables {
    async fn load(tx: &mut Tx) -> anyhow::Result<Self> {
        let units = store::unit::all(tx, &Scope::Province).await?;
        let holdings = store::shareholder::all(tx, &Scope::Province).await?;
        let misconduct = store::misconduct::all(tx, &Scope::Province).await?;
        Ok(Self::of(units, holdings, misconduct))
    }

    fn of(units: Vec<Unit>, holdings: Vec<Shareholder>, misconduct: Vec<Misconduct>) -> Self {
        let units: HashMap<String, Unit> = units.into_iter().map(|unit| (unit.name.clone(), unit)).collect();
        let of_units = held_by(&units, &holdings);
        let companies = of_units.values().flatten().map(|row| row.enterprise.clone()).collect();
        let holdings = (!holdings.is_empty()).then(|| grouped(holdings, |row| row.enterprise.clone()));
        let misconduct = (!misconduct.is_empty()).then(|| grouped(misconduct, |entry| entry.subject.clone()));
        Self { units, holdings, of_units, companies, misconduct }
    }

    /// A unit by its registered name.
    pub(super) fn unit(&self, name: &str) -> Option<&Unit> {
        self.units.get(name)
    }

    fn entries_of(&self, subject: &str) -> Option<&[Misconduct]> {
        self.misconduct.as_ref().map(|register| register.get(subject).map_or(&[][..], Vec::as_slice))
    }
}

impl Register {
    /// Reads the registers for questions asked on a day, under the policy and the reference date of the round that runs.
    pub async fn load(tx: &mut Tx, today: NaiveDate) -> anyhow::Result<Self> {
        let round = policy::current_round(tx).await?;
        Self::for_round(tx, today, round.as_ref()).await
    }

    /// Reads the registers for questions about a matter of a round: ages on the round's reference date (2.1.1(2)),
    /// registers and certificates today.
    pub async fn for_round(tx: &mut Tx, today: NaiveDate, round: Option<&Matter>) -> anyhow::Result<Self> {
        let tables = Arc::new(Tables::load(tx).await?);
        Self::with(tx, today, round, tables).await
    }

    async fn with(tx: &mut Tx, today: NaiveDate, round: Option<&Matter>, tables: Arc<Tables>) -> anyhow::Result<Self> {
        let parameters = policy::of_round(tx, round).await?.into_owned();
        // The oldest comes first, so the last day of each person stays.
        let excellent = excellent::all(tx).await?.into_iter().map(|one| (one.person_id, one.document_day)).collect();
        Ok(Self { days: policy::days(today, round), parameters, tables, excellent })
    }

    /// Reads what the registers hold of some people and one enterprise, for a page or an act under a round: the whole of them
    /// is for runs.
    pub async fn around(
        tx: &mut Tx,
        on: NaiveDate,
        round: Option<&Matter>,
        people: &[&Person],
        enterprise: Option<&Enterprise>,
    ) -> anyhow::Result<Self> {
        let scope = &Scope::Province;
        let names: BTreeSet<&str> = people.iter().filter_map(|person| person.unit.as_deref()).collect();
        let units = store::unit::by_names(tx, scope, &Vec::from_iter(names)).await?;
        let ids: Vec<&str> = people.iter().map(|person| person.id.as_str()).collect();
        let code = enterprise.and_then(|enterprise| enterprise.credit_code.as_deref());
        let subjects: Vec<&str> = ids.iter().copied().chain(code).collect();
        let misconduct = store::misconduct::of_subjects(tx, scope, &subjects).await?;
        let mut holdings = match code {
            Some(code) => store::shareholder::of_enterprise(tx, scope, code).await?,
            None => Vec::new(),
        };
        let (names, codes): (Vec<&str>, Vec<&str>) =
            units.iter().map(|unit| (unit.name.as_str(), unit.credit_code.as_str())).unzip();
        let of_units = store::shareholder::of_holders(tx, scope, &names, &codes).await?;
        holdings.extend(of_units.into_iter().filter(|row| code != Some(row.enterprise.as_str())));
        let parameters = policy::of_round(tx, round).await?.into_owned();
        let (days, excellent) = (policy::days(on, round), store::outcome::excellent_days(tx, &ids).await?);
        let mut tables = Tables::of(units, holdings, misconduct);
        if store::shareholder::is_kept(tx).await? {
            tables.holdings.get_or_insert_default();
        }
        if store::misconduct::is_kept(tx).await? {
            tables.misconduct.get_or_insert_default();
        }
        Ok(Self { days, parameters, tables: Arc::new(tables), excellent })
    }

    /// Registers of these records.
    pub fn of(
        on: Option<NaiveDate>,
        parameters: Parameters,
        units: Vec<Unit>,
        holdings: Vec<Shareholder>,
        misconduct: Vec<Misconduct>,
    ) -> Self {
        let tables = Arc::new(Tables::of(units, holdings, misconduct));
        Self { days: Days::all(on), parameters, tables, excellent: HashMap::new() }
    }

    /// No registers at hand: what the records say by themselves.
    pub fn none(on: Option<NaiveDate>, parameters: Parameters) -> Self {
        Self::of(on, parameters, Vec::new(), Vec::new(), Vec::new())
    }

    /// Whether another one answers the same: the same tables, asked for the same days under the same policy.
    pub fn answers_like(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.tables, &other.tables)
            && self.days == other.days
            && self.parameters == other.parameters
            && self.excellent == other.excellent
    }

    /// The policy that is asked.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// A unit by its registered name.
    pub fn unit(&self, name: &str) -> Option<&Unit> {
        self.tables.unit(name)
    }

    /// Whether a person may be a candidate, and the mark of whoever was excellent before.
    pub fn person(&self, person: &Person) -> Vec<Finding> {
        let unit = person.unit.as_deref().and_then(|name| self.unit(name));
        let mut findings =
            rules::eligibility_of(person, unit, &self.days, self.tables.entries_of(&person.id), &self.parameters);
        findings.extend(self.excellent.get(&person.id).copied().map(rules::assessment::excellent_mark));
        findings
    }

    /// Whether an enterprise may receive somebody.
    pub fn enterprise(&self, enterprise: &Enterprise) -> Vec<Finding> {
        let code = enterprise.credit_code.as_deref().unwrap_or_default();
        enterprise::of_record(enterprise, self.days.today, self.tables.entries_of(code), &self.parameters)
    }

    /// Whether person and unit are free of holdings in the enterprise.
    pub fn pair(&self, enterprise: Option<&Enterprise>, person: &Person) -> Vec<Finding> {
        let code = enterprise.and_then(|enterprise| enterprise.credit_code.as_deref());
        let unit = person.unit.as_deref().and_then(|name| self.unit(name));
        let (Some(code), Some(holdings)) = (code, &self.tables.holdings) else {
            return pair::review(&PairFacts::default());
        };
        let parties = Parties {
            enterprise: code,
            person_id: &person.id,
            person_name: person.name.as_deref(),
            unit: unit.map_or("", |unit| &unit.credit_code),
            unit_name: person.unit.as_deref().unwrap_or_default(),
        };
        let of_unit =
            self.tables.of_units.get(parties.unit_name).into_iter().flatten().filter(|row| row.enterprise != code);
        let table: Vec<Shareholder> = holdings.get(code).into_iter().flatten().chain(of_unit).cloned().collect();
        pair::of_table(&parties, &table, &[], &self.parameters)
    }

    /// Whether a register can speak against an enterprise and a person: entered for misconduct, or a holder of the enterprise
    /// is the person, the unit, or a company that a unit has a part of. Only then are the rules asked, which costs more.
    pub fn concerns(&self, enterprise: &str, person: &Person) -> bool {
        let is_entered = |subject: &str| self.tables.entries_of(subject).is_some_and(|entries| !entries.is_empty());
        let unit_name = person.unit.as_deref().unwrap_or_default();
        let unit = self.unit(unit_name).map(|unit| unit.credit_code.as_str());
        let is_of_theirs = |row: &Shareholder| {
            let holder = row.holder_id.as_deref();
            row.holder == unit_name
                || holder.is_some_and(|id| id == person.id || Some(id) == unit || self.tables.companies.contains(id))
        };
        let holders = self.tables.holdings.as_ref().and_then(|table| table.get(enterprise)).into_iter().flatten();
        is_entered(enterprise) || is_entered(&person.id) || holders.into_iter().any(is_of_theirs)
    }
}

/// What the registers say of one enterprise today; reads its own rows alone, where a [`Register`] reads all.
pub async fn of_enterprise(
    tx: &mut Tx,
    enterprise: &Enterprise,
    today: NaiveDate,
    parameters: &Parameters,
) -> anyhow::Result<Vec<Finding>> {
    let code = enterprise.credit_code.as_deref().unwrap_or_default();
    let entries = if store::misconduct::is_kept(tx).await? {
        Some(store::misconduct::of_subjects(tx, &Scope::Province, &[code]).await?)
    } else {
        None
    };
    Ok(enterprise::of_record(enterprise, Some(today), entries.as_deref(), parameters))
}

/// What each of the units holds, by its name; a row that states an id is that id's, whatever the name beside it.
fn held_by(units: &HashMap<String, Unit>, holdings: &[Shareholder]) -> HashMap<String, Vec<Shareholder>> {
    let names: HashMap<&str, &str> =
        units.values().map(|unit| (unit.credit_code.as_str(), unit.name.as_str())).collect();
    let mut found: HashMap<String, Vec<Shareholder>> = HashMap::new();
    for row in holdings {
        let holder = row.holder_id.as_deref().map_or(Some(row.holder.as_str()), |id| names.get(id).copied());
        if let Some(unit) = holder.filter(|name| units.contains_key(*name)) {
            found.entry(unit.to_owned()).or_default().push(row.clone());
        }
    }
    found
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
    async fn tables_are_read_anew_after_an_import_and_only_then() {
        let throwaway = store::testing::sqlite().await;
        let (database, registers) = (&throwaway.database, Registers::default());
        let tables = async || registers.tables(&mut database.read().await.unwrap()).await.unwrap();
        let empty = tables().await;
        assert!(Arc::ptr_eq(&empty, &tables().await) && empty.misconduct.is_none());
        fill(database, &province(FIRST_ROUND), TEST_COST, crate::clock::now()).await.unwrap();
        let filled = tables().await;
        assert!(Arc::ptr_eq(&filled, &tables().await) && filled.misconduct.is_some() && filled.holdings.is_some());
    }

    #[tokio::test]
    async fn what_is_read_of_a_pair_says_what_the_whole_registers_say() {
        let throwaway = store::testing::sqlite().await;
        let province = province(FIRST_ROUND);
        let (person, enterprise) = (&province.people[0], province.needs[0].enterprise.as_ref());
        let mut tx = throwaway.database.read().await.unwrap();
        let own = Register::around(&mut tx, DAY, None, &[person], enterprise).await.unwrap();
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
            let own = Register::around(&mut tx, DAY, None, &[person], Some(enterprise)).await.unwrap();
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
