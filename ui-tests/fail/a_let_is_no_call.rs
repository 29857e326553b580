use defer_rt::deferrable;

fn close(_: u32) -> Result<(), String> {
    Ok(())
}

#[deferrable]
fn f(x: u32) {
    defer!(let _ = close(x));
    defer!(let _ = close(x)?);
}

fn main() {}
