use defer_rt::deferrable;

#[deferrable]
fn f(n: u32) -> u32 {
    let () = defer!(g());
    match n {
        0 => defer!(g()),
        _ => {}
    }
    n
}

fn g() {}

fn main() {}
