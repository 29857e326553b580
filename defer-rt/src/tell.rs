//! How many bytes a heap record has: takes the place of a site and its records' type, leaves a text in the
//! program for `cargo defer --bytes` to find. The size of what is inferred is known nowhere earlier.

use core::marker::PhantomData;

use crate::heap::HeapRecords;

/// Where a site stands: the file, the line, the column.
pub trait Place {
    /// As the notes have it.
    const PLACE: &'static str;
}

/// Leaves the text in the program.
#[inline(never)]
pub fn tell_bytes<P: Place, S>(_: &HeapRecords<S>) {
    core::hint::black_box(&Told::<P, S>::TEXT);
}

struct Told<P, S>(PhantomData<(P, S)>);

impl<P: Place, S> Told<P, S> {
    const TEXT: Text = {
        let mut text = Text::new();
        text.push("defer-rt record [");
        text.push(P::PLACE);
        text.push("] bytes ");
        text.push_number(size_of::<S>());
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
