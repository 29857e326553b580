//! Where a type has to say it, rustc does.

use defer_rt::deferrable;

#[deferrable]
fn in_a_loop(lists: Vec<Vec<u32>>, more: &mut [Vec<u32>]) {
    for list in more {
        defer! { list.clear(); }
        list.push(1);
    }
    for list in lists {
        defer! { println!("{list:?}"); }
        list.push(1);
    }
}

fn main() {}
