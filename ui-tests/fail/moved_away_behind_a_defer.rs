//! What deferred code mentions stays where it is: moving it away is an error where that is done.

use defer_rt::deferrable;

fn consume(_: String) {}

#[deferrable]
fn of_the_outermost_block(name: String) {
    defer! {
        println!("{name}");
    }
    consume(name);
}

#[deferrable]
fn of_a_loop(names: Vec<String>) {
    for name in names {
        defer! {
            println!("{name}");
        }
        consume(name);
    }
}

#[deferrable]
fn of_a_branch(flag: bool) {
    if flag {
        let name = String::from("name");
        defer! {
            println!("{name}");
        }
        let other = name;
        consume(other);
    }
}

#[deferrable]
fn handed_over(name: String) {
    defer!(consume(name));
    consume(name);
}

#[deferrable]
fn handed_over_in_a_loop(names: Vec<String>) {
    for name in names {
        defer!(consume(name));
        consume(name);
    }
}

#[deferrable]
fn into_a_closure(flag: bool) {
    if flag {
        let name = String::from("name");
        defer! {
            println!("{name}");
        }
        let show = move || println!("{name}");
        show();
    }
}

#[deferrable]
async fn of_a_future(names: Vec<String>) {
    for name in names {
        defer! {
            println!("{name}");
        }
        consume(name);
    }
}

fn main() {
    let _ = of_a_future(Vec::new());
}
