//! The background job that gives every need and work its vector.
//!
//! 1. With a model every text gets a vector, once; a second job has nothing to do.
//! 2. A job that is told to stop keeps what it has and is taken up again.
//! 3. People are ranked by words until the last text has its vector, and with the model from then on.
//! 4. Without a model the job fails with the way out.

use std::sync::Arc;

use matching::weights::Weights;
use platform::embedding::Model;
use platform::usecases::vectors::{self, JOB_KIND};
use programme::access::{Actor, Role};
use store::By;
use store::job::{self, State};
use store::testing::on_each;

use super::TestApp;
use crate::small_model;

fn by(app: &TestApp) -> By<'static> {
    By { at: app.state.clock.now(), login: "console", origin: "test" }
}

/// Puts the small model in front of the desk.
fn with_model(app: &mut TestApp) -> Arc<Model> {
    let file = app.data.path().join("small.bin");
    std::fs::write(&file, small_model::bytes()).unwrap();
    let model = Model::open(Some(file.to_str().unwrap()), None, app.data.path()).unwrap().unwrap();
    let model = Arc::new(model);
    app.state.desk.model = Some(Arc::clone(&model));
    model
}

async fn state(app: &TestApp, id: i64) -> (State, i64, i64, String) {
    let mut tx = app.state.desk.database.read().await.unwrap();
    let province = Actor::new("province", Role::Province, None).unwrap();
    let job = job::get(&mut tx, &province, id).await.unwrap().unwrap();
    (job.state().unwrap(), job.done, job.total, job.result.unwrap_or(job.message))
}

/// How people are ranked now.
async fn ranking(app: &TestApp) -> String {
    app.state.desk.collections.current(&app.state.desk).await.unwrap().ranking()
}

#[tokio::test]
async fn every_text_gets_its_vector_once() {
    on_each(async |database| {
        let mut app = TestApp::on(database).await;
        let model = with_model(&mut app);
        let desk = app.state.desk.clone();
        let before = vectors::lack(&desk, &model).await.unwrap();
        assert!(before.all > 0 && before.missing.len() == before.all);
        assert_eq!(ranking(&app).await, Weights::VERSION);
        let mut seen = None;
        let id = vectors::queue(&desk, &by(&app), &mut seen).await.unwrap().unwrap();
        assert_eq!(vectors::queue(&desk, &by(&app), &mut seen).await.unwrap(), None);
        assert!(app.work_while_stopping(true).await);
        assert_eq!(state(&app, id).await.0, State::Running);
        assert_eq!(ranking(&app).await, Weights::VERSION);
        let mut province = app.signed_in("kejiting").await;
        assert!(province.get("/runs").await.shows("还有文本没有语义向量"));
        assert!(province.get(&format!("/runs/jobs/{id}")).await.shows(&format!("语义向量任务 {id}")));
        let now = app.state.clock.now();
        let mut tx = desk.database.write().await.unwrap();
        job::recover(&mut tx, now, now).await.unwrap();
        tx.commit().await.unwrap();
        assert!(app.work().await);
        let all = i64::try_from(before.all).unwrap();
        assert_eq!(state(&app, id).await, (State::Done, all, all, all.to_string()));
        assert_eq!(vectors::lack(&desk, &model).await.unwrap().missing, []);
        assert_eq!(vectors::queue(&desk, &by(&app), &mut None).await.unwrap(), None);
        let kept = vectors::all(&mut desk.database.read().await.unwrap(), &model).await.unwrap();
        assert_eq!(kept.len(), before.all);
        assert_eq!(ranking(&app).await, format!("{}+{}", Weights::VERSION, model.identity()));
        let runs = province.get("/runs").await;
        assert!(runs.shows("现在按字词和语义排序") && runs.shows(&format!("语义向量任务 {id}")), "{}", runs.body);
        assert!(province.get(&format!("/runs/jobs/{id}")).await.shows(&format!("已为 {all} 条新增或改动的文本")));
    })
    .await;
}

#[tokio::test]
async fn without_a_model_the_job_fails_with_the_way_out() {
    on_each(async |database| {
        let app = TestApp::on(database).await;
        let desk = &app.state.desk;
        assert_eq!(vectors::queue(desk, &by(&app), &mut None).await.unwrap(), None);
        let mut tx = desk.database.write().await.unwrap();
        let id = job::create(&mut tx, &by(&app), JOB_KIND, &serde_json::json!({})).await.unwrap();
        tx.commit().await.unwrap();
        assert!(app.work().await);
        let (ended, _, _, told) = state(&app, id).await;
        assert!(ended == State::Failed && told.contains("zongshi model install"), "{told}");
    })
    .await;
}
