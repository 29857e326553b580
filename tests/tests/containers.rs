//! The attribute on an `impl`, a `trait` and a `mod` covers every function in it that defers.

use std::future::Future;

use defer_rt::deferrable;

#[derive(Default)]
struct Job {
    log: Vec<&'static str>,
}

#[deferrable]
impl Job {
    const NAME: &'static str = "job";

    fn plain(&self) -> usize {
        self.log.len()
    }

    fn sync(&mut self) -> usize {
        defer! { self.log.push(Self::NAME); }
        self.log.len()
    }

    #[deferrable(force = "heap")]
    fn forced(&mut self) -> Option<()> {
        errdefer! { self.log.push("forced"); }
        None
    }

    async fn asynchronous(&mut self) {
        defer! { self.log.push("async"); }
    }
}

#[deferrable]
trait Work {
    fn log(&mut self) -> &mut Vec<&'static str>;

    fn work(&mut self) {
        defer! { self.log().push("work"); }
        self.log().push("default");
    }
}

#[deferrable]
impl Work for Job {
    fn log(&mut self) -> &mut Vec<&'static str> {
        &mut self.log
    }
}

#[deferrable]
mod inside {
    pub(super) fn free(log: &mut Vec<&'static str>) {
        defer! { log.push("free"); }
        log.push("in a module");
    }

    pub(super) mod deeper {
        pub(crate) struct Unit;

        impl Unit {
            pub(crate) fn method(log: &mut Vec<&'static str>) {
                for name in ["a", "b"] {
                    defer! { log.push(name); }
                }
            }
        }
    }
}

#[test]
fn every_function_is_covered() {
    let mut job = Job::default();
    assert_eq!(job.plain(), 0);
    assert_eq!(job.sync(), 0);
    assert_eq!(job.forced(), None);
    {
        let mut future = std::pin::pin!(job.asynchronous());
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(future.as_mut().poll(&mut cx).is_ready());
    }
    job.work();
    inside::free(&mut job.log);
    inside::deeper::Unit::method(&mut job.log);
    let expected = ["job", "forced", "async", "default", "work", "in a module", "free", "b", "a"];
    assert_eq!(job.log, expected);
}
