//! x
use defer_rt::deferrable;
#[deferrable]
fn f(c: bool) -> Result<u32, String> {
    let mut x = 1;
    defer! { println!("A {x}"); }
    x += 1;
    if c {
        let y = String::from("inner");
        defer! { println!("B {y} {x}"); }
        x += 1;
    }
    for i in 0..6 {
        defer!(show(i, &x));
        let mut v = vec![i];
        defer! { v.push(1); println!("{v:?}"); }
    }
    let z: u32 = "12".parse().map_err(|_| "no".to_string())?;
    Ok(z)
}
fn show(i: i32, x: &i32) {
    println!("show {i} {x}");
}
fn main() {
    println!("{:?}", f(true));
    println!("{:?}", f(false));
}
