//! Signing in and out, the visits in between, one's own password.
//!
//! Whether a login exists, is locked or is shut is not told to somebody who cannot sign in: each gets the one answer,
//! after the one amount of work. The audit trail knows the difference.

use std::sync::Arc;

use anyhow::Context as _;
use chrono::TimeDelta;
use programme::intake::Problem;
use store::account::{self, Account};
use store::audit::{self, Entry};
use store::{By, Database, Timestamp, Tx, session};
use tokio::sync::Semaphore;

use super::passwords::{self, Cost};
use super::token::Token;

/// Hashes computed at the same time: each takes 19 MB, and a flood of sign-ins must not take the machine.
const HASHES_AT_ONCE: usize = 2;

/// A visit is noted at most this often, so that reading pages does not write to the database.
const TOUCH_SECONDS: i64 = 60;

/// Computes and checks password hashes off the threads that answer requests.
#[derive(Clone, Debug)]
pub struct Hasher {
    cost: Cost,
    turns: Arc<Semaphore>,
    /// Verified when the login is unknown, so that the answer takes as long.
    decoy: Arc<str>,
}

impl Hasher {
    /// A hasher of this cost.
    pub fn new(cost: Cost) -> anyhow::Result<Self> {
        let decoy = passwords::hash("no password is this one", cost)?.into();
        Ok(Self { cost, turns: Arc::new(Semaphore::new(HASHES_AT_ONCE)), decoy })
    }

    /// Hashes a password.
    pub async fn hash(&self, password: &str) -> anyhow::Result<String> {
        let _turn = self.turns.acquire().await.context("wait to hash a password")?;
        let (password, cost) = (password.to_owned(), self.cost);
        tokio::task::spawn_blocking(move || passwords::hash(&password, cost)).await.context("hash a password")?
    }

    async fn verify(&self, password: &str, stored: Option<&str>) -> anyhow::Result<bool> {
        let _turn = self.turns.acquire().await.context("wait to check a password")?;
        let known = stored.is_some();
        let (password, stored) = (password.to_owned(), stored.unwrap_or(&self.decoy).to_owned());
        let fits = tokio::task::spawn_blocking(move || passwords::verify(&password, &stored))
            .await
            .context("check a password")?;
        Ok(fits && known)
    }
}

/// Signs in: the token of the new session, or nothing when the login and the password do not open an account.
pub async fn sign_in(
    database: &Database,
    hasher: &Hasher,
    at: Timestamp,
    origin: &str,
    login: &str,
    password: &str,
) -> anyhow::Result<Option<Token>> {
    let known = account::by_login(&mut database.read().await?, login).await?;
    let fits = hasher.verify(password, known.as_ref().map(|account| account.password_hash.as_str())).await?;
    let Some(account) = known else { return Ok(None) };
    let by = By { at, login: &account.login, origin };
    let mut tx = database.write().await?;
    // Read again: while this password was checked, others may have used up the tries.
    let account = account::by_login(&mut tx, &account.login).await?.context("accounts are never deleted")?;
    let token = if account.disabled || !account.activated || account.is_locked(at) {
        note_turned_away(&mut tx, &by, &account).await?;
        None
    } else if fits {
        account::record_sign_in(&mut tx, &by, &account.login).await?;
        Some(start_session(&mut tx, &account, at).await?)
    } else {
        account::record_failure(&mut tx, &by, &account.login).await?;
        None
    };
    tx.commit().await?;
    Ok(token)
}

async fn start_session(tx: &mut Tx, account: &Account, at: Timestamp) -> anyhow::Result<Token> {
    let token = Token::draw()?;
    session::create(tx, account, &token.fingerprint(), at).await?;
    Ok(token)
}

/// A try on a locked or shut account is remembered, but does not prolong the lock: a stranger could keep the owner out.
async fn note_turned_away(tx: &mut Tx, by: &By<'_>, account: &Account) -> store::Result<()> {
    let why = match (account.disabled, account.activated) {
        (true, _) => "disabled",
        (false, false) => "not_activated",
        (false, true) => "locked",
    };
    let entry = Entry { succeeded: false, ..Entry::done("account.sign_in", "account", &account.login) };
    audit::append(tx, by, entry.with(serde_json::json!({ "turned_away": why }))).await
}

/// The account behind a session's token, when the session is alive; notes the visit.
pub async fn visit(database: &Database, at: Timestamp, token: &Token) -> anyhow::Result<Option<Account>> {
    let fingerprint = token.fingerprint();
    let Some((session, account)) = session::find(&mut database.read().await?, &fingerprint, at).await? else {
        return Ok(None);
    };
    if at - session.last_seen >= TimeDelta::seconds(TOUCH_SECONDS) {
        let mut tx = database.write().await?;
        session::touch(&mut tx, &fingerprint, at).await?;
        tx.commit().await?;
    }
    Ok(Some(account))
}

/// Ends the session of a token.
pub async fn sign_out(database: &Database, by: &By<'_>, token: &Token) -> anyhow::Result<()> {
    let mut tx = database.write().await?;
    session::end(&mut tx, &token.fingerprint()).await?;
    audit::append(&mut tx, by, Entry::done("account.sign_out", "account", by.login)).await?;
    tx.commit().await?;
    Ok(())
}

/// Why a password was not changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasswordRefusal {
    /// The present password is not the one that was given.
    WrongPresent,
    /// The new one is the present one or one of the last.
    UsedBefore,
    /// The new one may not be used; everything that is wrong with it.
    Weak(Vec<Problem>),
}

/// Changes one's own password. Every session of the account ends; the token of a fresh one comes back. A wrong present
/// password counts as a wrong sign-in: somebody at an unattended desk has as few tries as anybody else.
pub async fn change_password(
    database: &Database,
    hasher: &Hasher,
    by: &By<'_>,
    account: &Account,
    present: &str,
    new: &str,
) -> anyhow::Result<Result<Token, PasswordRefusal>> {
    if account.is_locked(by.at) || !hasher.verify(present, Some(&account.password_hash)).await? {
        let mut tx = database.write().await?;
        account::record_failure(&mut tx, by, &account.login).await?;
        tx.commit().await?;
        return Ok(Err(PasswordRefusal::WrongPresent));
    }
    let problems = passwords::problems(new, &account.login);
    if !problems.is_empty() {
        return Ok(Err(PasswordRefusal::Weak(problems)));
    }
    let known = account::passwords(&mut database.read().await?, &account.login).await?;
    for known in known {
        if hasher.verify(new, Some(&known)).await? {
            return Ok(Err(PasswordRefusal::UsedBefore));
        }
    }
    let hash = hasher.hash(new).await?;
    let mut tx = database.write().await?;
    account::set_password(&mut tx, by, &account.login, &hash, false).await?;
    let token = start_session(&mut tx, account, by.at).await?;
    tx.commit().await?;
    Ok(Ok(token))
}
