//! Accounts: one login for one person, for ever; passwords arrive as Argon2id hashes.
//!
//! The three administrators exclude one another (GB/T 22239 8.1.5): an account has one role and never changes it to or from
//! an administrator's, and whoever holds an administrator's account has no other open one. Holders are told apart by a
//! keyed hash of their resident id. The database holds both by itself; [`in_the_way`] says it in words beforehand.

use chrono::TimeDelta;
use programme::access::{Actor, Record, Role, Scope};
use programme::organisation;
use serde_json::json;

use crate::audit::{self, Entry};
use crate::page::{List, Page, Start, page, patterns};
use crate::sql::{Columns, Sql};
use crate::{By, Error, Result, Timestamp, Tx, session};

/// Wrong passwords in a row that lock an account (GB/T 22239 8.1.4.1).
pub const FAILURES_MAX: i64 = 5;
/// Minutes that a locked account stays locked.
pub const LOCK_MINUTES: i64 = 30;
/// Passwords of an account, the present one included, that a new one must differ from.
pub const PASSWORDS_REMEMBERED: i64 = 5;
/// Accounts waiting for the security administrator that are listed at once.
pub const WAITING_MAX: i64 = 200;
/// Accounts of offices that are listed at once: a dozen for each of the 150.
pub const OFFICE_ACCOUNTS_MAX: i64 = 2_000;

/// An account as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Account {
    /// Small letters; never given to anybody else.
    pub login: String,
    /// Name of the person who uses it.
    pub name: String,
    role: String,
    /// What the role is bound to.
    pub binding: Option<String>,
    /// PHC string.
    pub password_hash: String,
    /// Whether the password was set by somebody else.
    pub must_change_password: bool,
    /// When the password was last set.
    pub password_changed: Timestamp,
    /// Whether it is shut.
    pub disabled: bool,
    /// Wrong passwords since the last right one.
    pub failed_attempts: i64,
    /// Until when no password is accepted.
    pub locked_until: Option<Timestamp>,
    /// Last sign-in.
    pub last_login: Option<Timestamp>,
    /// What the pages look like for this person; the pages' own text.
    pub appearance: String,
    /// When it was made.
    pub created: Timestamp,
    /// Whether the security administrator has confirmed it, with its role and binding.
    pub activated: bool,
    /// Keyed hash of the holder's resident id, where it was stated.
    pub holder: Option<String>,
}

impl Account {
    /// The role.
    pub fn role(&self) -> Result<Role> {
        Role::parse(&self.role).ok_or_else(|| Error::Unreadable { what: "role", found: self.role.clone() })
    }

    /// Who acts through it, with what it may read.
    pub fn actor(&self) -> Result<Actor> {
        Actor::new(&self.login, self.role()?, self.binding.as_deref())
            .map_err(|_| Error::Unreadable { what: "binding", found: self.binding.clone().unwrap_or_default() })
    }

    /// Whether a right password would be turned away now.
    pub fn is_locked(&self, now: Timestamp) -> bool {
        self.locked_until.is_some_and(|until| now < until)
    }
}

/// A new account.
#[derive(Clone, Copy, Debug)]
pub struct New<'a> {
    /// Role and binding, already checked against each other, and the login in small letters.
    pub actor: &'a Actor,
    /// What the role is bound to.
    pub binding: Option<&'a str>,
    /// Name of the person who will use it.
    pub name: &'a str,
    /// PHC string.
    pub password_hash: &'a str,
    /// Whether it must be changed at the first sign-in.
    pub must_change_password: bool,
    /// Whether it opens at once: accounts made on the machine do, others wait for the security administrator.
    pub activated: bool,
    /// Keyed hash of the holder's resident id, 64 hexadecimal digits.
    pub holder: Option<&'a str>,
}

/// Makes an account; `false` when the login has been given before, also to a disabled account.
pub async fn create(tx: &mut Tx, by: &By<'_>, new: New<'_>) -> Result<bool> {
    const SQL: &str = "INSERT INTO account (login, name, role, binding, password_hash, must_change_password, \
        password_changed, created, activated, holder) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9) \
        ON CONFLICT (login) DO NOTHING";
    let (login, role) = (new.actor.login().to_lowercase(), new.actor.role().code());
    let made = rows_touched!(&mut *tx, |c| sqlx::query(SQL)
        .bind(&login)
        .bind(new.name)
        .bind(role)
        .bind(new.binding)
        .bind(new.password_hash)
        .bind(new.must_change_password)
        .bind(by.at)
        .bind(new.activated)
        .bind(new.holder))?;
    if made == 1 {
        let detail = json!({"role": role, "binding": new.binding, "activated": new.activated});
        audit::append(tx, by, Entry::done("account.create", "account", &login).with(detail)).await?;
    }
    Ok(made == 1)
}

