use defer_rt::deferrable;

fn save(text: &str) {
    println!("{text}");
}

#[deferrable]
fn f(text: String) {
    defer!(save(&text));
    drop(text);
}

#[deferrable]
fn g(text: String) {
    defer! { save(&text); }
    if text.is_empty() {
        drop(text);
    }
}

fn main() {}
