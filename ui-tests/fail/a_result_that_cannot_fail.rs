use defer_rt::deferrable;

fn close() -> Result<(), std::fmt::Error> {
    Ok(())
}

#[deferrable]
fn call() {
    defer!(close()?);
}

#[deferrable]
fn block() -> u32 {
    defer! {
        close()?;
    }
    1
}

#[deferrable]
fn other_error() -> Result<(), String> {
    defer!(close()?);
    Ok(())
}

#[deferrable]
fn errdefer() -> u32 {
    errdefer!(drop(1));
    1
}

fn main() {}
