use defer_rt::deferrable;

fn close(_: u32) {}

#[deferrable]
fn f(x: u32) {
    defer close(x);
}

fn main() {}
