//! The background worker: takes queued jobs one after the other, reports progress, stops on request.
//!
//! A job lives in the database, so asking for one and watching it are plain requests, and a crash loses nothing: what ran
//! is taken up again at the next start, or given up when it brought the process down too often. When the process is told
//! to stop, the running job ends at the next need and says so.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use chrono::TimeDelta;
use store::By;
use store::job::{self, Ending, Job};
use tokio::sync::{Notify, watch};

use crate::clock::{Clock, today};
use crate::usecases::Desk;
use crate::usecases::acts;
use crate::usecases::matching::{Cancelled, Wishes};
use crate::usecases::runs::{self, Found, JOB_KIND, Materials};
use crate::usecases::vectors::{self, TEXTS_AT_ONCE};

/// How often progress is written and a request to stop is looked for.
const PROGRESS_MILLIS: u64 = 400;

/// How often an idle worker looks for jobs that another process queued.
const IDLE_SECONDS: u64 = 5;

/// Sign of life older than this: the worker that wrote it is gone.
pub const SILENT_SECONDS: i64 = 60;

/// What the audit trail names as the origin of what the worker writes.
const ORIGIN: &str = "worker";

const INTERRUPTED: &str = "程序停止，运算中断，没有保留结果；请重新发起";
const FAULT: &str = "系统出错，运算没有完成，没有保留结果；请重新发起，再次出现时请把任务编号告诉管理员";
const NO_MODEL: &str = "没有向量模型；请运行 zongshi model install 后重新启动";
const UNKNOWN_KIND: &str = "这个版本的程序不认识这种任务；请升级程序后重新发起";

/// Wakes the worker when a job was queued in this process.
#[derive(Clone, Debug, Default)]
pub struct Jobs(Arc<Notify>);

impl Jobs {
    /// Says that a job was queued.
    pub fn wake(&self) {
        self.0.notify_one();
    }
}

