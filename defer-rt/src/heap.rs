//! The records of heap-allocated defers: takes a record each time a site is reached, gives them back
//! last in, first out. The first few live in the frame, the rest in chunks that are never copied.

use alloc::vec::Vec;

/// How many records the frame holds before the first allocation.
const IN_FRAME: usize = 5;
/// The first chunk's capacity in records. What the chunks hold doubles with each,
const FIRST_CHUNK: usize = 16;
/// until there is no need to grow so fast;
const DOUBLES_UP_TO: usize = 256;
/// at last a chunk holds this fraction of what there is, so at most that much is allocated in vain.
const GROWTH: usize = 8;

/// A stack of records, each with what a site captured.
#[derive(Debug)]
pub struct HeapRecords<S> {
    /// The oldest, from the first place on.
    in_frame: [Option<S>; IN_FRAME],
    used_in_frame: usize,
    /// The newest chunk.
    newest: Vec<S>,
    /// The chunks before it, all full.
    full: Vec<Vec<S>>,
}

impl<S> HeapRecords<S> {
    /// No records yet, and nothing allocated.
    #[inline(always)]
    #[must_use]
    pub const fn new() -> Self {
        let in_frame = [const { None }; IN_FRAME];
        Self { in_frame, used_in_frame: 0, newest: Vec::new(), full: Vec::new() }
    }

    /// The site is reached: one more exit is pending.
    #[inline(always)]
    pub fn push(&mut self, record: S) {
        // First, as it is what a long loop needs; then `Vec::push` need not look again.
        if self.newest.len() < self.newest.capacity() {
            self.newest.push(record);
        } else if let Some(place) = self.in_frame.get_mut(self.used_in_frame) {
            *place = Some(record);
            self.used_in_frame += 1;
        } else {
            self.push_to_new_chunk(record);
        }
    }

    /// The same, for a record that is used in its place.
    #[inline(always)]
    pub(crate) fn push_mut(&mut self, record: S) -> &mut S {
        if self.newest.len() < self.newest.capacity() {
            push_mut(&mut self.newest, record)
        } else if self.used_in_frame < IN_FRAME {
            self.used_in_frame += 1;
            self.in_frame[self.used_in_frame - 1].insert(record)
        } else {
            self.push_to_new_chunk(record)
        }
    }

    /// The newest record, which stays.
    #[inline(always)]
    pub(crate) fn last(&mut self) -> Option<&mut S> {
        if !self.newest.is_empty() {
            return self.newest.last_mut();
        }
        if let Some(full) = self.full.last_mut() {
            return full.last_mut();
        }
        self.in_frame.get_mut(self.used_in_frame.checked_sub(1)?)?.as_mut()
    }

    /// The newest record that is still pending.
    #[inline(always)]
    pub(crate) fn pop(&mut self) -> Option<S> {
        if let Some(record) = self.newest.pop() {
            return Some(record);
        }
        if !self.full.is_empty() {
            return self.pop_from_older_chunk();
        }
        self.used_in_frame = self.used_in_frame.checked_sub(1)?;
        self.in_frame.get_mut(self.used_in_frame)?.take()
    }

    #[cold]
    #[inline(never)]
    fn push_to_new_chunk(&mut self, record: S) -> &mut S {
        let in_chunks = self.newest.len() + self.full.iter().map(Vec::len).sum::<usize>();
        let doubling = in_chunks.clamp(FIRST_CHUNK, DOUBLES_UP_TO);
        let chunk = Vec::with_capacity(doubling.max(in_chunks / GROWTH));
        let full = core::mem::replace(&mut self.newest, chunk);
        if !full.is_empty() {
            self.full.push(full);
        }
        push_mut(&mut self.newest, record)
    }

    #[cold]
    #[inline(never)]
    fn pop_from_older_chunk(&mut self) -> Option<S> {
        self.newest = self.full.pop()?;
        self.newest.pop()
    }
}

/// `Vec::push`, which gives the record back in its place.
#[inline(always)]
fn push_mut<S>(records: &mut Vec<S>, record: S) -> &mut S {
    let at = records.len();
    records.push(record);
    &mut records[at]
}

impl<S> Default for HeapRecords<S> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_last_in_first_out_across_chunks() {
        let mut records = HeapRecords::new();
        let expected: Vec<u32> = (0..10_000).rev().collect();
        (0..10_000u32).for_each(|n| records.push(n));
        assert_eq!(std::iter::from_fn(|| records.pop()).collect::<Vec<_>>(), expected);
        assert!(records.pop().is_none());
    }

    #[test]
    fn pushing_while_draining_keeps_the_order() {
        let mut records = HeapRecords::new();
        (0..40).for_each(|n| records.push(n));
        assert_eq!((0..30).filter_map(|_| records.pop()).count(), 30);
        (100..140).for_each(|n| records.push(n));
        let expected: Vec<i32> = (100..140).rev().chain((0..10).rev()).collect();
        assert_eq!(std::iter::from_fn(|| records.pop()).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn the_first_records_and_those_without_captures_allocate_nothing() {
        let mut few = HeapRecords::new();
        (0..IN_FRAME).for_each(|n| few.push(n));
        assert_eq!(few.newest.capacity(), 0);
        let mut plain = HeapRecords::new();
        (0..1_000_000).for_each(|_| plain.push(()));
        assert!(plain.full.is_empty());
    }

    #[test]
    fn little_is_allocated_in_vain() {
        let mut records = HeapRecords::new();
        (0..1_000_000u64).for_each(|n| records.push(n));
        let allocated =
            records.newest.capacity() + records.full.iter().map(Vec::capacity).sum::<usize>();
        assert!(allocated * 100 <= 1_000_000 * 115, "{allocated} places for 1,000,000 records");
        assert!(records.full.len() <= 120, "{} chunks", records.full.len());
    }
}
