use defer_rt::deferrable;

fn option() -> Option<()> {
    None
}

fn number() -> u32 {
    1
}

async fn close() -> Result<(), String> {
    Ok(())
}

#[deferrable]
fn another_kind() -> Result<(), String> {
    defer!(option()?);
    Ok(())
}

#[deferrable]
fn no_kind() -> Result<(), String> {
    defer!(number()?);
    Ok(())
}

#[deferrable]
async fn await_is_missing() -> Result<(), String> {
    defer!(close()?);
    Ok(())
}

#[deferrable]
async fn in_a_block() {
    defer! { close().await?; }
}

fn main() {}
