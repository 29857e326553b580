//! The text that all ways with a `defer!`-like statement share, so that none is written better than
//! another: straight-line frames, and loops for those that defer to the end of the function.

/// Frames without conditional sites. `$init` is what a way needs at the beginning of a function.
macro_rules! straight {
    ([$(#[$frame:meta])*] [$($init:tt)*] $defer:ident [$($to:tt)*]) => {
        $(#[$frame])* #[inline(never)]
        fn one(n: u64) -> Result<u64, u64> {
            $($init)*
            $defer!($($to)* { release(1); });
            Ok(step(n)? + 1)
        }

        $(#[$frame])* #[inline(never)]
        fn four(n: u64, last: u64) -> Result<u64, u64> {
            $($init)*
            $defer!($($to)* { release(1); });
            let a = step(n)?;
            $defer!($($to)* { release(2); });
            $defer!($($to)* { release(3); });
            let b = step(last)?;
            $defer!($($to)* { release(4); });
            Ok(a + b)
        }

        $(#[$frame])* #[inline(never)]
        fn eight(n: u64) -> u64 {
            $($init)*
            $defer!($($to)* { release(1); });
            $defer!($($to)* { release(2); });
            $defer!($($to)* { release(3); });
            $defer!($($to)* { release(4); });
            $defer!($($to)* { release(5); });
            $defer!($($to)* { release(6); });
            $defer!($($to)* { release(7); });
            $defer!($($to)* { release(8); });
            step(n).unwrap_or(0)
        }

        $(#[$frame])* #[inline(never)]
        fn lock(n: u64) -> Result<u64, u64> {
            $($init)*
            LOCK.lock();
            $defer!($($to)* { LOCK.unlock(); });
            Ok(step(n)? + 1)
        }

        $(#[$frame])* #[inline(never)]
        fn large_result(n: u64) -> Result<[u64; 64], u64> {
            $($init)*
            $defer!($($to)* { release(1); });
            let first = step(n)?;
            let mut result = [0; 64];
            result[0] = first;
            Ok(result)
        }

        $(#[$frame])* #[inline(never)]
        fn four_large(n: u64) -> Result<[u64; 64], u64> {
            $($init)*
            $defer!($($to)* { release(1); });
            let first = step(n)?;
            $defer!($($to)* { release(2); });
            $defer!($($to)* { release(3); });
            let second = step(n)?;
            $defer!($($to)* { release(4); });
            let mut result = [0; 64];
            result[0] = first + second;
            Ok(result)
        }

        $(#[$frame])* #[inline(never)]
        fn three_by_six(n: u64) -> Result<u64, u64> {
            $($init)*
            $defer!($($to)* { release(1); });
            let a = step(n)?;
            let b = step(n)?;
            $defer!($($to)* { release(2); });
            let c = step(n)?;
            let d = step(n)?;
            $defer!($($to)* { release(3); });
            let e = step(n)?;
            Ok(a + b + c + d + e)
        }

        $(#[$frame])* #[inline(never)]
        fn nine(n: u64) -> Result<u64, u64> {
            $($init)*
            $defer!($($to)* { release(1); });
            $defer!($($to)* { release(2); });
            $defer!($($to)* { release(3); });
            let a = step(n)?;
            $defer!($($to)* { release(4); });
            $defer!($($to)* { release(5); });
            $defer!($($to)* { release(6); });
            let b = step(n)?;
            $defer!($($to)* { release(7); });
            $defer!($($to)* { release(8); });
            $defer!($($to)* { release(9); });
            Ok(a + b + step(n)?)
        }

        $(#[$frame])* #[inline(never)]
        fn sixteen(n: u64) -> Result<u64, u64> {
            $($init)*
            $defer!($($to)* { release(1); });
            $defer!($($to)* { release(2); });
            $defer!($($to)* { release(3); });
            $defer!($($to)* { release(4); });
            let a = step(n)?;
            $defer!($($to)* { release(5); });
            $defer!($($to)* { release(6); });
            $defer!($($to)* { release(7); });
            $defer!($($to)* { release(8); });
            let b = step(n)?;
            $defer!($($to)* { release(9); });
            $defer!($($to)* { release(10); });
            $defer!($($to)* { release(11); });
            $defer!($($to)* { release(12); });
            let c = step(n)?;
            $defer!($($to)* { release(13); });
            $defer!($($to)* { release(14); });
            $defer!($($to)* { release(15); });
            $defer!($($to)* { release(16); });
            Ok(a + b + c + step(n)?)
        }
    };
}

/// Sites in branches, for ways whose `defer!` reaches to the end of the function.
macro_rules! conditional {
    ([$(#[$frame:meta])*] [$($init:tt)*] $defer:ident [$($to:tt)*]) => {
        $(#[$frame])* #[inline(never)]
        fn conditional(n: u64, which: u64) -> Result<u64, u64> {
            $($init)*
            if which & 1 != 0 {
                $defer!($($to)* { release(1); });
            }
            let a = step(n)?;
            if which & 2 != 0 {
                $defer!($($to)* { release(2); });
            }
            let b = step(n)?;
            if which & 4 != 0 {
                $defer!($($to)* { release(3); });
            }
            Ok(a + b)
        }
    };
}

/// Sites in loops, likewise. What is captured depends on the turn of the loop.
macro_rules! loops {
    ([$(#[$frame:meta])*] [$($init:tt)*] $defer:ident [$($to:tt)*]) => {
        $(#[$frame])* #[inline(never)]
        fn loop0(records: u64) {
            $($init)*
            for n in 0..records {
                black_box(n);
                $defer!($($to)* { release(1); });
            }
        }

        $(#[$frame])* #[inline(never)]
        fn loop1(records: u64) {
            $($init)*
            for n in 0..records {
                let n = black_box(n);
                $defer!($($to)* { release(n); });
            }
        }

        $(#[$frame])* #[inline(never)]
        fn loop3(records: u64) {
            $($init)*
            for n in 0..records {
                let (a, b, c) = black_box((n, n + 1, n + 2));
                $defer!($($to)* { release3(a, b, c); });
            }
        }
    };
}

/// The cases of `straight!`. By hand, those that panic are functions of their own.
macro_rules! straight_cases {
    () => {
        straight_cases!(one, four, eight)
    };
    ($one:ident, $four:ident, $eight:ident) => {
        &[
            case!("1 defer", one(1)),
            case!("1 defer, fails", one(FAILS)),
            case!("4 defers", four(1, 1)),
            case!("4 defers, fails early", four(FAILS, 1)),
            case!("4 defers, fails late", four(1, FAILS)),
            case!("8 defers", eight(1)),
            case!("1 lock", lock(1)),
            case!("1 defer, 512 bytes", large_result(1)),
            case!("4 defers, 512 bytes", four_large(1)),
            case!("3 defers × 6 returns", three_by_six(1)),
            case!("9 defers", nine(1)),
            case!("16 defers", sixteen(1)),
            case!("1 defer, panics", catch $one(PANICS)),
            case!("4 defers, panics", catch $four(1, PANICS)),
            case!("8 defers, panics", catch $eight(PANICS)),
        ]
    };
}

/// The cases of `conditional!`.
macro_rules! conditional_cases {
    () => {
        &[
            case!("3 conditional, none", conditional(1, 0)),
            case!("3 conditional, one", conditional(1, 2)),
            case!("3 conditional, all", conditional(1, 7)),
        ]
    };
}

/// The cases of `loops!`.
macro_rules! loop_cases {
    ($($records:literal)*) => {
        &[
            $(case!(concat!("loop, 0 words × ", $records), loop0($records)),)*
            $(case!(concat!("loop, 1 word × ", $records), loop1($records)),)*
            $(case!(concat!("loop, 3 words × ", $records), loop3($records)),)*
        ]
    };
}

macro_rules! case {
    ($name:expr, catch $function:ident($($argument:expr),*)) => {
        crate::Case {
            name: $name,
            run: || {
                let caught = std::panic::catch_unwind(|| $function($(black_box($argument)),*));
                assert!(black_box(caught).is_err());
            },
        }
    };
    ($name:expr, $function:ident($($argument:expr),*)) => {
        crate::Case {
            name: $name,
            run: || {
                let _ = black_box($function($(black_box($argument)),*));
            },
        }
    };
}
