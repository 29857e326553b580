//! A mistake in the syntax gives one message, and none for the `defer!`s around it.
use defer_rt::deferrable;

struct Queue {
    len: u32,
}

#[deferrable]
fn no_name(queue: &Queue) -> u32 {
    defer!(drop(1));
    let twice = queue.;
    defer! { drop(2); }
    queue.len
}

#[deferrable]
fn no_name_ahead_of_a_site(queue: &Queue) -> u32 {
    let len = queue.
    defer!(drop(1));
    queue.len
}

#[deferrable]
fn no_semicolon(queue: &Queue) -> u32 {
    defer!(drop(1));
    let len = queue.len.pow(2)
    defer!(drop(2));
    len
}

#[deferrable]
fn no_value(queue: &Queue) {
    defer!(drop(1));
    let len = ;
    if queue.len > 3 {
        defer!(drop(2));
    }
}

impl Queue {
    #[deferrable]
    fn no_name_at_the_end(&self) -> &Self {
        defer!(drop(1));
        self.
    }
}

#[deferrable]
fn no_iterator(queue: &Queue) {
    defer!(drop(1));
    for item in { drop(queue.len) }
}

#[deferrable]
fn beyond_repair(queue: &Queue) {
    defer!(drop(1));
    if queue.len > 3 else { drop(2); }
}

#[deferrable]
fn in_what_is_deferred(queue: &Queue) {
    defer!(queue.);
    defer! { queue. }
}

fn main() {
    no_name(&Queue { len: 1 });
}
