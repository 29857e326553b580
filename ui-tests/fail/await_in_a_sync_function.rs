use defer_rt::deferrable;

#[deferrable]
fn f() {
    defer!(h().await);
    defer! {
        h().await;
    }
}

async fn h() {}

fn main() {}
