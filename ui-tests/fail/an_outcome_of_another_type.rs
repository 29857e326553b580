use defer_rt::deferrable;

#[deferrable]
fn set() -> Result<u32, String> {
    defer!(|outcome| outcome.set(7));
    Ok(1)
}

#[deferrable]
fn recovered() -> u32 {
    defer!(|outcome| {
        outcome.recover_with(|panic| panic.to_string());
    });
    1
}

fn main() {}
