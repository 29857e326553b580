use defer_rt::deferrable;

#[deferrable]
const fn constant() {
    defer!(g());
}

#[deferrable]
#[track_caller]
fn tracked() {
    defer!(g());
}

#[track_caller]
#[deferrable]
fn tracked_from_above() {
    defer!(g());
}

const fn g() {}

fn main() {}
