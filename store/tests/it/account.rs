use programme::access::{Actor, Role, Scope};
use store::account::{self, Account, FAILURES_MAX, LOCK_MINUTES, New, PASSWORDS_REMEMBERED};
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
        activated: true,
        holder: None,
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

/// Makes an account of a role that stands for an office, for a holder.
async fn make_for(tx: &mut Tx, login: &str, role: Role, holder: &str) -> store::Result<bool> {
    let actor = Actor::new(login, role, None).unwrap();
    let holder = holder.repeat(64);
    let new = New {
        actor: &actor,
        binding: None,
        name: "李明",
        password_hash: "$hash",
        must_change_password: true,
        activated: false,
        holder: Some(&holder),
    };
    account::create(tx, &by(), new).await
}

async fn tampered(database: &Database, sql: &'static str) -> bool {
    let mut tx = database.write().await.unwrap();
    match &mut tx {
        Tx::Sqlite(tx) => sqlx::query(sql).execute(&mut **tx).await.is_err(),
        Tx::Postgres(tx) => sqlx::query(sql).execute(&mut **tx).await.is_err(),
    }
}

const ADMINISTRATORS: [Role; 3] = [Role::SystemAdministrator, Role::SecurityAdministrator, Role::AuditAdministrator];

#[tokio::test]
async fn no_holder_has_two_of_the_three_powers_nor_one_beside_other_business() {
    for (first, second) in [
        (ADMINISTRATORS[0], ADMINISTRATORS[1]),
        (ADMINISTRATORS[1], ADMINISTRATORS[2]),
        (ADMINISTRATORS[2], ADMINISTRATORS[0]),
        (ADMINISTRATORS[0], ADMINISTRATORS[0]),
        (Role::Province, ADMINISTRATORS[2]),
        (ADMINISTRATORS[2], Role::Province),
    ] {
        on_each(async |database| {
            let mut tx = database.write().await.unwrap();
            make_for(&mut tx, "first", first, "a").await.unwrap();
            make_for(&mut tx, "other", second, "b").await.unwrap();
            let way = account::in_the_way(&mut tx, "", second, &"a".repeat(64)).await.unwrap();
            assert_eq!(way.unwrap().login, "first", "it is said in words first");
            tx.commit().await.unwrap();
            let mut tx = database.write().await.unwrap();
            assert!(make_for(&mut tx, "second", second, "a").await.is_err(), "{first:?} {second:?}");
        })
        .await;
    }
}

#[tokio::test]
async fn two_business_accounts_of_one_holder_stand_side_by_side() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        make_for(&mut tx, "one", Role::Province, "a").await.unwrap();
        assert_eq!(account::in_the_way(&mut tx, "", Role::Sasac, &"a".repeat(64)).await.unwrap(), None);
        assert!(make_for(&mut tx, "two", Role::Sasac, "a").await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_disabled_administrator_frees_the_holder_and_cannot_come_back_beside_another() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        make_for(&mut tx, "first", ADMINISTRATORS[0], "a").await.unwrap();
        account::set_disabled(&mut tx, &by(), "first", true).await.unwrap();
        make_for(&mut tx, "second", ADMINISTRATORS[2], "a").await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = database.write().await.unwrap();
        assert!(account::set_disabled(&mut tx, &by(), "first", false).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn no_statement_makes_or_unmakes_an_administrator_or_joins_two_powers() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        make_for(&mut tx, "system", ADMINISTRATORS[0], "a").await.unwrap();
        make_for(&mut tx, "audit", ADMINISTRATORS[2], "b").await.unwrap();
        make_for(&mut tx, "office", Role::Province, "c").await.unwrap();
        tx.commit().await.unwrap();
        for sql in [
            "UPDATE account SET role = 'system_administrator' WHERE login = 'office'",
            "UPDATE account SET role = 'province' WHERE login = 'system'",
            "UPDATE account SET role = 'audit_administrator' WHERE login = 'system'",
            "UPDATE account SET holder = (SELECT holder FROM account WHERE login = 'system') WHERE login = 'audit'",
            "UPDATE account SET holder = (SELECT holder FROM account WHERE login = 'system') WHERE login = 'office'",
            "UPDATE account SET binding = '230100' WHERE login = 'system'",
        ] {
            assert!(tampered(&database, sql).await, "{sql}");
        }
        assert!(!tampered(&database, "UPDATE account SET role = 'sasac' WHERE login = 'office'").await);
    })
    .await;
}

#[tokio::test]
async fn a_new_or_rebound_account_waits_to_be_activated_and_has_no_session_until_then() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        make(&mut tx, "liming").await;
        let account = load(&mut tx, "liming").await;
        session::create(&mut tx, &account, &"a".repeat(64), now()).await.unwrap();
        assert!(account::rebind(&mut tx, &by(), "liming", Some("230200")).await.unwrap());
        session::create(&mut tx, &account, &"b".repeat(64), now()).await.unwrap();
        for fingerprint in ["a", "b"] {
            assert!(session::find(&mut tx, &fingerprint.repeat(64), now()).await.unwrap().is_none());
        }
        let waiting = account::waiting(&mut tx, &Scope::Permissions).await.unwrap();
        assert_eq!((waiting.len(), waiting[0].binding.as_deref()), (1, Some("230200")));
        assert!(account::waiting(&mut tx, &Scope::Province).await.unwrap().is_empty());
        assert!(account::activate(&mut tx, &by(), "liming").await.unwrap());
        assert!(!account::activate(&mut tx, &by(), "liming").await.unwrap());
        assert!(session::find(&mut tx, &"b".repeat(64), now()).await.unwrap().is_some());
        assert!(!account::rebind(&mut tx, &by(), "nobody", None).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn accounts_of_offices_are_read_without_those_of_anybody_else() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        make(&mut tx, "city").await;
        make_for(&mut tx, "province", Role::Province, "a").await.unwrap();
        make_for(&mut tx, "system", Role::SystemAdministrator, "b").await.unwrap();
        let found = account::of_offices(&mut tx, &Scope::Accounts).await.unwrap();
        assert_eq!(found.iter().map(|one| one.login.as_str()).collect::<Vec<_>>(), ["city", "province"]);
        assert!(account::of_offices(&mut tx, &Scope::Province).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_last_passwords_are_remembered_the_present_one_first() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        make(&mut tx, "liming").await;
        for number in 1..=PASSWORDS_REMEMBERED + 1 {
            account::set_password(&mut tx, &by(), "liming", &format!("${number}"), false).await.unwrap();
        }
        assert_eq!(account::passwords(&mut tx, "LiMing").await.unwrap(), ["$6", "$5", "$4", "$3", "$2"]);
        assert!(account::passwords(&mut tx, "nobody").await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn accounts_are_listed_to_the_administrators_of_accounts_and_permissions_alone() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        for login in ["b", "a", "c"] {
            make(&mut tx, login).await;
        }
        let page =
            account::list(&mut tx, &Scope::Accounts, "230100 李明", &Start::After("a".to_owned()), 1).await.unwrap();
        assert_eq!(page.rows.iter().map(|row| row.login.as_str()).collect::<Vec<_>>(), ["b"]);
        assert_eq!((page.earlier, page.later, page.count.rows), (true, true, 3));
        for (scope, seen) in [(Scope::Permissions, 3), (Scope::AuditTrail, 0), (Scope::Province, 0)] {
            let page = account::list(&mut tx, &scope, "", &Start::First, 10).await.unwrap();
            assert_eq!(page.count.rows, seen, "{scope:?}");
        }
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
        let events = audit::list(&mut tx, &Scope::AuditTrail, "account liming", None).await.unwrap().events;
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
