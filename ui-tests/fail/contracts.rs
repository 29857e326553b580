use defer_rt::deferrable;

#[deferrable(deny(heap))]
fn in_a_loop(n: u32) {
    for i in 0..n {
        defer!(drop(i));
    }
}

#[deferrable(deny(stack, heap))]
impl S {
    fn nine(&self) {
        defer!(g());
        defer!(g());
        defer!(g());
        defer!(g());
        defer!(g());
        defer!(g());
        defer!(g());
        defer!(g());
        defer!(g());
    }

    fn exits(&self, n: Option<u32>) -> Option<u32> {
        defer!(g());
        defer!(g());
        defer!(g());
        let m = n? + n? + n?;
        Some(m + n? + n?)
    }

    fn within(&self) {
        defer!(g());
    }
}

#[deferrable(deny(await))]
async fn waits() {
    defer!(h().await);
    defer!(g());
}

#[deferrable(deny(open))]
fn what() {}

#[deferrable(deny)]
fn nothing() {}

struct S;

fn g() {}
async fn h() {}

fn main() {}