/// Does queued jobs until `stop` becomes true.
pub async fn work(desk: Desk, clock: Clock, jobs: Jobs, mut stop: watch::Receiver<bool>) {
    let (mut passed, mut seen) = (None, None);
    while !*stop.borrow() {
        if let Err(fault) = pass_deadlines(&desk, &clock, &mut passed).await {
            tracing::error!("deadlines: {fault:#}");
        }
        match work_once(&desk, &clock, &stop).await {
            Ok(true) => continue,
            Ok(false) => {
                match vectors::queue(&desk, &By { at: clock.now(), login: "console", origin: ORIGIN }, &mut seen).await
                {
                    Ok(Some(_)) => continue,
                    Ok(None) => {}
                    Err(fault) => tracing::error!("look for texts without vectors: {fault:#}"),
                }
            }
            Err(fault) => tracing::error!("the worker: {fault:#}"),
        }
        tokio::select! {
            () = jobs.0.notified() => {}
            () = tokio::time::sleep(Duration::from_secs(IDLE_SECONDS)) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Lets deadlines take effect, once on each day: at the start, then after midnight in Beijing.
async fn pass_deadlines(desk: &Desk, clock: &Clock, passed: &mut Option<chrono::NaiveDate>) -> anyhow::Result<()> {
    let now = clock.now();
    if *passed != Some(today(now)) {
        acts::clock::pass(desk, &By { at: now, login: "console", origin: ORIGIN }).await?;
        *passed = Some(today(now));
    }
    Ok(())
}

/// Takes up what a crashed process left, then does the oldest queued job; `false` when there was none.
pub async fn work_once(desk: &Desk, clock: &Clock, stop: &watch::Receiver<bool>) -> anyhow::Result<bool> {
    let now = clock.now();
    let mut tx = desk.database.write().await?;
    job::recover(&mut tx, now - TimeDelta::seconds(SILENT_SECONDS), now).await?;
    let claimed = job::claim(&mut tx, now).await?;
    tx.commit().await?;
    let Some(job) = claimed else { return Ok(false) };
    let outcome = match job.kind.as_str() {
        JOB_KIND => run(desk, clock, &job, stop).await,
        vectors::JOB_KIND => fill(desk, clock, &job, stop).await,
        _ => Ok(Outcome::UnknownKind),
    };
    finish(desk, clock, &job, outcome).await?;
    Ok(true)
}

/// How a job went.
enum Outcome {
    Found(Box<Found>),
    /// So many texts were encoded.
    Encoded(usize),
    Cancelled,
    Interrupted,
    /// Stays as it is, to be taken up at the next start.
    Left,
    NoModel,
    UnknownKind,
}

async fn run(desk: &Desk, clock: &Clock, job: &Job, stop: &watch::Receiver<bool>) -> anyhow::Result<Outcome> {
    let wishes: Wishes = serde_json::from_value(job.parameters.0.clone()).context("read the wishes of a run")?;
    let materials = runs::materials(desk, today(clock.now()), &wishes).await?;
    let total = materials.needs();
    let meter = Meter::default();
    if *stop.borrow() {
        meter.stop();
    }
    let mut search = search(materials, wishes, meter.clone());
    let ended = loop {
        tokio::select! {
            ended = &mut search => break ended,
            () = tokio::time::sleep(Duration::from_millis(PROGRESS_MILLIS)) => {}
        }
        let asked = report(desk, clock, job.id, &meter, total).await?;
        if asked || *stop.borrow() {
            meter.stop();
        }
    };
    match ended.context("match in the background")?? {
        Ok(found) => Ok(Outcome::Found(Box::new(found))),
        Err(Cancelled) if *stop.borrow() => Ok(Outcome::Interrupted),
        Err(Cancelled) => Ok(Outcome::Cancelled),
    }
}

/// Encodes what has no vector yet, portion by portion; what was kept stays kept however the job ends.
async fn fill(desk: &Desk, clock: &Clock, job: &Job, stop: &watch::Receiver<bool>) -> anyhow::Result<Outcome> {
    let Some(model) = &desk.model else { return Ok(Outcome::NoModel) };
    let lack = vectors::lack(desk, model).await?;
    let (total, mut done) = (i64::try_from(lack.all)?, i64::try_from(lack.all - lack.missing.len())?);
    for texts in lack.missing.chunks(TEXTS_AT_ONCE) {
        if *stop.borrow() {
            return Ok(Outcome::Left);
        }
        let made = vectors::encode(model, texts.to_vec()).await?;
        done += i64::try_from(made.len())?;
        let mut tx = desk.database.write().await?;
        store::vector::put_all(&mut tx, model.identity(), &made).await?;
        let asked = job::progress(&mut tx, job.id, done, total, "", clock.now()).await?;
        tx.commit().await?;
        if asked {
            return Ok(Outcome::Cancelled);
        }
    }
    let mut tx = desk.database.write().await?;
    store::vector::forget(&mut tx, model.identity(), &lack.gone).await?;
    tx.commit().await?;
    desk.collections.renew();
    Ok(Outcome::Encoded(lack.missing.len()))
}

type Search = tokio::task::JoinHandle<anyhow::Result<Result<Found, Cancelled>>>;

fn search(materials: Materials, wishes: Wishes, meter: Meter) -> Search {
    tokio::task::spawn_blocking(move || runs::find(&materials, &wishes, true, &|done| meter.count(done)))
}

/// Writes the progress; whether somebody asked to stop.
async fn report(desk: &Desk, clock: &Clock, job: i64, meter: &Meter, total: usize) -> anyhow::Result<bool> {
    let (done, total) = (i64::try_from(meter.done())?, i64::try_from(total)?);
    let mut tx = desk.database.write().await?;
    let asked = job::progress(&mut tx, job, done, total, "", clock.now()).await?;
    tx.commit().await?;
    Ok(asked)
}

/// Keeps the result and ends the job in one transaction: either both are there or neither.
async fn finish(desk: &Desk, clock: &Clock, job: &Job, outcome: anyhow::Result<Outcome>) -> anyhow::Result<()> {
    let by = By { at: clock.now(), login: &job.requested_by, origin: ORIGIN };
    let mut tx = desk.database.write().await?;
    let result;
    let ending = match outcome {
        Ok(Outcome::Found(found)) => {
            result = runs::keep(&mut tx, &by, &found).await?.to_string();
            Ending::Done(&result)
        }
        Ok(Outcome::Encoded(texts)) => {
            result = texts.to_string();
            Ending::Done(&result)
        }
        Ok(Outcome::Left) => return Ok(()),
        Ok(Outcome::NoModel) => Ending::Failed(NO_MODEL),
        Ok(Outcome::Cancelled) => Ending::Cancelled,
        Ok(Outcome::Interrupted) => Ending::Failed(INTERRUPTED),
        Ok(Outcome::UnknownKind) => Ending::Failed(UNKNOWN_KIND),
        Err(fault) => {
            tracing::error!(job = job.id, "{fault:#}");
            Ending::Failed(FAULT)
        }
    };
    job::finish(&mut tx, &by, job.id, ending).await?;
    tx.commit().await?;
    Ok(())
}

/// How far a search has come, and whether it is to stop.
#[derive(Clone, Debug, Default)]
struct Meter {
    done: Arc<AtomicUsize>,
    stopped: Arc<AtomicBool>,
}

impl Meter {
    fn count(&self, done: usize) -> ControlFlow<()> {
        self.done.fetch_max(done, Ordering::Relaxed);
        if self.stopped.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn done(&self) -> usize {
        self.done.load(Ordering::Relaxed)
    }

    fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
}
