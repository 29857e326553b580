use defer_rt::deferrable;

#[deferrable]
fn f() {
    fn inner() {
        defer!(g());
    }
    const { defer!(g()) }
    inner();
}

fn g() {}

fn main() {}
