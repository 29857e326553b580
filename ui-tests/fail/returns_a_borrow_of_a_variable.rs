use defer_rt::deferrable;

#[deferrable]
fn declared_behind() -> &'static str {
    defer! { println!("done"); }
    let text = String::from("a");
    &text
}

#[deferrable]
fn declared_ahead<'a>() -> &'a str {
    let text = String::from("a");
    defer! { println!("done"); }
    &text
}

#[deferrable]
fn of_another_parameter<'a>(a: &'a str, b: &str) -> &'a str {
    defer! { println!("{a}"); }
    b
}

fn main() {}
