//! How many bytes a heap record has: takes the place of a site, its records, and the homes of what these keep,
//! leaves a text in the program for `cargo defer --bytes` to find. The size of what is inferred is known
//! nowhere earlier.

use core::marker::PhantomData;

use crate::heap::HeapRecords;
use crate::homes::{Home, OpenHomes};

/// Where a site stands: the file, the line, the column.
pub trait Place {
    /// As the notes have it.
    const PLACE: &'static str;
}

/// What grows by so many bytes each time the site is reached.
pub trait Grows {
    /// The bytes.
    const BYTES: usize;
}

impl<S> Grows for HeapRecords<S> {
    const BYTES: usize = size_of::<S>();
}

impl<T> Grows for OpenHomes<T> {
    const BYTES: usize = size_of::<Option<T>>();
}

impl<T> Grows for Home<T> {
    const BYTES: usize = 0;
}

impl<A: Grows, B: Grows> Grows for (&A, &B) {
    const BYTES: usize = A::BYTES + B::BYTES;
}

/// Leaves the text in the program.
#[inline(never)]
pub fn tell_bytes<P: Place, S: Grows>(_: &S) {
    core::hint::black_box(&Told::<P, S>::TEXT);
}

struct Told<P, S>(PhantomData<(P, S)>);

impl<P: Place, S: Grows> Told<P, S> {
    const TEXT: Text = {
        let mut text = Text::new();
        text.push("defer-rt record [");
        text.push(P::PLACE);
        text.push("] bytes ");
        text.push_number(S::BYTES);
        text.push(";");
        text
    };
}

struct Text {
    bytes: [u8; 512],
    len: usize,
}

impl Text {
    const fn new() -> Self {
        Self { bytes: [0; 512], len: 0 }
    }

    const fn push(&mut self, text: &str) {
        let text = text.as_bytes();
        let mut at = 0;
        while at < text.len() {
            self.push_byte(text[at]);
            at += 1;
        }
    }

    const fn push_number(&mut self, number: usize) {
        if number >= 10 {
            self.push_number(number / 10);
        }
        self.push_byte(b"0123456789"[number % 10]);
    }

    /// What does not fit is left out.
    const fn push_byte(&mut self, byte: u8) {
        if self.len < self.bytes.len() {
            self.bytes[self.len] = byte;
            self.len += 1;
        }
    }
}
