//! Only the last call would be made at the exit, and nobody means that.
use std::thread::JoinHandle;

use defer_rt::deferrable;

fn flush(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| text.to_owned())
}

#[deferrable]
fn f(thread: JoinHandle<u32>, results: Vec<Result<u32, String>>) -> Result<(), String> {
    defer!(thread.join().unwrap());
    defer!(flush("3").expect("flushed"));
    defer!(flush("4").ok());
    defer!(flush("5").unwrap_or_default());
    errdefer!(flush("6").err());
    defer!(results.first().unwrap());
    Ok(())
}

fn main() {}
