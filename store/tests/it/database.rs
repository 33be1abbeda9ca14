use programme::access::Scope;
use store::testing::{empty_postgres, on_each, sqlite};
use store::{Database, Error, Missing, Written, enterprise, match_run, misconduct, need, person, shareholder, unit};

use super::{a_need, a_person, by};

#[tokio::test]
async fn an_address_of_another_kind_is_refused_and_named() {
    for address in ["mysql://db/zongshi", "data/zongshi.sqlite", ""] {
        let error = Database::open(address, Missing::Create).await.unwrap_err();
        assert!(matches!(&error, Error::Address(named) if named == address), "{error:?}");
    }
}

#[tokio::test]
async fn a_missing_file_is_made_only_when_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    for address in ["sqlite:", "sqlite://"].map(|scheme| format!("{scheme}{}/a.sqlite", folder.path().display())) {
        assert!(matches!(Database::open(&address, Missing::Refuse).await.unwrap_err(), Error::NoFile(_)));
    }
    let address = format!("sqlite:{}/a.sqlite", folder.path().display());
    Database::open(&address, Missing::Create).await.unwrap().close().await;
    Database::open(&address, Missing::Refuse).await.unwrap().close().await;
}

#[tokio::test]
async fn migrations_take_an_empty_database_to_the_present_and_can_be_run_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut addresses = vec![format!("sqlite:{}/a.sqlite", folder.path().display())];
    addresses.extend(empty_postgres().await);
    for address in addresses {
        let database = Database::open(&address, Missing::Create).await.unwrap();
        let before = database.migration_state().await.unwrap();
        assert_eq!((before.applied, before.is_current()), (0, false));
        for _ in 0..2 {
            database.migrate().await.unwrap();
            assert!(database.migration_state().await.unwrap().is_current());
        }
    }
}

#[tokio::test]
async fn a_reading_transaction_cannot_write() {
    on_each(async |database| {
        let mut tx = database.read().await.unwrap();
        assert!(need::insert_all(&mut tx, &by(), &[a_need("n1", "题")]).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_reading_transaction_sees_one_state_throughout() {
    on_each(async |database| {
        let mut reading = database.read().await.unwrap();
        assert!(need::get(&mut reading, &Scope::Province, "n1").await.unwrap().is_none());
        let mut writing = database.write().await.unwrap();
        need::insert_all(&mut writing, &by(), &[a_need("n1", "题")]).await.unwrap();
        writing.commit().await.unwrap();
        assert!(need::get(&mut reading, &Scope::Province, "n1").await.unwrap().is_none());
        let mut later = database.read().await.unwrap();
        assert!(need::get(&mut later, &Scope::Province, "n1").await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn what_was_committed_is_there_after_the_database_was_opened_anew() {
    let throwaway = sqlite().await;
    let mut tx = throwaway.database.write().await.unwrap();
    need::insert_all(&mut tx, &by(), &[a_need("n1", "题")]).await.unwrap();
    tx.commit().await.unwrap();
    throwaway.database.close().await;
    let again = Database::open(&throwaway.address, Missing::Refuse).await.unwrap();
    assert!(need::get(&mut again.read().await.unwrap(), &Scope::Province, "n1").await.unwrap().is_some());
}

#[tokio::test]
async fn a_second_process_that_writes_waits_for_the_first() {
    let throwaway = sqlite().await;
    let other = Database::open(&throwaway.address, Missing::Refuse).await.unwrap();
    let mut first = throwaway.database.write().await.unwrap();
    need::insert_all(&mut first, &by(), &[a_need("n1", "题")]).await.unwrap();
    let second = tokio::spawn(async move {
        let mut tx = other.write().await.unwrap();
        need::insert_all(&mut tx, &by(), &[a_need("n2", "题")]).await.unwrap();
        tx.commit().await.unwrap();
    });
    tokio::task::yield_now().await;
    first.commit().await.unwrap();
    second.await.unwrap();
    let mut tx = throwaway.database.read().await.unwrap();
    assert_eq!(need::known(&mut tx, &["n1", "n2"]).await.unwrap().len(), 2);
}

/// Pages and jobs run on several threads: a write that could not move between them would not compile here.
#[tokio::test]
async fn every_bulk_write_can_move_between_threads() {
    let throwaway = sqlite().await;
    let database = throwaway.database.clone();
    let writing = async move {
        let mut tx = database.write().await.unwrap();
        let mut written = Written::default();
        written.inserted += unit::insert_all(&mut tx, &by(), &[]).await.unwrap().inserted;
        written.inserted += enterprise::insert_all(&mut tx, &by(), &[]).await.unwrap().inserted;
        written.inserted += need::insert_all(&mut tx, &by(), &[a_need("n1", "题")]).await.unwrap().inserted;
        written.inserted += person::insert_all(&mut tx, &by(), &[a_person("p1", "某大学")]).await.unwrap().inserted;
        written.inserted += shareholder::insert_all(&mut tx, &by(), &[]).await.unwrap().inserted;
        written.inserted += misconduct::insert_all(&mut tx, &by(), &[]).await.unwrap().inserted;
        match_run::create(&mut tx, &by(), super::match_run::NEW, &[], &[]).await.unwrap();
        tx.commit().await.unwrap();
        written
    };
    assert_eq!(tokio::spawn(writing).await.unwrap(), Written { inserted: 2, updated: 0 });
}