/// Finds an account by its login, in letters of any size.
pub async fn by_login(tx: &mut Tx, login: &str) -> Result<Option<Account>> {
    const SQL: &str = "SELECT * FROM account WHERE login = $1";
    Ok(on_both!(tx, |c| sqlx::query_as(SQL).bind(login.to_lowercase()).fetch_optional(c))?)
}

/// Remembers a wrong password. The fifth in a row locks the account; a count from before a lock that has run out does
/// not lock it again at once.
pub async fn record_failure(tx: &mut Tx, by: &By<'_>, login: &str) -> Result<()> {
    const SQL: &str = "UPDATE account SET \
        failed_attempts = CASE WHEN locked_until <= $2 THEN 1 ELSE failed_attempts + 1 END, \
        locked_until = CASE WHEN locked_until <= $2 THEN NULL WHEN failed_attempts + 1 >= $3 THEN $4 ELSE locked_until END \
        WHERE login = $1";
    let (login, until) = (login.to_lowercase(), by.at + TimeDelta::minutes(LOCK_MINUTES));
    rows_touched!(&mut *tx, |c| sqlx::query(SQL).bind(&login).bind(by.at).bind(FAILURES_MAX).bind(until))?;
    let entry = Entry { succeeded: false, ..Entry::done("account.sign_in", "account", &login) };
    audit::append(tx, by, entry).await
}

/// Remembers a sign-in and forgets the failures before it.
pub async fn record_sign_in(tx: &mut Tx, by: &By<'_>, login: &str) -> Result<()> {
    const SQL: &str = "UPDATE account SET failed_attempts = 0, locked_until = NULL, last_login = $2 WHERE login = $1";
    let login = login.to_lowercase();
    rows_touched!(&mut *tx, |c| sqlx::query(SQL).bind(&login).bind(by.at))?;
    audit::append(tx, by, Entry::done("account.sign_in", "account", &login)).await
}

/// Sets a new password, opens a locked account and ends every session that knew the old one; `false` when there is no
/// such account.
pub async fn set_password(
    tx: &mut Tx,
    by: &By<'_>,
    login: &str,
    password_hash: &str,
    must_change_password: bool,
) -> Result<bool> {
    const SQL: &str = "UPDATE account SET password_hash = $2, must_change_password = $3, password_changed = $4, \
        failed_attempts = 0, locked_until = NULL WHERE login = $1";
    let login = login.to_lowercase();
    remember_password(tx, &login).await?;
    let set = rows_touched!(&mut *tx, |c| sqlx::query(SQL)
        .bind(&login)
        .bind(password_hash)
        .bind(must_change_password)
        .bind(by.at))?;
    if set == 0 {
        return Ok(false);
    }
    session::end_all(tx, &login).await?;
    let detail = json!({"must_change_password": must_change_password});
    audit::append(tx, by, Entry::done("account.set_password", "account", &login).with(detail)).await?;
    Ok(true)
}

/// Keeps the present password among the former ones, the newest [`PASSWORDS_REMEMBERED`] less the one to come.
async fn remember_password(tx: &mut Tx, login: &str) -> Result<()> {
    const KEEP: &str = "INSERT INTO former_password (login, place, password_hash) SELECT login, \
        (SELECT COALESCE(MAX(place), 0) + 1 FROM former_password WHERE login = $1), password_hash \
        FROM account WHERE login = $1";
    const TRIM: &str = "DELETE FROM former_password WHERE login = $1 \
        AND place <= (SELECT MAX(place) FROM former_password WHERE login = $1) - $2";
    rows_touched!(&mut *tx, |c| sqlx::query(KEEP).bind(login))?;
    rows_touched!(tx, |c| sqlx::query(TRIM).bind(login).bind(PASSWORDS_REMEMBERED - 1))?;
    Ok(())
}

/// Hashes that a new password must not fit: the present one first, then those before it.
pub async fn passwords(tx: &mut Tx, login: &str) -> Result<Vec<String>> {
    const SQL: &str = "SELECT password_hash FROM former_password WHERE login = $1 ORDER BY place DESC";
    let Some(account) = by_login(tx, login).await? else { return Ok(Vec::new()) };
    let former: Vec<String> = on_both!(tx, |c| sqlx::query_scalar(SQL).bind(&account.login).fetch_all(c))?;
    Ok(std::iter::once(account.password_hash).chain(former).collect())
}

