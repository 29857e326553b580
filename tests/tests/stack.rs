//! How much of the stack a level takes in a debug build: counted in bytes, from a frame of one level to one of
//! several. In an optimized build levels are inlined.

use std::cell::Cell;
use std::hint::black_box;

use defer_rt::deferrable;

thread_local!(static DEEPEST: Cell<usize> = const { Cell::new(usize::MAX) });

fn here() -> usize {
    let on_the_stack = 0_u8;
    std::ptr::from_ref(black_box(&on_the_stack)).addr()
}

/// The body of a frame has come so deep.
#[inline(never)]
fn deep(n: u64) -> u64 {
    DEEPEST.set(here().min(DEEPEST.get()));
    n
}

#[inline(never)]
fn close(n: u64) {
    black_box(n);
}

/// Bytes from here to the body of a frame.
fn depth<R>(frame: fn(u64) -> R) -> usize {
    DEEPEST.set(usize::MAX);
    let top = here();
    black_box(frame(black_box(1)));
    top - DEEPEST.get()
}

macro_rules! frames {
    ($one:ident, $five:ident: $Result:ty = $result:expr) => {
        #[deferrable]
        fn $one(n: u64) -> $Result {
            defer!(close(n));
            $result(deep(n))
        }

        #[deferrable]
        fn $five(n: u64) -> $Result {
            defer!(close(n));
            let n = black_box(n + 1);
            defer!(close(n));
            let n = black_box(n + 1);
            defer!(close(n));
            let n = black_box(n + 1);
            defer!(close(n));
            let n = black_box(n + 1);
            defer!(close(n));
            $result(deep(n))
        }
    };
}

const LARGE: usize = 64 << 10;

frames!(one_word, five_words: u64 = |n| n);
frames!(one_large, five_large: [u8; LARGE] = large);

#[expect(clippy::large_stack_arrays, reason = "that is what is tested")]
fn large(n: u64) -> [u8; LARGE] {
    [u8::try_from(n).unwrap_or(9); LARGE]
}

#[test]
fn a_level_takes_little_of_the_stack() {
    let run = || {
        let level = (depth(five_words) - depth(one_word)) / 4;
        println!("a level: {level} bytes");
        assert!(level <= 750, "{level} bytes a level");
        // Of the result: in the slot, and on its way there.
        let level = (depth(five_large) - depth(one_large)) / 4;
        println!("with a result of {LARGE} bytes: {level}");
        assert!(level <= 4 * LARGE + 750, "{level} bytes a level with a result of {LARGE}");
    };
    let thread = std::thread::Builder::new().stack_size(16 << 20).spawn(run);
    thread.expect("a thread").join().expect("a level takes no more");
}
