use defer_rt::deferrable;

#[deferrable]
fn f(list: &[u32]) {
    'outer: for n in list {
        for m in 0..*n {
            defer! {
                for i in 0..m {
                    if i == 1 {
                        break;
                    }
                    if i == 2 {
                        continue 'outer;
                    }
                }
                if m == 3 {
                    break;
                }
            }
            defer!(|outcome| if outcome.panic().is_some() {
                break 'outer;
            });
        }
    }
}

#[deferrable]
fn g(check: impl Fn() -> Result<(), String>) -> Result<(), String> {
    loop {
        defer! {
            check()?;
            break;
        }
        defer! {
            for _ in {
                if check().is_ok() {
                    break;
                }
                0..2
            } {}
        }
        return Ok(());
    }
}

fn main() {}
