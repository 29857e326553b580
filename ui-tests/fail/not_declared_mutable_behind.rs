//! What the macro can see has its own message.

use defer_rt::deferrable;

#[deferrable]
fn in_a_loop(lists: Vec<Vec<u32>>) {
    for list in lists {
        let n = list.len();
        defer! { println!("{n} {list:?}"); }
        n += 1;
        let n = &mut n;
        *n += 1;
    }
}

fn main() {}
