use defer_rt::deferrable;

#[deferrable]
fn f(x: u32, g: fn()) {
    defer!(x + 1);
    defer!(g);
    defer!((g()));
    defer!(if x == 1 { g() });
    errdefer!(x);
}

fn main() {}
