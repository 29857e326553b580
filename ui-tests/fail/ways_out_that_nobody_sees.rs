//! A turn or a block that is a frame is left by what the attribute can see.
use defer_rt::deferrable;

macro_rules! each {
    ($($value:expr),*) => { [$($value),*].len() };
}

macro_rules! give_up {
    () => { return Err("given up".to_owned()) };
}

macro_rules! next {
    () => { continue };
}

fn parse(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| text.to_owned())
}

#[deferrable]
fn in_arguments(texts: &[&str]) -> Result<usize, String> {
    let mut count = 0;
    #[deferrable]
    for text in texts {
        defer!(drop(text.len()));
        count += each!(parse(text)?, 1);
        count += each!(if count > 3 { break } else { 1 });
        println!("{}", parse(text)?);
    }
    Ok(count)
}

#[deferrable]
fn hidden(texts: &[&str]) -> Result<(), String> {
    #[deferrable]
    for text in texts {
        defer!(drop(text.len()));
        if text.is_empty() {
            give_up!();
        }
        next!();
    }
    Ok(())
}

#[deferrable]
fn no_result(texts: &[&str]) -> u32 {
    #[deferrable]
    for text in texts {
        defer!(drop(text.len()));
        parse(text)?;
    }
    1
}

#[deferrable]
fn an_option(texts: &[&str]) {
    #[deferrable(forced)]
    for text in texts {
        defer!(drop(text.len()));
    }
}

#[deferrable]
fn in_other_places(count: u32) {
    #[deferrable]
    if count > 1 {
        defer!(drop(count));
    }
    #[deferrable]
    let twice = count * 2;
    drop(twice);
}

fn without_the_attribute(texts: &[&str]) {
    #[deferrable]
    for text in texts {
        drop(text.len());
    }
}

fn main() {}
