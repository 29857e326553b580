use std::fmt::Display;

use defer_rt::deferrable;

struct File;

fn show(shown: impl Display) {
    println!("{shown}");
}

fn save(text: &str, count: u32) {
    println!("{text} {count}");
}

#[deferrable]
fn bound(file: File) {
    defer!(show(file));
    println!("a");
}

#[deferrable]
fn types(text: String, count: u64) {
    defer!(save(text, count));
    println!("a");
}

#[deferrable]
fn no_function(count: u32) {
    defer!(count());
    println!("a");
}

fn main() {}
