use defer_rt::deferrable;

#[deferrable]
fn f() {
    defer!(drop(1));
    __defer_site!(0);
}

fn main() {}
