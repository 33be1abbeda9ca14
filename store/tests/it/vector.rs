use store::testing::on_each;
use store::vector::{self, Vector};

fn of(key: &str, number: u8) -> Vector {
    Vector { text_key: key.to_owned(), numbers: vec![0, number, 255] }
}

#[tokio::test]
async fn a_vector_is_kept_once_a_model_and_text() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        vector::put_all(&mut tx, "one", &[of("b", 1), of("a", 2)]).await.unwrap();
        vector::put_all(&mut tx, "one", &[of("a", 3), of("c", 4)]).await.unwrap();
        vector::put_all(&mut tx, "other", &[of("a", 5)]).await.unwrap();
        assert_eq!(vector::all(&mut tx, "one").await.unwrap(), [of("a", 2), of("b", 1), of("c", 4)]);
        assert_eq!(vector::keys(&mut tx, "other").await.unwrap(), ["a"]);
        assert_eq!(vector::keys(&mut tx, "third").await.unwrap(), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn many_vectors_are_kept_at_once() {
    on_each(async |database| {
        let many: Vec<Vector> = (0..2_500).map(|at| of(&format!("{at:05}"), 7)).collect();
        let mut tx = database.write().await.unwrap();
        vector::put_all(&mut tx, "one", &many).await.unwrap();
        assert_eq!(vector::all(&mut tx, "one").await.unwrap(), many);
        let keys: Vec<String> = many.iter().step_by(3).map(|one| one.text_key.clone()).chain(["none".into()]).collect();
        let mut some = vector::some(&mut tx, "one", &keys).await.unwrap();
        some.sort_by(|one, other| one.text_key.cmp(&other.text_key));
        assert!(some.iter().eq(many.iter().step_by(3)));
    })
    .await;
}

#[tokio::test]
async fn texts_that_are_gone_and_other_models_are_forgotten() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        vector::put_all(&mut tx, "one", &[of("a", 1), of("b", 2)]).await.unwrap();
        vector::put_all(&mut tx, "other", &[of("a", 3)]).await.unwrap();
        vector::forget(&mut tx, "one", &["a".to_owned()]).await.unwrap();
        assert_eq!(vector::all(&mut tx, "one").await.unwrap(), [of("b", 2)]);
        assert_eq!(vector::keys(&mut tx, "other").await.unwrap(), [""; 0]);
    })
    .await;
}
