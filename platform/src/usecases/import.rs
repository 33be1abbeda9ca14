//! Taking a file of records: read whole, checked against what is kept, written whole or not at all.
//!
//! The page and the command hand in bytes and get a [`Report`]. A file that is refused leaves an audit event too.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use anyhow::Context as _;
use chrono::Datelike as _;
use programme::access::Scope;
use programme::calendar::WorkingCalendar;
use programme::intake::{Kind, Note, Place, Problem, Problems, Reading, Strictness};
use programme::record::{CalendarDay, Enterprise, Misconduct, Need, OwnedWork, Person, Shareholder, Unit};
use store::audit::{self, Entry};
use store::page::searchable;
use store::{By, Database, Tx, Written};

use super::seal::{self, KeySource};
use super::{calendar, identifiers};
use crate::exchange::{FromFile, read_records};

/// Ids that a note on people of one name lists.
const NAMESAKES_LISTED_MAX: usize = 5;

/// What came of a file.
#[derive(Debug)]
pub struct Report {
    /// What the file holds.
    pub kind: Kind,
    /// Records that could be read.
    pub records: usize,
    /// What was written; nothing when there are problems, or when the file was only to be checked.
    pub written: Option<Written>,
    /// Everything that is wrong.
    pub problems: Problems,
    /// What a person should see although it stops nothing.
    pub notes: Vec<Note>,
}

/// Where records go.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The database.
    pub database: &'a Database,
    /// What seals identifiers.
    pub keys: KeySource<'a>,
    /// Whether the file is only checked.
    pub check_only: bool,
}

/// Reads a file and, when nothing is wrong with it, writes all of it.
///
/// # Errors
/// When the database fails; what is wrong with the file is in the report.
pub async fn import(target: Target<'_>, by: &By<'_>, kind: Kind, bytes: Vec<u8>) -> anyhow::Result<Report> {
    match kind {
        Kind::Needs => take::<Need>(target, by, bytes).await,
        Kind::People => take::<Person>(target, by, bytes).await,
        Kind::Works => take::<OwnedWork>(target, by, bytes).await,
        Kind::Units => take::<Unit>(target, by, bytes).await,
        Kind::Enterprises => take::<Enterprise>(target, by, bytes).await,
        Kind::Shareholders => take::<Shareholder>(target, by, bytes).await,
        Kind::Misconduct => take::<Misconduct>(target, by, bytes).await,
        Kind::Calendar => take::<CalendarDay>(target, by, bytes).await,
    }
}

/// Reads a file without a database: references to records that are kept are not looked at.
pub fn check(kind: Kind, bytes: &[u8]) -> Report {
    match kind {
        Kind::Needs => report(read_records::<Need>(bytes, Strictness::Strict), None),
        Kind::People => report(read_records::<Person>(bytes, Strictness::Strict), None),
        Kind::Works => report(read_records::<OwnedWork>(bytes, Strictness::Strict), None),
        Kind::Units => report(read_records::<Unit>(bytes, Strictness::Strict), None),
        Kind::Enterprises => report(read_records::<Enterprise>(bytes, Strictness::Strict), None),
        Kind::Shareholders => report(read_records::<Shareholder>(bytes, Strictness::Strict), None),
        Kind::Misconduct => report(read_records::<Misconduct>(bytes, Strictness::Strict), None),
        Kind::Calendar => report(read_records::<CalendarDay>(bytes, Strictness::Strict), None),
    }
}

/// A record that can be written to what is kept.
trait Import: FromFile + Send + 'static {
    /// Checks references to records that are kept, and completes records from them.
    async fn refer(_tx: &mut Tx, _reading: &mut Reading<Self>) -> store::Result<()> {
        Ok(())
    }

    /// What of them is kept sealed.
    fn identifiers(_records: &[Self]) -> Vec<(seal::Place<'_>, &str)> {
        Vec::new()
    }

    /// Writes all of them.
    async fn write(tx: &mut Tx, by: &By<'_>, records: &[Self]) -> anyhow::Result<Written>;
}

