use std::{fmt, io};

use defer_rt::deferrable;

fn write() -> fmt::Result {
    Ok(())
}

#[deferrable]
fn no_result() {
    defer! { println!("done"); }
    write()?;
}

#[deferrable]
fn another_error() -> io::Result<()> {
    defer! { println!("done"); }
    write()?;
    Ok(())
}

fn main() {}
