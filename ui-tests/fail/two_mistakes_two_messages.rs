use defer_rt::deferrable;

#[deferrable(fast)]
fn f(x: u32) -> u32 {
    defer!(x);
    let y = x + 1;
    defer!(println!("{y}"));
    y
}

fn main() {
    let _: u32 = f(1);
}