async fn take<T: Import>(target: Target<'_>, by: &By<'_>, bytes: Vec<u8>) -> anyhow::Result<Report> {
    let read = move || read_records::<T>(&bytes, Strictness::Strict);
    let mut reading = tokio::task::spawn_blocking(read).await.context("read the import file")?;
    if reading.problems.is_empty() {
        let seals = !target.check_only && !T::identifiers(&reading.records).is_empty();
        // Before the write begins: making the keys reads the database.
        let keys = if seals { Some(target.keys.keys(target.database).await?) } else { None };
        let mut tx = target.database.write().await?;
        T::refer(&mut tx, &mut reading).await?;
        if reading.problems.is_empty() && !target.check_only {
            let written = T::write(&mut tx, by, &reading.records).await?;
            if let Some(keys) = keys {
                seal::keep(&mut tx, &keys, by.at, &T::identifiers(&reading.records)).await?;
            }
            tx.commit().await?;
            return Ok(report(reading, Some(written)));
        }
    }
    if !target.check_only {
        remember_refusal(target.database, by, T::KIND, reading.problems.count()).await?;
    }
    Ok(report(reading, None))
}

fn report<T: FromFile>(reading: Reading<T>, written: Option<Written>) -> Report {
    let Reading { records, problems, notes, .. } = reading;
    Report { kind: T::KIND, records: records.len(), written, problems, notes }
}

async fn remember_refusal(database: &Database, by: &By<'_>, kind: Kind, problems: usize) -> anyhow::Result<()> {
    let mut tx = database.write().await?;
    let detail = serde_json::json!({ "kind": kind.code(), "problems": problems });
    let entry = Entry { succeeded: false, ..Entry::done("import.refuse", "import", "").with(detail) };
    audit::append(&mut tx, by, entry).await?;
    Ok(tx.commit().await?)
}

impl Import for Need {
    async fn write(tx: &mut Tx, by: &By<'_>, needs: &[Self]) -> anyhow::Result<Written> {
        Ok(store::need::insert_all(tx, by, needs).await?)
    }
}

impl Import for Enterprise {
    /// A list of supervised enterprises says nothing of certificates, a list of certificates nothing of who controls whom:
    /// each leaves what the other said.
    async fn refer(tx: &mut Tx, reading: &mut Reading<Self>) -> store::Result<()> {
        for stated in &mut reading.records {
            let Some(code) = &stated.credit_code else { continue };
            if let Some(known) = store::enterprise::get(tx, &Scope::Province, code).await? {
                keep_unstated(stated, known);
            }
        }
        Ok(())
    }

    fn identifiers(records: &[Self]) -> Vec<(seal::Place<'_>, &str)> {
        identifiers::of_enterprises(records)
    }

    async fn write(tx: &mut Tx, by: &By<'_>, enterprises: &[Self]) -> anyhow::Result<Written> {
        Ok(store::enterprise::insert_all(tx, by, enterprises).await?)
    }
}

impl Import for Unit {
    async fn write(tx: &mut Tx, by: &By<'_>, units: &[Self]) -> anyhow::Result<Written> {
        Ok(store::unit::insert_all(tx, by, units).await?)
    }
}

impl Import for Misconduct {
    async fn write(tx: &mut Tx, by: &By<'_>, entries: &[Self]) -> anyhow::Result<Written> {
        Ok(store::misconduct::insert_all(tx, by, entries).await?)
    }
}

impl Import for Shareholder {
    /// A holding in an enterprise that is not registered is kept, since the enterprise may come later, and told.
    async fn refer(tx: &mut Tx, reading: &mut Reading<Self>) -> store::Result<()> {
        let known = store::enterprise::all(tx, &Scope::Province).await?;
        let known: HashSet<_> = known.into_iter().filter_map(|enterprise| enterprise.credit_code).collect();
        let unknown = |holding: &Self| (!known.contains(&holding.enterprise)).then(|| holding.enterprise.clone());
        note_unknown(reading, "enterprise", "企业库中没有统一社会信用代码", unknown);
        Ok(())
    }

    async fn write(tx: &mut Tx, by: &By<'_>, holdings: &[Self]) -> anyhow::Result<Written> {
        Ok(store::shareholder::insert_all(tx, by, holdings).await?)
    }
}

