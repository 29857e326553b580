use defer_rt::deferrable;

#[deferrable]
fn f() {
    defer!(recover());
}

fn main() {}
