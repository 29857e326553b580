//! Side by side with the crates that people use: each function here is one that a user would write.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use defer_rt::deferrable;

type Log = Mutex<Vec<String>>;

fn add(log: &Log, text: impl std::fmt::Display) {
    log.lock().expect("no panic while it is held").push(text.to_string());
}

fn said(log: &Log) -> String {
    std::mem::take(&mut *log.lock().expect("no panic while it is held")).join(" ")
}

#[deferrable]
fn with_anyhow(n: u32, log: &Log) -> anyhow::Result<u32> {
    use anyhow::Context;
    defer!(add(log, "first"));
    defer! {
        anyhow::ensure!(n != 4, "deferred");
        "1".parse::<u32>().context("never")?;
    }
    anyhow::ensure!(n != 1, "one");
    for i in 0..n {
        defer!(add(log, i));
        if i == 2 {
            anyhow::bail!("two");
        }
    }
    n.checked_sub(1).context("zero")
}

#[deferrable]
fn with_eyre(n: u32, log: &Log) -> eyre::Result<u32> {
    use eyre::WrapErr;
    errdefer!(add(log, "undo"));
    eyre::ensure!(n != 1, "one");
    if n == 2 {
        eyre::bail!("two");
    }
    "3".parse::<u32>().wrap_err("never")
}

#[test]
fn error_crates() {
    let log = Log::default();
    let text = |result: anyhow::Result<u32>| result.map_err(|e| e.to_string());
    assert_eq!(text(with_anyhow(0, &log)), Err("zero".into()));
    assert_eq!(text(with_anyhow(1, &log)), Err("one".into()));
    assert_eq!(text(with_anyhow(2, &log)), Ok(1));
    assert_eq!(said(&log), "first first 1 0 first");
    assert_eq!(text(with_anyhow(3, &log)), Err("two".into()));
    assert_eq!(said(&log), "2 1 0 first");
    assert!(with_eyre(1, &log).is_err() && with_eyre(2, &log).is_err());
    assert_eq!(said(&log), "undo undo");
    assert_eq!(with_eyre(3, &log).ok(), Some(3));
    assert_eq!(said(&log), "");
}

