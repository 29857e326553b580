use defer_rt::deferrable;

fn spawn(_: impl FnOnce() + 'static) {}

#[deferrable]
fn f(text: String) {
    defer!(spawn(|| println!("{text}")));
    println!("a");
}

fn main() {}
