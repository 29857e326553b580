use defer_rt::deferrable;

#[deferrable(fast)]
fn unknown() {}

#[deferrable(notes, notes)]
fn repeated() {}

#[deferrable(force = "stack", force = "heap")]
fn both() {}

#[deferrable(force = "open")]
fn cannot_be_forced() {}

#[deferrable(force)]
fn forced_to_what() {}

#[deferrable(later = 1, notes, sooner)]
fn two_unknown() {}

#[deferrable(notes, notes)]
fn another_defer() {
    another::defer!(g());
}

mod another {
    macro_rules! defer {
        ($($deferred:tt)*) => {};
    }
    pub(crate) use defer;
}

fn main() {}
