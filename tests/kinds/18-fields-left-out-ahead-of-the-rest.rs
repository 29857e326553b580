//! kind: K18 what `#[cfg]` leaves out: fields, elements and arguments at the end of a list, also ahead of `..rest`.
//! want: they are left out as without the attribute, and what follows is what it was
use defer_rt::deferrable;

#[derive(Clone, Copy, Debug, PartialEq)]
struct Flags { a: bool, b: bool, c: u32 }

fn t() {}
fn two(a: u32, b: u32) -> u32 { a + b }

#[deferrable]
fn with(rest: Flags, a: bool) -> Flags {
    defer!(t());
    Flags {
        a,
        #[cfg(any())]
        b: false,
        ..rest
    }
}

#[deferrable]
fn without(rest: Flags) -> Flags {
    defer!(t());
    let Flags { a, #[cfg(any())] b, .. } = rest;
    let _ = a;
    Flags {
        #[cfg(any())]
        b: false,
        ..rest
    }
}

#[deferrable]
fn lists(n: u32) -> ((u32,), [u32; 1], u32) {
    defer!(t());
    ((n, #[cfg(any())] 2), [n, #[cfg(any())] 2], two(n, #[cfg(all())] 1, #[cfg(any())] 2))
}

fn main() {
    let rest = Flags { a: false, b: true, c: 3 };
    assert_eq!(with(rest, true), Flags { a: true, ..rest });
    assert_eq!(without(rest), rest);
    assert_eq!(lists(4), ((4,), [4], 5));
}