impl Import for Person {
    /// People whose unit is not registered and people with the name of another in their unit are told; those who come without works keep the works they have.
    async fn refer(tx: &mut Tx, reading: &mut Reading<Self>) -> store::Result<()> {
        let units = store::unit::all(tx, &Scope::Province).await?;
        let units: HashSet<_> = units.into_iter().map(|unit| unit.name).collect();
        note_unknown(reading, "unit", "单位库中没有", |person| {
            person.unit.as_ref().filter(|unit| !units.contains(*unit)).cloned()
        });
        note_namesakes(tx, reading).await?;
        let bare: Vec<_> =
            reading.records.iter().filter(|person| person.works.is_empty()).map(|one| one.id.as_str()).collect();
        let known: HashSet<_> = store::person::known(tx, &bare).await?.into_iter().collect();
        for person in reading.records.iter_mut().filter(|person| person.works.is_empty() && known.contains(&person.id))
        {
            person.works = store::person::get(tx, &Scope::Province, &person.id).await?.unwrap_or_default().works;
        }
        Ok(())
    }

    fn identifiers(records: &[Self]) -> Vec<(seal::Place<'_>, &str)> {
        identifiers::of_people(records)
    }

    async fn write(tx: &mut Tx, by: &By<'_>, people: &[Self]) -> anyhow::Result<Written> {
        Ok(store::person::insert_all(tx, by, people).await?)
    }
}

impl Import for OwnedWork {
    /// A work needs a person who is kept, and an id: its place in a file is no lasting label.
    async fn refer(tx: &mut Tx, reading: &mut Reading<Self>) -> store::Result<()> {
        let ids: Vec<_> = reading.records.iter().map(|owned| owned.person.as_str()).collect();
        let known: HashSet<_> = store::person::known(tx, &ids).await?.into_iter().collect();
        for (owned, place) in reading.records.iter().zip(&reading.places) {
            if !known.contains(&owned.person) {
                let message = format!("“人员编号”{} 在人员库中没有；请先导入此人", owned.person);
                reading.problems.push(wrong(place, "person", "reference.person", message));
            }
            if owned.work.id.is_empty() {
                let message = "“成果编号”没有填；单独导入成果时必须填写".to_owned();
                reading.problems.push(wrong(place, "id", "required", message));
            }
        }
        Ok(())
    }

    /// Works join those their person has; one of the same id is replaced.
    async fn write(tx: &mut Tx, by: &By<'_>, works: &[Self]) -> anyhow::Result<Written> {
        let mut people: BTreeMap<&str, Person> = BTreeMap::new();
        let mut written = Written { inserted: 0, updated: 0 };
        for owned in works {
            if !people.contains_key(owned.person.as_str()) {
                let person = store::person::get(tx, &Scope::Province, &owned.person).await?;
                people.insert(&owned.person, person.context("a person who was just known is gone")?);
            }
            let Some(person) = people.get_mut(owned.person.as_str()) else { continue };
            if let Some(work) = person.works.iter_mut().find(|work| work.id == owned.work.id) {
                work.clone_from(&owned.work);
                written.updated += 1;
            } else {
                person.works.push(owned.work.clone());
                written.inserted += 1;
            }
        }
        let people: Vec<_> = people.into_values().collect();
        store::person::insert_all(tx, by, &people).await?;
        Ok(written)
    }
}

impl Import for CalendarDay {
    /// The days must make a calendar, which has rules of its own.
    async fn refer(_tx: &mut Tx, reading: &mut Reading<Self>) -> store::Result<()> {
        if let Err(wrongs) = WorkingCalendar::parse(&calendar::text_of(&reading.records)) {
            for message in wrongs.0 {
                reading.problems.push(wrong(&Place::Whole, "", "calendar.rule", message));
            }
        }
        Ok(())
    }

    /// Years of the file replace those imported before; other years stay.
    async fn write(tx: &mut Tx, by: &By<'_>, days: &[Self]) -> anyhow::Result<Written> {
        let years: HashSet<i32> = days.iter().map(|day| day.date.year()).collect();
        let mut all = calendar::imported(tx).await?;
        all.retain(|day| !years.contains(&day.date.year()));
        all.extend_from_slice(days);
        all.sort_by_key(|day| day.date);
        store::calendar::keep(tx, by, &calendar::text_of(&all), days.len()).await?;
        Ok(Written { inserted: days.len(), updated: 0 })
    }
}

