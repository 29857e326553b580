use defer_rt::deferrable;

fn clear(list: &mut Vec<u32>) {
    list.clear();
}

#[deferrable]
fn in_a_block(n: u32) {
    defer! { n -= 1; }
    println!("{n}");
}

#[deferrable]
fn by_a_method(list: Vec<u32>) {
    defer!(list.push(1));
    println!("{list:?}");
}

#[deferrable]
fn by_an_argument(list: Vec<u32>) {
    defer!(clear(&mut list));
    println!("{list:?}");
}

#[deferrable]
fn behind_a_defer(list: Vec<u32>) {
    defer! { println!("done"); }
    list.push(1);
}

struct Counter(u32);

impl Counter {
    #[deferrable]
    fn count(&self) {
        defer! { self.0 -= 1; }
        println!("{}", self.0);
    }
}

fn main() {}
