use defer_rt::deferrable;

#[deferrable]
async fn f() {
    defer!(g());
}

#[deferrable]
fn blocks() {
    let _ = async {
        defer!(g());
    };
    let _ = async || {
        defer!(g());
    };
    defer!(h().await);
}

fn g() {}
async fn h() {}

fn main() {}
