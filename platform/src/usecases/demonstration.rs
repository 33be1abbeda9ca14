//! Filling an empty database with the demonstration province.
//!
//! The records go through the same functions of `store` as those of real files. Passwords are drawn when the database is
//! made: the seed is public, so a password that followed from it would be a default password.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use chrono::NaiveDate;
use programme::access::{Actor, Role};
use programme::identifiers::ResidentId;
use programme::process::{Kind, Matter};
use programme::record::Person;
use store::matter::{self, Link};
use store::{By, Database, Timestamp, account, enterprise, misconduct, need, person, shareholder, unit};

use super::seal::{self, Keys};
use super::{identifiers, passwords};
use crate::demonstration::{Account, PARTIES, Province, bound};

/// An account and the password that opens it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// Sign-in name.
    pub login: &'static str,
    /// Drawn password; kept nowhere but in the list that the operator gets.
    pub password: String,
    /// Role.
    pub role: Role,
    /// Name on pages.
    pub name: String,
}

/// Writes everything in one transaction and returns the accounts with their passwords.
///
/// # Errors
/// When the database cannot be written, the system has no randomness, or an account of that name is there already.
pub async fn fill(
    database: &Database,
    province: &Province,
    cost: passwords::Cost,
    now: Timestamp,
) -> anyhow::Result<Vec<Issued>> {
    let by = By { at: now, login: "console", origin: "console" };
    let mut tx = database.write().await?;
    unit::insert_all(&mut tx, &by, &province.units).await?;
    enterprise::insert_all(&mut tx, &by, &province.enterprises).await?;
    person::insert_all(&mut tx, &by, &with_invented_ids(&province.people)).await?;
    need::insert_all(&mut tx, &by, &province.needs).await?;
    shareholder::insert_all(&mut tx, &by, &province.shareholders).await?;
    misconduct::insert_all(&mut tx, &by, &province.misconduct).await?;
    let mut issued = Vec::with_capacity(province.accounts.len());
    for account in &province.accounts {
        issued.push(issue(&mut tx, &by, account, cost).await?);
    }
    tx.commit().await?;
    Ok(issued)
}

/// Seals the identity numbers that [`fill`] knows everybody by.
pub async fn seal_invented_ids(
    database: &Database,
    province: &Province,
    keys: &Keys,
    now: Timestamp,
) -> anyhow::Result<()> {
    let mut tx = database.write().await?;
    seal::keep(&mut tx, keys, now, &identifiers::of_people(&with_invented_ids(&province.people))).await?;
    Ok(tx.commit().await?)
}

/// Everybody with an identity number that belongs to nobody: its first six digits are of no place in the country.
fn with_invented_ids(people: &[Person]) -> Vec<Person> {
    let id_of = |person: &Person, number| ResidentId::parse(&invented_id(person.birth?, number)).ok();
    let with_id = |(number, person)| Person { resident_id: id_of(person, number), ..person.clone() };
    (0..).zip(people).map(with_id).collect()
}

/// An identity number (GB 11643) of no region.
fn invented_id(birth: NaiveDate, number: u32) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let body = format!("990000{}{:03}", birth.format("%Y%m%d"), number % 1_000);
    let sum: u32 = body.chars().filter_map(|digit| digit.to_digit(10)).zip(WEIGHTS).map(|(digit, by)| digit * by).sum();
    let check = [b'1', b'0', b'X', b'9', b'8', b'7', b'6', b'5', b'4', b'3', b'2'][sum as usize % 11];
    format!("{body}{}", char::from(check))
}

/// The accounts of those whose terms are followed to the end in a played province: for each organiser of [`PARTIES`] the
/// enterprise, the unit and the person of its appointment with the most service, or before appointments of the proposal
/// that has gone furthest. Parties that are the same as those of an organiser before get no second account.
pub async fn parties_of_terms(tx: &mut store::Tx, province: &Province) -> anyhow::Result<Vec<Account>> {
    let mut served: BTreeMap<String, usize> = BTreeMap::new();
    for entry in matter::linked(tx, Link::OfKind(Kind::Service)).await? {
        *served.entry(entry.parties.parent.unwrap_or_default()).or_default() += 1;
    }
    let mut pairs = matter::linked(tx, Link::OfKind(Kind::Pair)).await?;
    pairs.extend(matter::linked(tx, Link::OfKind(Kind::Appointment)).await?);
    let mut accounts: Vec<Account> = Vec::new();
    for (organiser, logins) in PARTIES {
        let of = pairs.iter().filter(|pair| pair.parties.organiser == organiser);
        let furthest = |pair: &&Matter| (pair.kind(), served.get(&pair.id).copied().unwrap_or_default(), pair.version);
        let Some(pair) = of.max_by_key(furthest) else { continue };
        let bindings = [&pair.parties.enterprise, &pair.parties.unit, &pair.parties.person];
        let roles = [Role::Enterprise, Role::Unit, Role::Person];
        for ((login, role), binding) in logins.into_iter().zip(roles).zip(bindings) {
            let Some(binding) = binding else { continue };
            if accounts.iter().all(|one| (one.role, one.binding.as_ref()) != (role, Some(binding))) {
                accounts.push(bound(login, &name_of(province, role, binding), role, Some(binding.clone())));
            }
        }
    }
    Ok(accounts)
}

