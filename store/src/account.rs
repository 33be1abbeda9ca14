//! Accounts: one login for one person, for ever; passwords arrive as Argon2id hashes.

use chrono::TimeDelta;
use programme::access::{Actor, Record, Role, Scope};
use serde_json::json;

use crate::audit::{self, Entry};
use crate::page::{List, Page, Start, page, patterns};
use crate::sql::Columns;
use crate::{By, Error, Result, Timestamp, Tx, session};

/// Wrong passwords in a row that lock an account (GB/T 22239 8.1.4.1).
pub const FAILURES_MAX: i64 = 5;
/// Minutes that a locked account stays locked.
pub const LOCK_MINUTES: i64 = 30;

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
}

/// Makes an account; `false` when the login has been given before, also to a disabled account.
pub async fn create(tx: &mut Tx, by: &By<'_>, new: New<'_>) -> Result<bool> {
    const SQL: &str = "INSERT INTO account (login, name, role, binding, password_hash, must_change_password, \
        password_changed, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT (login) DO NOTHING";
    let (login, role) = (new.actor.login().to_lowercase(), new.actor.role().code());
    let made = rows_touched!(&mut *tx, |c| sqlx::query(SQL)
        .bind(&login)
        .bind(new.name)
        .bind(role)
        .bind(new.binding)
        .bind(new.password_hash)
        .bind(new.must_change_password)
        .bind(by.at))?;
    if made == 1 {
        let detail = json!({"role": role, "binding": new.binding});
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
