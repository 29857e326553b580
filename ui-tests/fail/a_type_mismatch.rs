use defer_rt::deferrable;

fn save(text: &str, count: u32) {
    println!("{text} {count}");
}

#[deferrable]
fn f() -> u32 {
    defer!(save("a", "b"));
    defer!(save("a"));
    let text = String::from("a");
    defer!(save(text, 1));
    defer!(save(Some("a"), 1));
    defer! { save(1, 2); }
    defer! { missing(); }
    "c"
}

fn main() {}
