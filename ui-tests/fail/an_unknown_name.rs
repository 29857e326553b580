use defer_rt::deferrable;

fn release(_: u32) {}

#[deferrable]
fn f() {
    let count = 1;
    defer!(relaese(count));
    defer!(release(cuont));
    defer! { println!("{} {cuont}", later); }
    let later = 2;
    release(later);
}

fn main() {}
