//! `take!` takes a variable that deferred code mentions away from it: nothing else.

use defer_rt::{deferrable, take};

struct Pair {
    left: String,
}

/// No attribute says which code is deferred.
fn outside(name: String) -> String {
    take!(name)
}

/// Nothing is to be taken away from.
#[deferrable]
fn not_deferred(name: String) -> String {
    defer! {
        println!("end");
    }
    take!(name)
}

/// It is deferred, but further down.
#[deferrable]
fn deferred_too_late(flag: bool) -> Option<String> {
    let name = String::from("name");
    if flag {
        return Some(take!(name));
    }
    defer! {
        println!("{name}");
    }
    None
}

/// The exit code mentions the variable as a whole.
#[deferrable]
fn a_field(pair: Pair) -> Result<String, String> {
    errdefer! {
        println!("{}", pair.left);
    }
    Ok(take!(pair.left))
}

/// The closure may never run.
#[deferrable]
fn in_a_closure(name: String) -> Result<String, String> {
    errdefer! {
        println!("{name}");
    }
    let get = || take!(name);
    Ok(get())
}

/// It is gone after the first.
#[deferrable]
fn twice(name: String) -> Result<(String, String), String> {
    errdefer! {
        println!("{name}");
    }
    let first = take!(name);
    let second = take!(name);
    Ok((first, second))
}

/// It is gone after the first here, too.
#[deferrable]
fn twice_in_a_loop(names: Vec<String>) -> Result<Vec<String>, String> {
    let mut all = Vec::new();
    for name in names {
        errdefer! {
            println!("{name}");
        }
        all.push(take!(name));
        all.push(take!(name));
    }
    Ok(all)
}

/// What is gone cannot be read.
#[deferrable]
fn read_behind(name: String) -> Result<usize, String> {
    errdefer! {
        println!("{name}");
    }
    drop(take!(name));
    Ok(name.len())
}

/// Deferred code has it already.
#[deferrable]
fn in_deferred_code(name: String) {
    defer! {
        println!("{name}");
    }
    defer! {
        drop(take!(name));
    }
}

fn main() {}
