use defer_rt::deferrable;

#[deferrable]
fn f() {
    defer!(g( + ));
    defer! { let = 1; }
}

fn main() {}
