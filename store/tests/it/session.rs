use chrono::TimeDelta;
use store::session::{self, AGE_HOURS_MAX, IDLE_MINUTES_MAX, SESSIONS_MAX};
use store::testing::on_each;
use store::{Timestamp, Tx};

use super::account::{load, make};
use super::{minutes, now};

const STEP: TimeDelta = TimeDelta::microseconds(1);

fn fingerprint(letter: char) -> String {
    letter.to_string().repeat(64)
}

async fn start(tx: &mut Tx, letter: char, at: Timestamp) {
    let account = load(tx, "liming").await;
    session::create(tx, &account, &fingerprint(letter), at).await.unwrap();
}

async fn is_live(tx: &mut Tx, letter: char, at: Timestamp) -> bool {
    session::find(tx, &fingerprint(letter), at).await.unwrap().is_some()
}

#[tokio::test]
async fn a_session_is_found_with_its_account_until_it_has_been_idle_too_long() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        make(&mut tx, "liming").await;
        start(&mut tx, 'a', now()).await;
        let (session, account) = session::find(&mut tx, &fingerprint('a'), now()).await.unwrap().unwrap();
        assert_eq!((session.created, account.login.as_str()), (now(), "liming"));
        assert!(is_live(&mut tx, 'a', now() + minutes(IDLE_MINUTES_MAX) - STEP).await);
        assert!(!is_live(&mut tx, 'a', now() + minutes(IDLE_MINUTES_MAX)).await);
        assert!(!is_live(&mut tx, 'b', now()).await);
    })
    .await;
}

#[tokio::test]
async fn a_busy_session_ends_at_its_age() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        make(&mut tx, "liming").await;
        start(&mut tx, 'a', now()).await;
        let end = now() + TimeDelta::hours(AGE_HOURS_MAX);
        session::touch(&mut tx, &fingerprint('a'), end - STEP).await.unwrap();
        assert!(is_live(&mut tx, 'a', end - STEP).await);
        assert!(!is_live(&mut tx, 'a', end).await);
        assert_eq!(session::forget_expired(&mut tx, end - STEP).await.unwrap(), 0);
        assert_eq!(session::forget_expired(&mut tx, end).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn one_session_more_than_the_bound_ends_the_one_seen_longest_ago() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        make(&mut tx, "liming").await;
        for (letter, at) in ['a', 'b', 'c'].into_iter().zip(0..SESSIONS_MAX) {
            start(&mut tx, letter, now() + minutes(at)).await;
        }
        session::touch(&mut tx, &fingerprint('a'), now() + minutes(9)).await.unwrap();
        assert!(is_live(&mut tx, 'b', now() + minutes(9)).await);
        start(&mut tx, 'd', now() + minutes(9)).await;
        assert!(!is_live(&mut tx, 'b', now() + minutes(9)).await);
        for letter in ['a', 'c', 'd'] {
            assert!(is_live(&mut tx, letter, now() + minutes(9)).await, "{letter}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_the_pages_look_like_outlives_the_session() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        make(&mut tx, "liming").await;
        start(&mut tx, 'a', now()).await;
        session::set_appearance(&mut tx, &fingerprint('a'), "dark large en").await.unwrap();
        session::end(&mut tx, &fingerprint('a')).await.unwrap();
        assert!(!is_live(&mut tx, 'a', now()).await);
        start(&mut tx, 'b', now()).await;
        let (session, _) = session::find(&mut tx, &fingerprint('b'), now()).await.unwrap().unwrap();
        assert_eq!(session.appearance, "dark large en");
    })
    .await;
}

#[tokio::test]
async fn ending_all_sessions_of_an_account_leaves_those_of_others() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        make(&mut tx, "liming").await;
        make(&mut tx, "wang").await;
        start(&mut tx, 'a', now()).await;
        let other = load(&mut tx, "wang").await;
        session::create(&mut tx, &other, &fingerprint('b'), now()).await.unwrap();
        session::end_all(&mut tx, "liming").await.unwrap();
        assert!(!is_live(&mut tx, 'a', now()).await);
        assert!(is_live(&mut tx, 'b', now()).await);
    })
    .await;
}
