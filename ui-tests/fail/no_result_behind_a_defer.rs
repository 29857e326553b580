use defer_rt::deferrable;

#[deferrable]
fn a_semicolon(n: u32) -> u32 {
    defer! { println!("{n}"); }
    n + 1;
}

#[deferrable]
fn nothing(n: u32) -> Result<(), String> {
    defer! { println!("{n}"); }
}

#[deferrable]
async fn waiting(n: u32) -> u32 {
    defer! { println!("{n}"); }
    println!("{n}");
}

fn main() {}
