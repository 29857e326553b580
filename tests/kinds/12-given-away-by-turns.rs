//! kind: K12 what the pattern of a marked loop binds, and a turn gives away: by `take!`, by a `return`, on success.
//! want: it goes as from a variable of the turn; no warning
#![deny(warnings)]
use defer_rt::prelude::*;
use std::cell::RefCell;
thread_local!(static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) });
fn t(s: impl ToString) { LOG.with_borrow_mut(|l| l.push(s.to_string())); }
fn trace() -> String { LOG.with_borrow_mut(std::mem::take).join(" ") }
struct File(u32);
impl File {
    fn close(&mut self) { t(format!("close{}", self.0)); }
    fn abort(self) { t(format!("abort{}", self.0)); }
}
impl Drop for File { fn drop(&mut self) { t(format!("~{}", self.0)); } }
fn files() -> Vec<File> { vec![File(0), File(1), File(2)] }
#[deferrable]
fn taken(all: Vec<File>) -> Vec<File> {
    let mut kept = vec![];
    #[deferrable]
    for mut f in all { defer!(f.close()); if f.0 == 1 { continue; } kept.push(take!(f)); }
    kept
}
#[deferrable]
fn popped(all: &mut Vec<File>) -> Option<File> {
    #[deferrable]
    while let Some(mut f) = all.pop() { defer!(f.close()); if f.0 == 1 { break; } all.truncate(9); if f.0 == 7 { return Some(take!(f)); } }
    None
}
#[deferrable]
fn found(all: Vec<File>, wanted: u32) -> Result<File, String> {
    #[deferrable]
    for f in all { errdefer!(f.abort()); if f.0 > 1 { return Err("beyond".into()); } if f.0 < wanted { continue; } return Ok(f); }
    Err("no".into())
}
#[deferrable]
fn pairs(all: Vec<(File, String)>) -> Result<(File, String), ()> {
    #[deferrable]
    for (n, (mut file, mut name)) in all.into_iter().enumerate() {
        errdefer! { file.close(); t(&name); }
        name.push('!');
        file.0 += 10;
        if n == 1 { return Ok((file, name)); }
    }
    Err(())
}
#[deferrable]
async fn waits(all: Vec<File>) -> Vec<File> {
    let mut kept = vec![];
    #[deferrable]
    for mut f in all { defer!(f.close()); std::future::ready(()).await; if f.0 == 1 { continue; } kept.push(take!(f)); }
    kept
}
fn block_on<F: std::future::Future>(f: F) -> F::Output {
    let (mut f, waker) = (Box::pin(f), std::task::Waker::noop());
    loop { if let std::task::Poll::Ready(v) = f.as_mut().poll(&mut std::task::Context::from_waker(waker)) { return v; } }
}
fn count(all: Vec<File>) -> usize { all.len() }
fn main() {
    assert_eq!((count(taken(files())), trace()), (2, "close1 ~1 ~0 ~2".into()));
    assert_eq!((count(block_on(waits(files()))), trace()), (2, "close1 ~1 ~0 ~2".into()));
    assert_eq!((popped(&mut files()).map(|f| f.0), trace()), (None, "close2 ~2 close1 ~1".into())); trace();
    assert_eq!((popped(&mut vec![File(7)]).map(|f| f.0), trace()), (Some(7), "~7".into()));
    assert_eq!(found(files(), 1).map(|f| f.0), Ok(1));
    assert_eq!(trace(), "~0 ~2 ~1");
    assert_eq!(found(files(), 3).map(|f| f.0), Err("beyond".into()));
    assert_eq!(trace(), "~0 ~1 abort2 ~2");
    let all = vec![(File(0), "a".to_owned()), (File(1), "b".to_owned()), (File(2), "c".to_owned())];
    assert_eq!(pairs(all).map(|(f, n)| format!("{}{n}", f.0)), Ok("11b!".into()));
    assert_eq!(trace(), "~10 ~2 ~11");
}
