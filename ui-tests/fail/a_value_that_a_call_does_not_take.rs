use std::rc::Rc;

use defer_rt::deferrable;

fn spawn(_: impl Future + Send) {}

async fn say_goodbye(_: Rc<str>) {}

fn save(text: &str, count: u32) {
    println!("{text} {count}");
}

#[deferrable]
fn bound(name: &Rc<str>) {
    defer!(spawn(say_goodbye(name.clone())));
    println!("a");
}

#[deferrable]
fn types(text: &str, count: u64) {
    defer!(save(text.to_owned(), count.pow(2)));
    println!("a");
}

fn main() {}
