//! Serving: the site on an address, the worker beside it, an orderly end.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use store::Database;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::{AppState, Site, captures, router};
use crate::clock::Clock;
use crate::config::Config;
use crate::embedding::{Model, Weighting};
use crate::jobs;
use crate::usecases::Desk;
use crate::usecases::accounts::Hasher;
use crate::usecases::guard::Guard;
use crate::usecases::passwords::OFFICE_COST;
use crate::usecases::seal::Keys;

/// Serves until the process is told to stop (Ctrl-C, SIGTERM). Requests under way are answered, a running job ends at its
/// next need and says that it was interrupted.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn serve(config: &Config, database: Database) -> anyhow::Result<()> {
    serve_with(config, database, Clock::default()).await
}

/// The same with a clock of its own: a demonstration of another day.
///
/// # Errors
/// When the address cannot be listened on, or the model cannot be used.
pub async fn serve_with(config: &Config, database: Database, clock: Clock) -> anyhow::Result<()> {
    let listener =
        TcpListener::bind(config.listen).await.with_context(|| format!("监听 {}：地址可能已被占用", config.listen))?;
    let address = listener.local_addr().context("read the address that is listened on")?;
    println!("总师通已启动：http://{address}/（按 Ctrl-C 停止）");
    let model = Model::open(config.model.as_deref(), config.model_key_file.as_deref(), &config.data)?;
    let weighting = Weighting::open(config.model.as_deref(), &config.data, model.as_ref())?;
    let keys = Keys::of_office(&config.key_file(), &database).await?;
    let desk = Desk::new(database.clone()).with_keys(keys.clone()).with_authorities(config.authorities()?);
    let state = AppState {
        site: Site { https: config.https },
        clock,
        guard: Guard::new(keys, config.password_days_max),
        desk: Desk { model: model.map(Arc::new), weighting, ..desk },
        hasher: Hasher::new(OFFICE_COST)?,
        jobs: jobs::Jobs::default(),
    };
    tokio::spawn(warm_up(state.desk.clone()));
    serve_until(listener, state, asked_to_stop()?).await?;
    database.close().await;
    Ok(())
}

/// Reads the lists and indexes the people, so that the first visitor of the day does not wait for it.
async fn warm_up(desk: Desk) {
    let read = async {
        desk.catalogue.warm_up(&desk.database).await?;
        desk.collections.current(&desk).await
    };
    if let Err(fault) = read.await {
        tracing::warn!("read the lists beforehand: {fault:#}");
    }
}

/// Serves a state on a listener until `stop` is over; tests bring their own clock and end.
///
/// # Errors
/// When the listener fails.
pub async fn serve_until(
    listener: TcpListener,
    state: AppState,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let (tell, told) = watch::channel(false);
    let captures = tokio::spawn(captures::keep(state.clone(), told.clone()));
    let worker = tokio::spawn(jobs::work(state.desk.clone(), state.clock.clone(), state.jobs.clone(), told));
    let site = router(state).into_make_service_with_connect_info::<SocketAddr>();
    let stopping = async move {
        stop.await;
        let _ = tell.send(true);
    };
    axum::serve(listener, site).with_graceful_shutdown(stopping).await.context("serve the site")?;
    captures.await.context("end the captures")?;
    worker.await.context("end the worker")
}

/// Ends at the first Ctrl-C or SIGTERM.
fn asked_to_stop() -> anyhow::Result<impl Future<Output = ()> + Send> {
    let mut terminate = signal(SignalKind::terminate()).context("listen for SIGTERM")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        tracing::info!("stopping");
    })
}
