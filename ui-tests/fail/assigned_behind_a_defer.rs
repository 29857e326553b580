use defer_rt::deferrable;

#[deferrable]
fn declared() {
    let n;
    defer! { println!("done"); }
    n = 1;
    println!("{n}");
}

#[deferrable]
fn mentioned() {
    let mut n: u32;
    defer! { println!("{n}"); }
    n = 1;
    println!("{n}");
}

#[deferrable]
fn filled_again(mut text: String) {
    drop(text);
    defer! { println!("done"); }
    text = String::new();
    println!("{text}");
}

fn main() {}
