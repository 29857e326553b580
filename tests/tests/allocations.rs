//! How often deferring allocates: exact, so compared exactly.

use std::cell::Cell;

use allocation_counter::{AllocationInfo, measure};
use defer_rt::deferrable;

thread_local!(static RAN: Cell<u64> = const { Cell::new(0) });

fn run(n: u64) {
    RAN.set(RAN.get() + n);
}

#[deferrable]
fn heap(records: u64) {
    for n in 0..records {
        defer!(run(n));
    }
}

#[deferrable]
fn open_coded(n: u64) -> Result<u64, u64> {
    defer!(run(n));
    if n > 3 {
        defer!(run(n + 1));
    }
    Ok(n)
}

#[deferrable(force = "stack")]
fn stack(n: u64) -> u64 {
    defer!(run(n));
    n
}

/// Runs it, and demands that each record's exit code ran once.
fn counted(records: u64) -> AllocationInfo {
    RAN.set(0);
    let counted = measure(|| heap(records));
    assert_eq!(RAN.get(), records * records.saturating_sub(1) / 2);
    counted
}

#[test]
fn open_coded_and_stack_records_allocate_nothing() {
    let counted = measure(|| {
        for n in 0..1000 {
            let _ = open_coded(n);
            stack(n);
        }
    });
    assert_eq!(counted.count_total, 0);
}

#[test]
fn a_handful_of_heap_records_allocates_nothing_however_often() {
    let counted = measure(|| (0..1000).for_each(|_| heap(5)));
    assert_eq!(counted.count_total, 0);
}

#[test]
fn allocations_grow_with_the_logarithm_of_the_records() {
    let counts =
        [6, 10, 100, 1_000, 10_000, 100_000, 1_000_000].map(|records| counted(records).count_total);
    assert_eq!(counts, [1, 1, 5, 10, 30, 51, 70]);
}

#[test]
fn many_records_take_little_more_than_what_they_capture() {
    for records in [10_000, 100_000, 1_000_000] {
        let peak = counted(records).bytes_max;
        assert!(peak * 100 <= records * 8 * 115, "{peak} bytes for {records} records of 8");
    }
}

/// The variable is used behind its `defer!`: its homes are all that is kept.
#[deferrable]
fn used_behind(turns: u64) -> u64 {
    let mut sum = 0;
    for n in 0..turns {
        let mut own = [n, 0];
        defer! { run(own[1]); }
        own[1] = 1;
        sum += own[0];
    }
    sum
}

#[test]
fn a_variable_that_stays_usable_is_kept_once_and_nothing_beside_it() {
    for turns in [0, 5, 6, 100, 1_000] {
        let (kept, records) = (measure(|| assert!(used_behind(turns) < u64::MAX)), counted(turns));
        assert_eq!(kept.count_total, records.count_total);
        assert_eq!(kept.bytes_current, 0);
    }
    let peak = measure(|| assert!(used_behind(100_000) > 0)).bytes_max;
    assert!(peak * 100 <= 100_000 * 16 * 115, "{peak} bytes for 100,000 variables of 16");
}

#[test]
fn nothing_is_left_allocated() {
    assert_eq!(counted(10_000).bytes_current, 0);
}
