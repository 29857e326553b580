use std::fs::File;

use defer_rt::deferrable;

mod locks {
    pub struct Lock;

    impl Lock {
        pub fn release(&self) {}
        fn poison(&self) {}
    }
}

#[deferrable]
fn f(lock: locks::Lock, mut file: File) {
    defer!(lock.relaese());
    defer!(lock.poison());
    defer! { let _ = file.flush(); }
    defer!(|outcome| outcome.recovr());
    println!("a");
}

fn main() {}
