//! Resident ids, telephone numbers and contacts: sealed when a file or an act brings them, masked when a page shows them, shown in
//! full only for a written reason that stays in the audit trail.

use programme::identifiers::{Mobile, ResidentId};
use programme::intake::{Place as At, Problem};
use programme::process::Kind;
use programme::process::listing::{OBJECTOR, OBJECTOR_CONTACT};
use programme::process::proposal::PERSON_CONTACT;
use programme::record::{Enterprise, Person};
use serde_json::json;
use store::audit::{self, Entry};
use store::{By, Database, Tx};

use super::seal::{self, Keys, Place};

/// Fewest characters of a reason: a word alone is none.
pub const REASON_CHARS_MIN: usize = 4;
/// Most characters of a reason.
pub const REASON_CHARS_MAX: usize = 200;

/// Whose identifiers they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A research person: resident id and mobile number.
    Person,
    /// An enterprise: its contact.
    Enterprise,
    /// An objection: who objected (3.4d).
    Objection,
    /// A pair: how the person is reached in the talks.
    Pair,
}

impl Owner {
    /// Kind of record under which they are sealed.
    pub fn record(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Enterprise => "enterprise",
            Self::Objection => Kind::Objection.code(),
            Self::Pair => Kind::Pair.code(),
        }
    }
}

/// What is sealed of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// 居民身份证号.
    ResidentId,
    /// A person's mobile number.
    Mobile,
    /// Name of an enterprise's contact.
    Contact,
    /// The contact's mobile number.
    ContactMobile,
    /// Real name of an objector.
    Objector,
    /// How an objector is reached: a number, an address.
    ObjectorContact,
    /// How a person is reached in the talks.
    PersonContact,
}

impl Field {
    /// Every field, in the order that pages show them.
    pub const ALL: [Self; 7] = [
        Self::ResidentId,
        Self::Mobile,
        Self::Contact,
        Self::ContactMobile,
        Self::Objector,
        Self::ObjectorContact,
        Self::PersonContact,
    ];

    /// The name under which it is sealed, as in files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ResidentId => "resident_id",
            Self::Mobile => "mobile",
            Self::Contact => "contact",
            Self::ContactMobile => "contact_mobile",
            Self::Objector => OBJECTOR.key,
            Self::ObjectorContact => OBJECTOR_CONTACT.key,
            Self::PersonContact => PERSON_CONTACT.key,
        }
    }

    /// What pages show: enough to recognise, too little to use.
    pub fn masked(self, full: &str) -> String {
        let masked = match self {
            Self::ResidentId => ResidentId::parse(full).ok().map(|id| id.masked()),
            Self::Mobile | Self::ContactMobile | Self::ObjectorContact | Self::PersonContact => {
                Mobile::parse(full).ok().map(|mobile| mobile.masked())
            }
            Self::Contact | Self::Objector => full.chars().next().map(|first| format!("{first}**")),
        };
        masked.unwrap_or_else(|| "****".to_owned())
    }
}

/// The fields that people bring, with their places.
pub fn of_people(people: &[Person]) -> Vec<(Place<'_>, &str)> {
    placed(Owner::Person, people.iter().map(|person| (person.id.as_str(), of_person(person))))
}

fn of_person(person: &Person) -> Stated<'_> {
    let id = person.resident_id.as_ref().map(|id| (Field::ResidentId, id.full()));
    [id, person.mobile.as_ref().map(|mobile| (Field::Mobile, mobile.full()))]
}

/// The fields that enterprises bring, with their places.
pub fn of_enterprises(enterprises: &[Enterprise]) -> Vec<(Place<'_>, &str)> {
    let coded = enterprises.iter().filter_map(|enterprise| Some((enterprise.credit_code.as_deref()?, enterprise)));
    placed(Owner::Enterprise, coded.map(|(code, enterprise)| (code, of_enterprise(enterprise))))
}

fn of_enterprise(enterprise: &Enterprise) -> Stated<'_> {
    let name = enterprise.contact.as_deref().map(|name| (Field::Contact, name));
    [name, enterprise.contact_mobile.as_ref().map(|mobile| (Field::ContactMobile, mobile.full()))]
}

type Stated<'a> = [Option<(Field, &'a str)>; 2];

fn placed<'a>(owner: Owner, records: impl Iterator<Item = (&'a str, Stated<'a>)>) -> Vec<(Place<'a>, &'a str)> {
    let place = |id, field: Field| Place { record: owner.record(), id, field: field.code() };
    records
        .flat_map(|(id, fields)| fields.into_iter().flatten().map(move |(field, plain)| (place(id, field), plain)))
        .collect()
}