fn keep_unstated(stated: &mut Enterprise, known: Enterprise) {
    let says_nothing_of_control = stated.supervised.is_none() && stated.parent.is_none() && stated.central.is_none();
    if says_nothing_of_control {
        (stated.supervised, stated.parent, stated.central) = (known.supervised, known.parent, known.central);
    } else if stated.region.is_none()
        && stated.main_business.is_none()
        && stated.qualifications.is_empty()
        && stated.platforms.is_empty()
    {
        (stated.region, stated.main_business) = (known.region, known.main_business);
        (stated.qualifications, stated.platforms) = (known.qualifications, known.platforms);
    }
}

fn wrong(place: &Place, column: &str, code: &'static str, message: String) -> Problem {
    Problem { place: place.clone(), column: column.to_owned(), code, message }
}

/// One note for all records that name something not kept, with the first of them.
/// Tells of people who bear the name of somebody else in their unit, in the file or kept: whether they are one person, the unit
/// says afterwards.
async fn note_namesakes(tx: &mut Tx, reading: &mut Reading<Person>) -> store::Result<()> {
    let stated = |person: &Person| Some((person.unit.clone()?, searchable([person.name.as_deref()?])));
    let mut ids: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for person in &reading.records {
        if let Some(key) = stated(person) {
            ids.entry(key).or_default().insert(person.id.clone());
        }
    }
    let units: BTreeSet<String> = ids.keys().map(|(unit, _)| unit.clone()).collect();
    let in_file: HashSet<&str> = reading.records.iter().map(|person| person.id.as_str()).collect();
    for unit in units {
        for (id, name) in store::person::names_of_unit(tx, &unit).await? {
            // The file decides on the name of whoever is in it.
            let same =
                (!in_file.contains(id.as_str())).then(|| ids.get_mut(&(unit.clone(), searchable([name.as_str()]))));
            if let Some(same) = same.flatten() {
                same.insert(id);
            }
        }
    }
    let mut namesakes = reading.records.iter().zip(&reading.places).filter_map(|(person, place)| {
        let ids = ids.get(&stated(person)?).filter(|ids| ids.len() > 1)?;
        Some((person, place.clone(), ids))
    });
    let Some((person, first, ids)) = namesakes.next() else { return Ok(()) };
    let (name, unit) = (person.name.as_deref().unwrap_or_default(), person.unit.as_deref().unwrap_or_default());
    let listed: Vec<&str> = ids.iter().take(NAMESAKES_LISTED_MAX).map(String::as_str).collect();
    let message = format!(
        "同单位同名：{unit} {name}（{}）；是否同一人由派出单位在“同名核对”中确认，不按姓名合并",
        listed.join("、")
    );
    let note =
        Note { column: "name".to_owned(), code: "person.namesake", first, count: 1 + namesakes.count(), message };
    reading.notes.push(note);
    Ok(())
}

