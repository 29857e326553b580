//! kind: K15 editions: a function that returns a reborrow compiles in edition 2018, however the edition was said (`--edition 2018`, `--edition=2018`).
//! want: compiles; the fields are changed through the borrow that came out
use defer_rt::deferrable;
use std::sync::Mutex;
static T: Mutex<Vec<String>> = Mutex::new(Vec::new());
fn t(s: impl ToString) { T.lock().unwrap().push(s.to_string()); }
fn trace() -> String { std::mem::take(&mut *T.lock().unwrap()).join(" ") }
pub struct Foo { data: usize, rest: Vec<u8> }
impl Foo {
    #[deferrable]
    pub fn get_mut(&mut self) -> &mut usize { defer! { t("get"); } &mut self.data }
    #[deferrable]
    pub fn both(&mut self, first: bool) -> Option<&mut [u8]> { defer!(t(self.rest.len())); if !first { return None; } self.rest.push(1); Some(&mut self.rest[1..]) }
    #[deferrable]
    pub async fn later(&mut self) -> &mut usize { defer! { t("later"); } &mut self.data }
}
#[deferrable]
fn pass<'a>(x: &'a mut Vec<u8>, y: &u8) -> &'a mut u8 { defer!(t(*y)); x.push(*y); x.last_mut().unwrap() }
fn main() {
    let mut f = Foo { data: 1, rest: vec![0] };
    *f.get_mut() += 1;
    f.both(true).unwrap()[0] = 9;
    assert!(f.both(false).is_none());
    drop(f.later());
    *pass(&mut f.rest, &5) += 1;
    assert_eq!((f.data, f.rest, trace()), (2, vec![0, 9, 6], "get 1 2 5".into()));
}
