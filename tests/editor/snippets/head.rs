#![allow(dead_code, unused_variables, unused_mut, unreachable_code)]

use std::{fs, io};

use defer_rt::Outcome;
use defer_rt::prelude::*;

/// A file.
pub struct File {
    /// How long it is.
    pub length: usize,
}

impl File {
    /// Opens it.
    pub fn open(name: &str) -> io::Result<File> {
        Ok(File { length: name.len() })
    }

    /// Writes to it.
    pub fn write(&mut self, text: &str) -> io::Result<usize> {
        self.length += text.len();
        Ok(text.len())
    }

    /// Closes it.
    pub fn close(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Gives it up.
    pub fn discard(self) {}
}

/// How something went.
pub enum Level {
    /// Well.
    Low,
    /// Not so well.
    High,
}

/// Says something.
pub fn log(what: &str, how_much: usize) {}

/// Waits.
pub async fn wait(file: &File) {}

/// What stands for a deferred closure where nothing is deferred.
pub fn ended<R>(code: impl FnOnce(&mut Outcome<R>)) {}
