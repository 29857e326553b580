//! What happened in a program under test, in order. It is shared, so that it can be an argument of many
//! defers; the variables under test are plain ones.

use std::cell::RefCell;
use std::fmt::Display;

/// What happened so far.
pub type Log = RefCell<Vec<String>>;

/// One thing more.
pub fn add(log: &Log, text: impl Display) {
    log.borrow_mut().push(text.to_string());
}

/// All of it on a line, and a fresh start.
#[must_use]
pub fn said(log: &Log) -> String {
    log.take().join(" ")
}
