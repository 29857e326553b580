// Unsafe functions, unsafe blocks, foreign ABIs; nothing unsafe comes from the macro.
#![deny(warnings)]

use defer_rt::deferrable;

#[deferrable]
unsafe fn release(p: *mut u32, log: &mut Vec<u32>) -> u32 {
    defer! {
        // SAFETY: the caller's pointer came out of a box.
        log.push(*unsafe { Box::from_raw(p) });
    }
    unsafe {
        defer! { log.push(1); }
        *p += 1;
        *p
    }
}

#[deferrable]
unsafe extern "C" fn foreign(p: *const u32) -> u32 {
    let mut n = 1;
    defer! { n += 1; }
    n += unsafe { *p };
    n
}

fn main() {
    let mut log = Vec::new();
    let p = Box::into_raw(Box::new(4));
    assert_eq!(unsafe { release(p, &mut log) }, 5);
    assert_eq!(log, [1, 5]);
    assert_eq!(unsafe { foreign(&7) }, 8);
}
