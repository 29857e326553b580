use defer_rt::deferrable;

mod locks {
    pub struct Lock;

    impl Lock {
        pub fn release(&self) {}
        fn poison(&self) {}
    }

    pub trait Flush {
        fn flush(&self) {}
    }

    impl Flush for Lock {}
}

#[deferrable]
fn f(lock: locks::Lock) {
    defer!(lock.relaese());
    defer!(lock.poison());
    defer! { lock.flush(); }
    defer!(|outcome| outcome.recovr());
    println!("a");
}

fn main() {}