fn name_of(province: &Province, role: Role, binding: &str) -> String {
    let enterprises = province.enterprises.iter().map(|one| (one.credit_code.as_deref(), &one.name));
    let people = province.people.iter().map(|one| (Some(one.id.as_str()), &one.name));
    let named = match role {
        Role::Enterprise => enterprises.into_iter().find(|(code, _)| *code == Some(binding)),
        Role::Person => people.into_iter().find(|(id, _)| *id == Some(binding)),
        _ => None,
    };
    named.and_then(|(_, name)| name.clone()).unwrap_or_else(|| binding.to_owned())
}

/// Gives each account a new password on the day that was played last: the one it had is older than a password may be.
pub async fn renew_passwords(
    database: &Database,
    issued: &mut [Issued],
    cost: passwords::Cost,
    now: Timestamp,
) -> anyhow::Result<()> {
    let by = By { at: now, login: "console", origin: "console" };
    let mut tx = database.write().await?;
    for account in issued {
        account.password = passwords::draw(account.login)?;
        let hash = passwords::hash(&account.password, cost)?;
        store::account::set_password(&mut tx, &by, account.login, &hash, false).await?;
    }
    Ok(tx.commit().await?)
}

/// Makes one account with a drawn password.
///
/// # Errors
/// When there is an account of that name, or the database cannot be written.
pub async fn issue(
    tx: &mut store::Tx,
    by: &By<'_>,
    account: &Account,
    cost: passwords::Cost,
) -> anyhow::Result<Issued> {
    let password = passwords::draw(account.login)?;
    let new = account::New {
        actor: &Actor::new(account.login, account.role, account.binding.as_deref())?,
        binding: account.binding.as_deref(),
        name: &account.name,
        password_hash: &passwords::hash(&password, cost)?,
        must_change_password: false,
        activated: true,
        holder: None,
    };
    if !account::create(tx, by, new).await.context("create a demonstration account")? {
        bail!("演示账户 {} 已存在", account.login);
    }
    Ok(Issued { login: account.login, password, role: account.role, name: account.name.clone() })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::demonstration::{FIRST_ROUND, NEEDS, PEOPLE, province};
    use programme::access::Scope;
    use programme::parameters::Parameters;
    use programme::rules::route::Route;
    use store::page::Start;
    use store::{Missing, route};

    #[test]
    fn an_invented_id_passes_the_check_and_belongs_to_no_place() {
        let id = ResidentId::parse(&invented_id(NaiveDate::from_ymd_opt(1985, 3, 2).unwrap(), 7)).unwrap();
        assert!(id.full().starts_with("99000019850302007"), "{}", id.full());
    }

    #[tokio::test]
    async fn a_filled_database_holds_everything_and_its_passwords_open_the_accounts() {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("sqlite://{}", folder.path().join("zongshi.sqlite").display());
        let database = Database::open(&address, Missing::Create).await.unwrap();
        database.migrate().await.unwrap();
        let issued = fill(&database, &province(FIRST_ROUND), passwords::TEST_COST, crate::clock::now()).await.unwrap();
        let mut tx = database.read().await.unwrap();
        assert_eq!(need::all(&mut tx, &Scope::Province).await.unwrap().len(), NEEDS);
        assert_eq!(person::all(&mut tx, &Scope::Province).await.unwrap().len(), PEOPLE);
        let supervised = enterprise::list(&mut tx, &Scope::Sasac, "", &Start::First, 50).await.unwrap();
        let mut reasons = std::collections::BTreeMap::new();
        for line in &supervised.rows {
            let under = Parameters::embedded();
            let routed = route::of_enterprise(&mut tx, &Scope::Sasac, &line.credit_code, under).await.unwrap().unwrap();
            assert_eq!(routed.route, Route::Sasac);
            *reasons.entry(format!("{:?}", routed.chain.first().map(|link| link.control))).or_insert(0) += 1;
        }
        assert_eq!(reasons.into_values().collect::<Vec<_>>(), [3, 1, 1], "listed, held, stated");
        assert!(!need::all(&mut tx, &Scope::Sasac).await.unwrap().is_empty());
        for account in &issued {
            let kept = account::by_login(&mut tx, account.login).await.unwrap().unwrap();
            assert!(passwords::verify(&account.password, &kept.password_hash), "{}", account.login);
        }
        let roles: BTreeSet<Role> = issued.iter().map(|account| account.role).collect();
        assert_eq!(roles.len(), Role::ALL.len(), "every role has an account, the province two");
    }
}
