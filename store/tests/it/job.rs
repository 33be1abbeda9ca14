use programme::access::{Actor, Role};
use serde_json::json;
use store::job::{self, ATTEMPTS_MAX, Ending, Job, State};
use store::testing::on_each;
use store::{Database, Tx};

use super::{by, by_at, minutes, now, province};

async fn queue(database: &Database) -> i64 {
    let mut tx = database.write().await.unwrap();
    let id = job::create(&mut tx, &by(), "match", &json!({"top": 50})).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn claim(database: &Database) -> Option<Job> {
    let mut tx = database.write().await.unwrap();
    let job = job::claim(&mut tx, now()).await.unwrap();
    tx.commit().await.unwrap();
    job
}

async fn load(tx: &mut Tx, id: i64) -> Job {
    job::get(tx, &province(), id).await.unwrap().unwrap()
}

#[tokio::test]
async fn jobs_are_numbered_from_one_and_claimed_in_order() {
    on_each(async |database| {
        assert_eq!((queue(&database).await, queue(&database).await), (1, 2));
        let first = claim(&database).await.unwrap();
        assert_eq!((first.id, first.kind.as_str(), first.state().unwrap()), (1, "match", State::Running));
        assert_eq!((&first.parameters.0, first.attempts, first.started), (&json!({"top": 50}), 1, Some(now())));
        assert_eq!(claim(&database).await.unwrap().id, 2);
        assert_eq!(claim(&database).await, None);
    })
    .await;
}

#[tokio::test]
async fn many_workers_at_once_never_get_the_same_job() {
    const JOBS: usize = 12;
    on_each(async |database| {
        for _ in 0..JOBS {
            queue(&database).await;
        }
        let workers: Vec<_> = (0..4)
            .map(|_| {
                let database = database.clone();
                tokio::spawn(async move {
                    let mut own = Vec::new();
                    // A worker that was too slow gets none and asks again; more turns than jobs are always enough.
                    for _ in 0..2 * JOBS {
                        own.extend(claim(&database).await.map(|job| job.id));
                    }
                    own
                })
            })
            .collect();
        let mut claimed = Vec::new();
        for worker in workers {
            claimed.extend(worker.await.unwrap());
        }
        claimed.sort_unstable();
        assert_eq!(claimed, (1..=12).collect::<Vec<i64>>());
    })
    .await;
}

#[tokio::test]
async fn a_running_job_shows_its_progress_and_its_result() {
    on_each(async |database| {
        let id = queue(&database).await;
        claim(&database).await;
        let mut tx = database.write().await.unwrap();
        assert!(!job::progress(&mut tx, id, 3, 150, "比对需求", now() + minutes(1)).await.unwrap());
        let running = load(&mut tx, id).await;
        assert_eq!((running.done, running.total, running.message.as_str()), (3, 150, "比对需求"));
        assert_eq!(running.heartbeat, Some(now() + minutes(1)));
        job::finish(&mut tx, &by_at(now() + minutes(2)), id, Ending::Done("7")).await.unwrap();
        let done = load(&mut tx, id).await;
        assert_eq!((done.state().unwrap(), done.result.as_deref()), (State::Done, Some("7")));
        assert_eq!(done.finished, Some(now() + minutes(2)));
    })
    .await;
}

#[tokio::test]
async fn a_waiting_job_is_cancelled_at_once_and_a_running_one_at_its_next_progress() {
    on_each(async |database| {
        let (running, waiting) = (queue(&database).await, queue(&database).await);
        claim(&database).await;
        let mut tx = database.write().await.unwrap();
        assert!(job::cancel(&mut tx, &by(), &province(), waiting).await.unwrap());
        assert_eq!(load(&mut tx, waiting).await.state().unwrap(), State::Cancelled);
        assert!(job::cancel(&mut tx, &by(), &province(), running).await.unwrap());
        assert!(job::progress(&mut tx, running, 1, 2, "", now()).await.unwrap());
        job::finish(&mut tx, &by(), running, Ending::Cancelled).await.unwrap();
        assert_eq!(load(&mut tx, running).await.state().unwrap(), State::Cancelled);
        assert!(!job::cancel(&mut tx, &by(), &province(), running).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_worker_whose_job_was_given_to_another_is_told_to_stop() {
    on_each(async |database| {
        let id = queue(&database).await;
        claim(&database).await;
        let mut tx = database.write().await.unwrap();
        job::recover(&mut tx, now(), now()).await.unwrap();
        assert!(job::progress(&mut tx, id, 1, 2, "", now()).await.unwrap());
        job::finish(&mut tx, &by(), id, Ending::Failed("太慢")).await.unwrap();
        assert_eq!(load(&mut tx, id).await.state().unwrap(), State::Queued);
    })
    .await;
}

#[tokio::test]
async fn after_a_crash_a_job_waits_again_until_it_was_started_too_often() {
    on_each(async |database| {
        let id = queue(&database).await;
        for attempt in 1..=ATTEMPTS_MAX {
            assert_eq!(claim(&database).await.unwrap().attempts, attempt);
            let mut tx = database.write().await.unwrap();
            assert_eq!(job::recover(&mut tx, now() - minutes(1), now()).await.unwrap(), 0, "still alive");
            assert_eq!(job::recover(&mut tx, now(), now()).await.unwrap(), 1);
            tx.commit().await.unwrap();
        }
        assert_eq!(claim(&database).await, None);
        let given_up = load(&mut database.read().await.unwrap(), id).await;
        assert_eq!((given_up.state().unwrap(), given_up.message.is_empty()), (State::Failed, false));
    })
    .await;
}

#[tokio::test]
async fn a_job_that_was_to_be_cancelled_is_not_taken_up_after_a_crash() {
    on_each(async |database| {
        let id = queue(&database).await;
        claim(&database).await;
        let mut tx = database.write().await.unwrap();
        job::cancel(&mut tx, &by(), &province(), id).await.unwrap();
        job::recover(&mut tx, now(), now()).await.unwrap();
        assert_eq!(load(&mut tx, id).await.state().unwrap(), State::Cancelled);
    })
    .await;
}

#[tokio::test]
async fn others_than_the_province_see_and_cancel_only_their_own_jobs() {
    on_each(async |database| {
        let id = queue(&database).await;
        let stranger = Actor::new("wang", Role::CityScience, Some("230100")).unwrap();
        let owner = Actor::new("li", Role::CityScience, Some("230100")).unwrap();
        let mut tx = database.write().await.unwrap();
        assert_eq!(job::get(&mut tx, &stranger, id).await.unwrap(), None);
        assert!(job::list(&mut tx, &stranger, None).await.unwrap().is_empty());
        assert!(!job::cancel(&mut tx, &by(), &stranger, id).await.unwrap());
        assert_eq!(job::list(&mut tx, &owner, None).await.unwrap().len(), 1);
        assert_eq!(job::list(&mut tx, &province(), Some(id)).await.unwrap().len(), 0);
    })
    .await;
}
