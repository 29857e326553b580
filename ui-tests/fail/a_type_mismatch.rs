use defer_rt::deferrable;

fn save(text: &str, count: u32) {
    println!("{text} {count}");
}

#[deferrable]
fn f() -> u32 {
    defer!(save("a", "b"));
    defer!(save("a"));
    defer! { save(1, 2); }
    defer! { missing(); }
    "c"
}

fn main() {}
