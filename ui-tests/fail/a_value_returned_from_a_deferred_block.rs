use defer_rt::deferrable;

#[deferrable]
fn number(n: u32) -> u32 {
    defer! {
        if n == 1 {
            return 7;
        }
        println!("{n}");
    }
    n
}

#[deferrable]
fn result(n: u32) -> Result<u32, String> {
    defer! {
        if n == 1 {
            return Ok::<u32, String>(7);
        }
        println!("{n}");
    }
    Ok(n)
}

fn main() {}
