use defer_rt::deferrable;

#[deferrable]
fn list() {
    let list = Vec::new();
    defer!(drop(list));
}

#[deferrable]
fn last() {
    let last = None;
    defer! { println!("{}", last.is_some()); }
}

#[deferrable]
fn closure() {
    let show = |x| println!("{}", x.len());
    defer!(show("a"));
}

fn main() {}
