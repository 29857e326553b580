use defer_rt::deferrable;

fn show(n: &u32) {
    println!("{n}");
}

#[deferrable]
fn f(mut list: Vec<u32>) {
    defer!(show(&list[0]));
    list.push(1);
}

fn main() {}
