use defer_rt::deferrable;

#[deferrable]
fn of_all(list: &mut Vec<u32>) -> Option<&u32> {
    defer! { list.push(1); }
    list.first()
}

#[deferrable]
fn mutably(list: &mut Vec<u32>) -> Option<&mut u32> {
    defer!(list.push(1));
    list.first_mut()
}

fn main() {}
