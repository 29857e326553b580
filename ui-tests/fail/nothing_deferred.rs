use defer_rt::deferrable;

#[deferrable]
fn f() {
    defer!();
    defer! {}
    errdefer!();
}

fn main() {}
