use programme::process::{Body, Matter, Parties, Stage};
use store::attachment::{self, New};
use store::audit;
use store::testing::{on_each, put_matters};

use super::{by, now};

#[tokio::test]
async fn files_of_a_matter_come_back_by_number_and_leave_their_events() {
    on_each(async |database| {
        let (id, stage, title) = ("difficulty-000001".to_owned(), Stage::DifficultyRaised, "问题".to_owned());
        let (parties, body) = (Parties::default(), Body::default());
        let owner = Matter { id, stage, version: 1, title, parties, body, due: None };
        put_matters(&database, &by(), std::slice::from_ref(&owner)).await;
        let mut tx = database.write().await.unwrap();
        let new =
            |name, content| New { kind: "difficulty", matter: &owner.id, name, sm3: "ab", role: "province", content };
        assert_eq!(attachment::add(&mut tx, &by(), new("一.xlsx", &[0, 255, 1])).await.unwrap(), 1);
        assert_eq!(attachment::add(&mut tx, &by(), new("二.xlsx", &[])).await.unwrap(), 2);
        let files = attachment::of_matter(&mut tx, &owner.id).await.unwrap();
        let shown: Vec<_> = files.iter().map(|one| (one.number, one.name.as_str(), one.size, one.added)).collect();
        assert_eq!(shown, [(1, "一.xlsx", 3, now()), (2, "二.xlsx", 0, now())]);
        assert_eq!(attachment::content(&mut tx, &owner.id, 1).await.unwrap(), Some(vec![0, 255, 1]));
        assert_eq!(attachment::content(&mut tx, &owner.id, 3).await.unwrap(), None);
        let place = ("difficulty", owner.id.as_str());
        assert!(attachment::remove(&mut tx, &by(), place, 1).await.unwrap());
        assert!(!attachment::remove(&mut tx, &by(), place, 1).await.unwrap());
        assert_eq!(attachment::of_matter(&mut tx, &owner.id).await.unwrap().len(), 1);
        let events = audit::of_subject(&mut tx, "difficulty", &owner.id).await.unwrap();
        let acts: Vec<&str> = events.iter().map(|event| event.act.as_str()).collect();
        assert_eq!(acts, ["attachment.add", "attachment.add", "attachment.remove"]);
    })
    .await;
}