#[derive(Debug, thiserror::Error)]
enum StoreError {
    #[error("parsing: {0}")]
    Parse(#[from] std::num::ParseIntError),
    #[error("closing: {0}")]
    Close(#[from] std::fmt::Error),
}

#[deferrable]
fn with_thiserror(text: &str, close_fails: bool) -> Result<u32, StoreError> {
    defer!(close(close_fails)?);
    Ok(text.parse()?)
}

fn close(fails: bool) -> Result<(), std::fmt::Error> {
    if fails { Err(std::fmt::Error) } else { Ok(()) }
}

#[test]
fn thiserror_converts_what_joins() {
    assert!(matches!(with_thiserror("1", false), Ok(1)));
    assert!(matches!(with_thiserror("1", true), Err(StoreError::Close(_))));
    assert!(matches!(with_thiserror("x", true), Err(StoreError::Parse(_))));
}

#[deferrable]
fn with_scopeguard(log: &Log) {
    defer!(add(log, "function"));
    {
        scopeguard::defer! { add(log, "block"); }
        let guard = scopeguard::guard(1, |n| add(log, n));
        defer!(add(log, *guard + 1));
        add(log, "body");
    }
    add(log, "end");
}

#[test]
fn scopeguard_ends_with_its_block() {
    let log = Log::default();
    with_scopeguard(&log);
    assert_eq!(said(&log), "body 1 block end 2 function");
}

#[deferrable]
fn with_rayon(done: &AtomicUsize) -> usize {
    use rayon::prelude::*;
    defer! { done.fetch_add(1000, Ordering::Relaxed); }
    (0..100usize)
        .into_par_iter()
        .map(|n| {
            defer! { done.fetch_add(1, Ordering::Relaxed); }
            if n % 2 == 0 {
                return 0;
            }
            n
        })
        .sum()
}

#[test]
fn rayon_closures_are_frames() {
    let done = AtomicUsize::new(0);
    assert_eq!(with_rayon(&done), 2500);
    assert_eq!(done.into_inner(), 1100);
}

#[async_trait::async_trait]
trait Service {
    async fn call(&self, n: u32) -> Result<u32, String>;
}

struct Logged(Log);

#[async_trait::async_trait]
impl Service for Logged {
    #[deferrable]
    async fn call(&self, n: u32) -> Result<u32, String> {
        defer!(add(&self.0, n));
        errdefer! { add(&self.0, "failed"); }
        tokio::task::yield_now().await;
        n.checked_sub(1).ok_or_else(|| "zero".to_owned())
    }
}

#[tokio::test]
async fn async_trait_methods() {
    let service: Box<dyn Service + Send> = Box::new(Logged(Log::default()));
    assert_eq!(service.call(3).await, Ok(2));
    assert_eq!(service.call(0).await, Err("zero".into()));
    let logged = Logged(Log::default());
    let _ = logged.call(0).await;
    assert_eq!(said(&logged.0), "failed 0");
}

#[tracing::instrument(skip(log))]
#[deferrable]
async fn instrumented_outside(n: u32, log: &Log) -> u32 {
    defer!(add(log, "outside"));
    tokio::task::yield_now().await;
    n
}

#[deferrable]
#[tracing::instrument(skip(log))]
fn instrumented_inside(n: u32, log: &Log) -> u32 {
    defer!(add(log, "inside"));
    tracing::info!(n, "in between");
    n
}

#[deferrable]
#[tokio::test]
async fn instrumented_in_both_orders() {
    let log = Log::default();
    defer! { assert_eq!(said(&log), "outside inside"); }
    assert_eq!(instrumented_outside(1, &log).await + instrumented_inside(2, &log), 3);
}

#[tokio::test]
#[deferrable]
async fn cancelled_by_select_and_by_timeout() {
    #[deferrable]
    async fn slow(log: &Log) {
        defer!(add(log, "slow is over"));
        defer!(tokio::time::sleep(Duration::from_secs(3600)).await);
        tokio::time::sleep(Duration::from_secs(3600)).await;
    }
    let log = Log::default();
    defer! { assert_eq!(said(&log), "slow is over slow is over closed"); }
    tokio::select! {
        () = slow(&log) => unreachable!("an hour"),
        () = tokio::task::yield_now() => {}
    }
    let timeout = tokio::time::timeout(Duration::from_millis(1), slow(&log));
    timeout.await.expect_err("an hour");
    defer! {
        tokio::task::yield_now().await;
        add(&log, "closed");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tasks_on_threads() {
    #[deferrable]
    async fn task(n: usize, done: std::sync::Arc<AtomicUsize>) -> Result<usize, String> {
        defer! { done.fetch_add(1, Ordering::Relaxed); }
        errdefer! { done.fetch_add(1000, Ordering::Relaxed); }
        let permit = std::sync::Arc::new(tokio::sync::Semaphore::new(1));
        let held = permit.acquire().await.map_err(|e| e.to_string())?;
        defer!(drop(held));
        for _ in 0..n {
            defer! { tokio::task::yield_now().await; }
            tokio::task::yield_now().await;
        }
        if n == 3 { Err("three".into()) } else { Ok(n) }
    }
    let done = std::sync::Arc::new(AtomicUsize::new(0));
    let tasks = (0..8).map(|n| tokio::spawn(task(n, done.clone())));
    let results = futures::future::join_all(tasks).await;
    assert_eq!(results.iter().filter(|r| matches!(r, Ok(Ok(_)))).count(), 7);
    assert_eq!(done.load(Ordering::Relaxed), 1008);
}

#[tokio::test]
async fn files() {
    #[deferrable]
    async fn write(path: &std::path::Path) -> std::io::Result<u64> {
        use tokio::io::AsyncWriteExt;
        let mut file = tokio::fs::File::create(path).await?;
        errdefer! { let _ = std::fs::remove_file(path); }
        defer!(file.sync_all().await?);
        file.write_all(b"twelve bytes").await?;
        file.flush().await?;
        Ok(file.metadata().await?.len())
    }
    let path = std::env::temp_dir().join(format!("defer-rt-{}", std::process::id()));
    assert_eq!(write(&path).await.expect("a temporary folder"), 12);
    std::fs::remove_file(path).expect("the file");
}
