use defer_rt::deferrable;

#[deferrable]
fn without_ok(n: u32) -> Result<u32, String> {
    defer! { println!("{n}"); }
    if n == 1 {
        return "one";
    }
    n
}

#[deferrable]
fn none_is_said(n: u32) {
    defer! { println!("{n}"); }
    n + 1
}

#[deferrable]
async fn waiting(n: u32) -> String {
    defer! { println!("{n}"); }
    n
}

fn main() {}
