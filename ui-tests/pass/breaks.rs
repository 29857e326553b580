//! Deferred code may leave its own loops and blocks.
#![deny(warnings)]

use defer_rt::deferrable;

#[deferrable]
fn f(log: &mut Vec<u32>) {
    for n in 0..2 {
        defer! {
            'outer: for i in 0..9 {
                loop {
                    if i == n {
                        continue 'outer;
                    }
                    break;
                }
                while i > n {
                    break 'outer;
                }
                log.push(i);
            }
            let last = 'block: {
                if n == 1 {
                    break 'block 7;
                }
                8
            };
            log.push(last);
        }
    }
}

fn main() {
    let mut log = Vec::new();
    f(&mut log);
    assert_eq!(log, [0, 7, 8]);
}
