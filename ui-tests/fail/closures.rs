use defer_rt::deferrable;

#[deferrable]
fn f(n: u32) -> Option<u32> {
    defer!(|| g());
    defer!(|a, b| g());
    defer!(move |outcome| drop(outcome));
    defer!(async |outcome| drop(outcome));
    defer! { |outcome| drop(outcome) }
    defer!(|#[allow(unused)] outcome| g());
    Some(n)
}

fn g() {}

fn main() {}
