use programme::access::{Actor, Role, Scope};
use store::account::{self, Account, FAILURES_MAX, LOCK_MINUTES, New};
use store::page::Start;
use store::testing::on_each;
use store::{Database, Tx, audit, session};

use super::{by, by_at, minutes, now};

pub async fn make(tx: &mut Tx, login: &str) -> bool {
    let actor = Actor::new(login, Role::CityScience, Some("230100")).unwrap();
    let new = New {
        actor: &actor,
        binding: Some("230100"),
        name: "李明",
        password_hash: "$hash",
        must_change_password: true,
    };
    account::create(tx, &by(), new).await.unwrap()
}

pub async fn load(tx: &mut Tx, login: &str) -> Account {
    account::by_login(tx, login).await.unwrap().unwrap()
}

async fn fail(database: &Database, times: i64, after: i64) {
    for _ in 0..times {
        let mut tx = database.write().await.unwrap();
        account::record_failure(&mut tx, &by_at(now() + minutes(after)), "liming").await.unwrap();
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn an_account_comes_back_as_it_was_made_whatever_the_size_of_letters() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        assert!(make(&mut tx, "LiMing").await);
        let kept = load(&mut tx, "LIMING").await;
        assert_eq!((kept.login.as_str(), kept.role().unwrap()), ("liming", Role::CityScience));
        assert_eq!(kept.actor().unwrap().scope(), &Scope::City("230100".to_owned()));
        assert_eq!((kept.created, kept.must_change_password, kept.disabled), (now(), true, false));
    })
    .await;
}

#[tokio::test]
async fn a_login_is_never_given_twice_also_when_its_account_is_disabled() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        assert!(make(&mut tx, "liming").await);
        assert!(account::set_disabled(&mut tx, &by(), "liming", true).await.unwrap());
        assert!(!make(&mut tx, "LIMING").await);
    })
    .await;
}

#[tokio::test]
async fn the_fifth_wrong_password_locks_for_thirty_minutes_and_the_fourth_does_not() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        make(&mut tx, "liming").await;
        tx.commit().await.unwrap();
        fail(&database, FAILURES_MAX - 1, 0).await;
        assert!(!load(&mut database.read().await.unwrap(), "liming").await.is_locked(now()));
        fail(&database, 1, 0).await;
        let locked = load(&mut database.read().await.unwrap(), "liming").await;
        assert!(locked.is_locked(now() + minutes(LOCK_MINUTES) - chrono::TimeDelta::microseconds(1)));
        assert!(!locked.is_locked(now() + minutes(LOCK_MINUTES)));
    })
    .await;
}

#[tokio::test]
async fn after_a_lock_has_run_out_one_wrong_password_does_not_lock_again() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        make(&mut tx, "liming").await;
        tx.commit().await.unwrap();
        fail(&database, FAILURES_MAX, 0).await;
        fail(&database, 1, LOCK_MINUTES).await;
        let kept = load(&mut database.read().await.unwrap(), "liming").await;
        assert_eq!((kept.failed_attempts, kept.locked_until), (1, None));
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_forgets_the_failures_before_it() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        make(&mut tx, "liming").await;
        account::record_failure(&mut tx, &by(), "liming").await.unwrap();
        account::record_sign_in(&mut tx, &by(), "liming").await.unwrap();
        let kept = load(&mut tx, "liming").await;
        assert_eq!((kept.failed_attempts, kept.last_login), (0, Some(now())));
    })
    .await;
}

#[tokio::test]
async fn a_new_password_opens_the_lock_and_ends_every_session() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        make(&mut tx, "liming").await;
        let account = load(&mut tx, "liming").await;
        session::create(&mut tx, &account, &"a".repeat(64), now()).await.unwrap();
        tx.commit().await.unwrap();
        fail(&database, FAILURES_MAX, 0).await;
        let mut tx = database.write().await.unwrap();
        assert!(account::set_password(&mut tx, &by(), "liming", "$new", false).await.unwrap());
        let kept = load(&mut tx, "liming").await;
        assert_eq!(
            (kept.password_hash.as_str(), kept.must_change_password, kept.is_locked(now())),
            ("$new", false, false)
        );
        assert!(session::find(&mut tx, &"a".repeat(64), now()).await.unwrap().is_none());
        assert!(!account::set_password(&mut tx, &by(), "nobody", "$new", false).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_disabled_account_has_no_session_and_can_be_enabled_again() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        make(&mut tx, "liming").await;
        let account = load(&mut tx, "liming").await;
        session::create(&mut tx, &account, &"a".repeat(64), now()).await.unwrap();
        assert!(account::set_disabled(&mut tx, &by(), "liming", true).await.unwrap());
        assert!(session::find(&mut tx, &"a".repeat(64), now()).await.unwrap().is_none());
        assert!(account::set_disabled(&mut tx, &by(), "liming", false).await.unwrap());
        assert!(!load(&mut tx, "liming").await.disabled);
        assert!(!account::set_disabled(&mut tx, &by(), "nobody", true).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn accounts_are_listed_to_the_system_administrator_alone() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        for login in ["b", "a", "c"] {
            make(&mut tx, login).await;
        }
        let page =
            account::list(&mut tx, &Scope::Accounts, "230100 李明", &Start::After("a".to_owned()), 1).await.unwrap();
        assert_eq!(page.rows.iter().map(|row| row.login.as_str()).collect::<Vec<_>>(), ["b"]);
        assert_eq!((page.earlier, page.later, page.count.rows), (true, true, 3));
        assert_eq!(account::list(&mut tx, &Scope::Province, "", &Start::First, 10).await.unwrap().count.rows, 0);
    })
    .await;
}

#[tokio::test]
async fn every_change_of_an_account_is_in_the_audit_trail() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        make(&mut tx, "liming").await;
        account::record_failure(&mut tx, &by(), "liming").await.unwrap();
        account::set_password(&mut tx, &by(), "liming", "$new", true).await.unwrap();
        account::set_disabled(&mut tx, &by(), "liming", true).await.unwrap();
        let events = audit::list(&mut tx, &Scope::AuditTrail, "account liming", None).await.unwrap();
        let acts: Vec<_> = events.iter().map(|event| (event.act.as_str(), event.succeeded)).collect();
        let expected = [
            ("account.disable", true),
            ("account.set_password", true),
            ("account.sign_in", false),
            ("account.create", true),
        ];
        assert_eq!(acts, expected);
        assert!(events.iter().all(|event| !event.detail.contains('$')), "no secret in the trail");
    })
    .await;
}
