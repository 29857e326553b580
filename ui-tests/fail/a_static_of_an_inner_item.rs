//! The exit sees a copy of an inner block's items, and a copied `static` would be another.
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use defer_rt::deferrable;

#[deferrable]
fn f(count: bool) {
    if count {
        fn next<T>() -> u32 {
            static NEXT: AtomicU32 = AtomicU32::new(0);
            NEXT.fetch_add(1, Relaxed)
        }
        defer! { drop(next::<()>()); }
    }
}

fn main() {}