/// What is kept of a record, masked. Callers have checked that the record may be seen.
pub async fn masked(tx: &mut Tx, keys: &Keys, owner: Owner, id: &str) -> anyhow::Result<Vec<(Field, String)>> {
    let full = full(tx, keys, owner, id).await?;
    Ok(full.into_iter().map(|(field, full)| (field, field.masked(&full))).collect())
}

async fn full(tx: &mut Tx, keys: &Keys, owner: Owner, id: &str) -> anyhow::Result<Vec<(Field, String)>> {
    let opened = seal::opened(tx, keys, (owner.record(), id)).await?;
    let of = |field: Field| opened.iter().find(|(code, _)| code == field.code()).map(|(_, full)| (field, full.clone()));
    Ok(Field::ALL.into_iter().filter_map(of).collect())
}

/// Gives what is kept of a record in full, after the reason stands in the audit trail. Callers have checked that the record
/// may be seen.
pub async fn reveal(
    database: &Database,
    keys: &Keys,
    by: &By<'_>,
    (owner, id): (Owner, &str),
    reason: &str,
) -> anyhow::Result<Result<Vec<(Field, String)>, Problem>> {
    let chars = reason.trim().chars().count();
    if !(REASON_CHARS_MIN..=REASON_CHARS_MAX).contains(&chars) {
        let message = format!("查看理由须为 {REASON_CHARS_MIN} 至 {REASON_CHARS_MAX} 个字，现为 {chars} 个字");
        let (place, column) = (At::Field("reason".to_owned()), "reason".to_owned());
        return Ok(Err(Problem { place, column, code: "reveal.reason", message }));
    }
    let mut tx = database.write().await?;
    let full = full(&mut tx, keys, owner, id).await?;
    let fields: Vec<&str> = full.iter().map(|(field, _)| field.code()).collect();
    let detail = json!({"reason": reason.trim(), "fields": fields});
    audit::append(&mut tx, by, Entry::done("identifier.reveal", owner.record(), id).with(detail)).await?;
    tx.commit().await?;
    Ok(Ok(full))
}

#[cfg(test)]
mod tests {
    use programme::access::Scope;
    use store::testing::on_each;

    use super::*;

    fn by() -> By<'static> {
        By { at: "2026-11-22T08:00:00Z".parse().unwrap(), login: "kejiting", origin: "10.0.0.1" }
    }

    #[test]
    fn masks_show_enough_to_recognise_and_too_little_to_use() {
        for (field, full, masked) in [
            (Field::ResidentId, "11010519491231002X", "11****************"),
            (Field::Mobile, "13800001234", "138****1234"),
            (Field::ContactMobile, "13800001234", "138****1234"),
            (Field::Contact, "欧阳明", "欧**"),
            (Field::Objector, "欧阳明", "欧**"),
            (Field::ObjectorContact, "哈尔滨市某街 1 号", "****"),
            (Field::PersonContact, "13800001234", "138****1234"),
            (Field::Mobile, "spoilt", "****"),
        ] {
            assert_eq!(field.masked(full), masked);
        }
    }

    #[tokio::test]
    async fn a_full_number_is_given_for_a_reason_that_stays_in_the_trail() {
        on_each(async |database| {
            let keys = Keys::draw().unwrap();
            let person = Person {
                id: "P1".to_owned(),
                mobile: Mobile::parse("13800001234").ok(),
                resident_id: ResidentId::parse("11010519491231002X").ok(),
                ..Person::default()
            };
            let mut tx = database.write().await.unwrap();
            seal::keep(&mut tx, &keys, by().at, &of_people(std::slice::from_ref(&person))).await.unwrap();
            tx.commit().await.unwrap();
            let owner = (Owner::Person, "P1");
            for (chars, given) in [
                (REASON_CHARS_MIN - 1, false),
                (REASON_CHARS_MIN, true),
                (REASON_CHARS_MAX, true),
                (REASON_CHARS_MAX + 1, false),
            ] {
                let found = reveal(&database, &keys, &by(), owner, &"因".repeat(chars)).await.unwrap();
                assert_eq!(found.is_ok(), given, "{chars}");
            }
            let full = reveal(&database, &keys, &by(), owner, "电话联系本人").await.unwrap().unwrap();
            let expected = [(Field::ResidentId, "11010519491231002X"), (Field::Mobile, "13800001234")];
            assert_eq!(full, expected.map(|(field, full)| (field, full.to_owned())));
            let mut tx = database.read().await.unwrap();
            let events = audit::list(&mut tx, &Scope::AuditTrail, "identifier.reveal P1", None).await.unwrap().events;
            assert_eq!(events.len(), 3, "what was refused showed nothing");
            assert_eq!(events[0].detail, r#"{"fields":["resident_id","mobile"],"reason":"电话联系本人"}"#);
            assert!(events.iter().all(|event| !event.detail.contains("13800001234")));
        })
        .await;
    }
}