/// The open account of the same holder that keeps an account of this role from being open too: one of the two is an
/// administrator's. `login` is the account in question, or empty for one to be made.
pub async fn in_the_way(tx: &mut Tx, login: &str, role: Role, holder: &str) -> Result<Option<Account>> {
    const SQL: &str = "SELECT * FROM account WHERE holder = $1 AND login <> $2 AND NOT disabled ORDER BY login";
    let others: Vec<Account> =
        on_both!(tx, |c| sqlx::query_as(SQL).bind(holder).bind(login.to_lowercase()).fetch_all(c))?;
    for other in others {
        if role.is_administrator() || other.role()?.is_administrator() {
            return Ok(Some(other));
        }
    }
    Ok(None)
}

/// Opens a new or re-bound account; `false` when none of this login is waiting.
pub async fn activate(tx: &mut Tx, by: &By<'_>, login: &str) -> Result<bool> {
    const SQL: &str = "UPDATE account SET activated = TRUE WHERE login = $1 AND NOT activated";
    let login = login.to_lowercase();
    if rows_touched!(&mut *tx, |c| sqlx::query(SQL).bind(&login))? == 0 {
        return Ok(false);
    }
    audit::append(tx, by, Entry::done("account.activate", "account", &login)).await?;
    Ok(true)
}

/// Binds an account to something else, ends its sessions and lets it wait for the security administrator; `false` when
/// there is no such account. The binding has been checked against the role.
pub async fn rebind(tx: &mut Tx, by: &By<'_>, login: &str, binding: Option<&str>) -> Result<bool> {
    const SQL: &str = "UPDATE account SET binding = $2, activated = FALSE WHERE login = $1";
    let Some(before) = by_login(tx, login).await? else { return Ok(false) };
    rows_touched!(&mut *tx, |c| sqlx::query(SQL).bind(&before.login).bind(binding))?;
    session::end_all(tx, &before.login).await?;
    let detail = json!({"from": before.binding, "to": binding});
    audit::append(tx, by, Entry::done("account.rebind", "account", &before.login).with(detail)).await?;
    Ok(true)
}

/// Accounts that wait for the security administrator, by login, at most [`WAITING_MAX`].
pub async fn waiting(tx: &mut Tx, scope: &Scope) -> Result<Vec<Account>> {
    let mut sql = Sql::new("SELECT * FROM account WHERE NOT activated AND login > ");
    sql.bind("").scope(scope.rows(Record::Account), &Columns::default()).push(" ORDER BY login LIMIT ");
    sql.bind(WAITING_MAX);
    sql.all(tx).await
}

/// Accounts of the offices of province, cities and counties, by role and login, at most [`OFFICE_ACCOUNTS_MAX`].
pub async fn of_offices(tx: &mut Tx, scope: &Scope) -> Result<Vec<Account>> {
    let mut sql = Sql::new("SELECT * FROM account WHERE role IN (");
    sql.bind_all(organisation::ROLES.map(Role::code)).push(")");
    sql.scope(scope.rows(Record::Account), &Columns::default()).push(" ORDER BY role, login LIMIT ");
    sql.bind(OFFICE_ACCOUNTS_MAX);
    sql.all(tx).await
}

/// Shuts an account and ends its sessions, or opens it again; `false` when there is no such account.
pub async fn set_disabled(tx: &mut Tx, by: &By<'_>, login: &str, disabled: bool) -> Result<bool> {
    const SQL: &str = "UPDATE account SET disabled = $2 WHERE login = $1";
    let login = login.to_lowercase();
    let set = rows_touched!(&mut *tx, |c| sqlx::query(SQL).bind(&login).bind(disabled))?;
    if set == 0 {
        return Ok(false);
    }
    if disabled {
        session::end_all(tx, &login).await?;
    }
    let act = if disabled { "account.disable" } else { "account.enable" };
    audit::append(tx, by, Entry::done(act, "account", &login)).await?;
    Ok(true)
}

/// One page of accounts, by login; the search looks at login, name and binding.
pub async fn list(tx: &mut Tx, scope: &Scope, search: &str, start: &Start, rows: usize) -> Result<Page<Account>> {
    let patterns = patterns(search);
    let list = List {
        select: "SELECT * FROM account",
        from: " FROM account",
        key: "login",
        filter: &|sql| {
            sql.scope(scope.rows(Record::Account), &Columns::default());
            for pattern in &patterns {
                sql.push(" AND LOWER(login || ' ' || name || ' ' || COALESCE(binding, '')) LIKE ").bind(pattern);
                sql.push(r" ESCAPE '\'");
            }
        },
    };
    page(tx, list, start, rows).await
}
