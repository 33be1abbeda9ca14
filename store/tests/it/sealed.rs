use store::sealed::{self, Sealed};
use store::testing::on_each;

use super::now;

fn value(id: &str, field: &str, key_id: &str) -> Sealed {
    Sealed {
        record: "person".to_owned(),
        id: id.to_owned(),
        field: field.to_owned(),
        key_id: key_id.to_owned(),
        cipher: format!("{id}-{field}-{key_id}"),
    }
}

#[tokio::test]
async fn sealed_values_come_back_by_record_and_the_same_field_is_replaced() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let all = [value("p1", "resident_id", "k1"), value("p1", "mobile", "k1"), value("p2", "mobile", "k1")];
        sealed::put_all(&mut tx, now(), &all).await.unwrap();
        sealed::put_all(&mut tx, now(), &[value("p1", "mobile", "k2")]).await.unwrap();
        let found = sealed::of_record(&mut tx, "person", "p1").await.unwrap();
        assert_eq!(found, [value("p1", "mobile", "k2"), value("p1", "resident_id", "k1")]);
        assert!(sealed::of_record(&mut tx, "account", "p1").await.unwrap().is_empty());
        assert_eq!(sealed::key_ids(&mut tx).await.unwrap(), ["k1", "k2"]);
    })
    .await;
}

#[tokio::test]
async fn values_under_an_old_key_are_found_until_none_is_left() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        sealed::put_all(&mut tx, now(), &[value("p1", "mobile", "k1"), value("p2", "mobile", "k2")]).await.unwrap();
        let old = sealed::under_other_keys(&mut tx, "k2").await.unwrap();
        assert_eq!(old, [value("p1", "mobile", "k1")]);
        sealed::put_all(&mut tx, now(), &[value("p1", "mobile", "k2")]).await.unwrap();
        assert!(sealed::under_other_keys(&mut tx, "k2").await.unwrap().is_empty());
    })
    .await;
}
