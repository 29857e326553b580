//! Other people's attributes on the same function, above and below, and their macros in deferred code.

use std::cell::RefCell;
use std::fmt::Display;

use defer_rt::deferrable;

thread_local!(static SAID: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) });

fn say(what: impl Display) {
    SAID.with_borrow_mut(|said| said.push(what.to_string()));
}

fn said() -> String {
    SAID.with_borrow_mut(std::mem::take).join(" ")
}

/// Says what is left behind by a test that ends with its `defer!`s.
struct Expect(&'static str);

impl Drop for Expect {
    fn drop(&mut self) {
        assert_eq!(said(), self.0);
    }
}

#[rstest::fixture]
fn five() -> u32 {
    2 + 3
}

#[deferrable]
#[rstest::rstest]
#[case(1)]
#[case(2)]
fn cases_of_rstest(five: u32, #[case] n: u32) {
    let _expect = Expect(if n == 1 { "body 5 1" } else { "body 5 2" });
    defer! { say(n); }
    defer!(say(five));
    say("body");
}

#[deferrable]
#[test_case::test_case(1 => 2)]
#[test_case::test_case(2 => 4; "twice")]
fn cases_of_test_case(n: u32) -> u32 {
    let _expect = Expect("body done");
    defer!(say("done"));
    say("body");
    n * 2
}

#[deferrable]
#[async_recursion::async_recursion]
async fn recursive_below(n: u32) -> u32 {
    defer!(say(n));
    if n == 0 {
        return 0;
    }
    recursive_below(n - 1).await + 1
}

#[async_recursion::async_recursion(?Send)]
#[deferrable]
async fn recursive_above(n: u32) -> u32 {
    defer!(say(n));
    if n == 0 {
        return 0;
    }
    recursive_above(n - 1).await + 1
}

#[deferrable]
#[tokio::test]
async fn async_recursion_in_both_orders() {
    defer! { assert_eq!(said(), "0 1 2 0 1 2"); }
    assert_eq!(recursive_below(2).await + recursive_above(2).await, 4);
}

#[async_trait::async_trait]
trait Work {
    async fn work(&mut self, n: u32) -> Result<u32, String>;
}

struct Outside(u32);
struct Inside(u32);
struct OnTheMethod(u32);

#[deferrable]
#[async_trait::async_trait]
impl Work for Outside {
    async fn work(&mut self, n: u32) -> Result<u32, String> {
        defer! { say(self.0); }
        self.0 += n;
        tokio::task::yield_now().await;
        if n > 3 { Err("large")? } else { Ok(self.0) }
    }
}

#[async_trait::async_trait]
#[deferrable]
impl Work for Inside {
    async fn work(&mut self, n: u32) -> Result<u32, String> {
        defer! { say(self.0); }
        self.0 += n;
        tokio::task::yield_now().await;
        if n > 3 { Err("large")? } else { Ok(self.0) }
    }
}

#[async_trait::async_trait]
impl Work for OnTheMethod {
    #[deferrable]
    async fn work(&mut self, n: u32) -> Result<u32, String> {
        defer! { say(self.0); }
        self.0 += n;
        tokio::task::yield_now().await;
        if n > 3 { Err("large")? } else { Ok(self.0) }
    }
}

#[tokio::test]
async fn async_trait_in_every_order() {
    let workers: [Box<dyn Work + Send>; 3] =
        [Box::new(Outside(1)), Box::new(Inside(1)), Box::new(OnTheMethod(1))];
    for mut worker in workers {
        assert_eq!(worker.work(2).await, Ok(3));
        assert_eq!(worker.work(4).await, Err("large".to_owned()));
    }
    assert_eq!(said(), "3 7 3 7 3 7");
}

#[deferrable]
#[tracing::instrument(skip_all, fields(n = ?n), err, ret)]
fn instrumented_below(n: u32) -> Result<u32, String> {
    defer!(say(n));
    tracing::info!(?n, took = ?std::time::Duration::ZERO, "in between {}", n);
    if n > 2 { Err("large")? } else { Ok(n) }
}

#[tracing::instrument(skip_all, fields(n = ?n), err)]
#[deferrable]
fn instrumented_above(n: u32) -> Result<u32, String> {
    defer!(say(n));
    defer! { tracing::info!(?n, %n, took = ?std::time::Duration::ZERO, "deferred"); }
    if n > 2 { Err("large")? } else { Ok(n) }
}

#[deferrable]
#[tracing::instrument(err)]
async fn instrumented_async_below(n: u32) -> Result<u32, String> {
    defer!(say(n));
    tokio::task::yield_now().await;
    if n > 2 { Err("large")? } else { Ok(n) }
}

#[tracing::instrument(ret, err)]
#[deferrable]
async fn instrumented_async_above(n: u32) -> Result<u32, String> {
    defer!(say(n));
    tokio::task::yield_now().await;
    if n > 2 { Err("large")? } else { Ok(n) }
}

#[tokio::test]
async fn instrument_in_both_orders() {
    for n in [1, 3] {
        let results = [
            instrumented_below(n),
            instrumented_above(n),
            instrumented_async_below(n).await,
            instrumented_async_above(n).await,
        ];
        assert!(results.iter().all(|result| result.is_ok() == (n == 1)));
    }
    assert_eq!(said(), "1 1 1 1 3 3 3 3");
}

#[tokio::test]
#[deferrable]
async fn below_a_test_of_tokio() -> Result<(), String> {
    let _expect = Expect("deferred");
    defer! {
        tokio::task::yield_now().await;
        say("deferred");
    }
    tokio::task::yield_now().await;
    "5".parse::<u32>().map_err(|e| e.to_string())?;
    Ok(())
}

/// `?` is a way to show a value, in these macros' arguments.
#[deferrable]
fn logs(n: u32) -> Option<u32> {
    defer! {
        log::info!(n:?; "left {n}");
        log::warn!(n:% = n + 1, m:debug = n; "left");
        say("logged");
    }
    log::info!(target: "tests", n:? = Some(n), m:% = n; "{n:?}");
    log::info!(n:? = Some(Some(n)?); "with an operator");
    Some(n)
}

#[deferrable]
fn logs_by_slog(logger: &slog::Logger, n: u32) -> Option<u32> {
    defer! {
        slog::info!(logger, "left"; "n" => ?n, "m" => %n);
        say("logged");
    }
    slog::info!(logger, "in between {}", n; "n" => ?Some(n), slog::o!("m" => 1));
    slog::debug!(logger, "in between"; "n" => #?Some(n));
    Some(n)
}

#[test]
fn sigils_of_loggers() {
    assert_eq!(logs(1), Some(1));
    assert_eq!(logs_by_slog(&slog::Logger::root(slog::Discard, slog::o!()), 1), Some(1));
    assert_eq!(said(), "logged logged");
}