fn note_unknown<T>(reading: &mut Reading<T>, column: &str, what: &str, unknown: impl Fn(&T) -> Option<String>) {
    let named =
        reading.records.iter().zip(&reading.places).filter_map(|(record, place)| Some((unknown(record)?, place)));
    let mut named = named.collect::<Vec<_>>().into_iter();
    let count = named.len();
    if let Some((name, place)) = named.next() {
        let (column, first) = (column.to_owned(), place.clone());
        reading.notes.push(Note { column, code: "reference.unknown", first, count, message: format!("{what} {name}") });
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use programme::record::Work;
    use store::testing::on_each;

    use super::*;
    use crate::exchange::to_jsonl;

    fn by() -> By<'static> {
        By { at: "2026-11-22T08:00:00Z".parse().unwrap(), login: "console", origin: "console" }
    }

    async fn taken(database: &Database, data: &Path, kind: Kind, text: &str) -> Report {
        let key_file = data.join("keys/field.key");
        let target = Target { database, keys: KeySource::File(&key_file), check_only: false };
        import(target, &by(), kind, text.as_bytes().to_vec()).await.unwrap()
    }

    async fn people(database: &Database) -> Vec<Person> {
        store::person::all(&mut database.read().await.unwrap(), &Scope::Province).await.unwrap()
    }

    const P1: &str = r#"{"id":"P1","name":"某人","works":[{"id":"W1","title":"一种轴承"}]}"#;

    #[tokio::test]
    async fn a_file_with_one_bad_line_writes_nothing_and_leaves_an_audit_event() {
        on_each(async |database| {
            let report =
                taken(&database, Path::new("."), Kind::People, &format!("{P1}\n{{\"name\":\"无编号\"}}\n")).await;
            assert_eq!((report.problems.count(), report.written.is_none()), (1, true));
            assert_eq!(people(&database).await, []);
            let mut tx = database.read().await.unwrap();
            let Ok(audit::Walk::Whole { events, .. }) = audit::verify(&mut tx).await else { panic!("broken chain") };
            assert_eq!(events, 1);
        })
        .await;
    }

    #[tokio::test]
    async fn a_good_file_is_written_whole_and_again_without_doubling() {
        on_each(async |database| {
            let first = taken(&database, Path::new("."), Kind::People, P1).await.written.unwrap();
            let again = taken(&database, Path::new("."), Kind::People, P1).await.written.unwrap();
            assert_eq!((first.inserted, first.updated, again.inserted, again.updated), (1, 0, 0, 1));
            assert_eq!(to_jsonl(&people(&database).await).trim(), P1);
        })
        .await;
    }

    #[tokio::test]
    async fn people_who_come_without_works_keep_those_they_have() {
        on_each(async |database| {
            taken(&database, Path::new("."), Kind::People, P1).await;
            taken(&database, Path::new("."), Kind::People, r#"{"id":"P1","name":"改名"}"#).await;
            let kept = people(&database).await;
            assert_eq!((kept[0].name.as_deref(), kept[0].works.len()), (Some("改名"), 1));
        })
        .await;
    }

    #[tokio::test]
    async fn people_with_the_name_of_another_in_their_unit_are_told_and_taken() {
        on_each(async |database| {
            let line = |id: &str, unit: &str| format!("{{\"id\":\"{id}\",\"name\":\"王伟\",\"unit\":\"{unit}\"}}\n");
            let notes = async |text: String| {
                let report = taken(&database, Path::new("."), Kind::People, &text).await;
                assert!(report.written.is_some());
                let told = report.notes.into_iter().filter(|note| note.code == "person.namesake");
                told.map(|note| (note.count, note.message)).collect::<Vec<_>>()
            };
            assert_eq!(notes(line("P1", "甲大学") + &line("P2", "乙大学")).await, []);
            assert_eq!(notes(line("P1", "甲大学")).await, []);
            let told = notes(line("P3", "甲大学")).await;
            assert_eq!(told.len(), 1);
            assert!(told[0].1.contains("甲大学 王伟（P1、P3）"), "{}", told[0].1);
            assert_eq!(notes(line("P4", "丙大学") + &line("P5", "丙大学")).await[0].0, 2);
        })
        .await;
    }

    #[tokio::test]
    async fn works_join_their_person_and_those_of_nobody_are_refused() {
        on_each(async |database| {
            taken(&database, Path::new("."), Kind::People, P1).await;
            let works = "{\"person\":\"P1\",\"id\":\"W1\",\"title\":\"改\"}\n{\"person\":\"P1\",\"id\":\"W2\",\"title\":\"新\"}";
            let written = taken(&database, Path::new("."), Kind::Works, works).await.written.unwrap();
            assert_eq!((written.inserted, written.updated), (1, 1));
            let titles: Vec<_> = people(&database).await[0].works.iter().map(|work: &Work| work.title.clone()).collect();
            assert_eq!(titles, ["改", "新"]);
            let refused = taken(&database, Path::new("."), Kind::Works, r#"{"person":"P9","title":"甲"}"#).await;
            let codes: Vec<_> = refused.problems.listed().iter().map(|one| one.code).collect();
            assert_eq!(codes, ["reference.person", "required"]);
        })
        .await;
    }

    #[tokio::test]
    async fn a_holding_in_an_unknown_enterprise_is_kept_and_told() {
        on_each(async |database| {
            let line = r#"{"enterprise":"91230199MA0000015K","holder":"某人","share_percent":12.5}"#;
            let report = taken(&database, Path::new("."), Kind::Shareholders, line).await;
            assert_eq!(report.notes[0].message, "企业库中没有统一社会信用代码 91230199MA0000015K");
            assert_eq!(report.written.unwrap().inserted, 1);
        })
        .await;
    }

    #[tokio::test]
    async fn a_list_of_supervised_enterprises_keeps_certificates_and_certificates_keep_the_list() {
        on_each(async |database| {
            let full = r#"{"name":"某厂","credit_code":"91230199MA0000015K","region":"230103","qualifications":["high_tech"]}"#;
            let listed = r#"{"name":"某厂","credit_code":"91230199MA0000015K","supervised":true}"#;
            let kept = async || {
                let mut tx = database.read().await.unwrap();
                store::enterprise::get(&mut tx, &Scope::Sasac, "91230199MA0000015K").await.unwrap()
            };
            taken(&database, Path::new("."), Kind::Enterprises, full).await;
            assert_eq!(kept().await, None);
            for text in [listed, full] {
                taken(&database, Path::new("."), Kind::Enterprises, text).await;
                let found = kept().await.unwrap();
                assert_eq!((found.supervised, found.qualifications.len()), (Some(true), 1));
            }
            let struck = listed.replace("true", "false");
            taken(&database, Path::new("."), Kind::Enterprises, &struck).await;
            assert_eq!(kept().await, None);
        })
        .await;
    }

    #[tokio::test]
    async fn identifiers_of_a_file_are_nowhere_in_the_database_as_typed() {
        let throwaway = store::testing::sqlite().await;
        let (database, data) = (&throwaway.database, tempfile::tempdir().unwrap());
        let person = r#"{"id":"P1","name":"某人","resident_id":"11010519491231002X","mobile":"13800001234"}"#;
        let enterprise =
            r#"{"name":"某厂","credit_code":"91230199MA0000015K","contact":"欧阳明","contact_mobile":"13900005678"}"#;
        for (kind, text) in [(Kind::People, person), (Kind::Enterprises, enterprise)] {
            let report = taken(database, data.path(), kind, text).await;
            assert!(report.written.is_some(), "{:?}", report.problems.listed());
        }
        let exported = to_jsonl(&people(database).await);
        let keys = seal::Keys::read(&data.path().join("keys/field.key")).unwrap();
        let mut tx = database.read().await.unwrap();
        let kept = seal::opened(&mut tx, &keys, ("enterprise", "91230199MA0000015K")).await.unwrap();
        assert_eq!(kept.len(), 2);
        drop(tx);
        database.close().await;
        let bytes = std::fs::read(throwaway.address.strip_prefix("sqlite:").unwrap()).unwrap();
        for plain in ["11010519491231002X", "13800001234", "13900005678", "欧阳明"] {
            assert!(!bytes.windows(plain.len()).any(|window| window == plain.as_bytes()), "{plain}");
            assert!(!exported.contains(plain), "{plain}");
        }
    }

    #[tokio::test]
    async fn a_check_writes_nothing() {
        on_each(async |database| {
            let target = Target { database: &database, keys: KeySource::File(Path::new("none")), check_only: true };
            let report = import(target, &by(), Kind::People, P1.as_bytes().to_vec()).await.unwrap();
            assert_eq!((report.records, report.written.is_none()), (1, true));
            assert_eq!(people(&database).await, []);
        })
        .await;
    }

    #[tokio::test]
    async fn a_year_of_working_days_replaces_that_year_alone() {
        on_each(async |database| {
            let data = tempfile::tempdir().unwrap();
            let line = |date: &str, state: &str| {
                format!("{{\"date\":\"{date}\",\"day\":\"off\",\"holiday\":\"元旦\",\"state\":\"{state}\"}}\n")
            };
            taken(
                &database,
                data.path(),
                Kind::Calendar,
                &(line("2027-01-01", "statutory") + &line("2028-01-03", "announced")),
            )
            .await;
            taken(&database, data.path(), Kind::Calendar, &line("2027-01-04", "announced")).await;
            let mut tx = database.read().await.unwrap();
            let kept = store::calendar::content(&mut tx, 2).await.unwrap().unwrap();
            assert_eq!(kept, "date,day,holiday,state\n2027-01-04,off,元旦,announced\n2028-01-03,off,元旦,announced\n");
        })
        .await;
    }
}
