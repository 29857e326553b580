use defer_rt::deferrable;

#[deferrable]
fn f(i: u32) {
    defer!(println!("{i}"));
}

fn main() {}
