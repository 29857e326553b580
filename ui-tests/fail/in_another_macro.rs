use defer_rt::deferrable;

#[deferrable]
fn f(n: Option<u32>) {
    assert!(matches!(n, Some(_)), "{}", { defer!(g()); 1 });
    let _ = stringify!(defer!(g()));
}

fn g() {}

fn main() {}
