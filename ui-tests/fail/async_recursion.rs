use defer_rt::deferrable;

#[deferrable]
async fn count(n: u32) {
    defer! { println!("{n}"); }
    if n > 0 {
        count(n - 1).await;
    }
}

fn main() {}
