use std::rc::Rc;

use defer_rt::deferrable;

fn spawn(_: impl Future<Output = ()> + Send) {}

async fn h() {}

#[deferrable]
async fn held(text: &str) {
    let rc = Rc::new(text.len());
    defer! { println!("{rc}"); }
    h().await;
}

#[deferrable]
async fn captured(texts: &[Rc<str>]) {
    for text in texts {
        let text = text.clone();
        defer!(drop(text));
        h().await;
    }
}

fn main() {
    spawn(held("a"));
    spawn(captured(&[]));
}
