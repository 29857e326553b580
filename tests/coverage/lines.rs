//! Each call of `hit` in here is to be counted, by one function's region or closure's.
#![allow(dead_code)]

use defer_rt::deferrable;

fn hit(n: u32) -> u32 {
    n
}

#[deferrable]
fn direct(n: u32) -> Result<u32, u32> {
    hit(1);
    defer!(hit(2));
    hit(3);
    defer! {
        hit(4);
        if n > 3 {
            hit(5);
        }
    }
    if n > 5 {
        return Err(hit(6));
    }
    let found = [1, 2].iter().map(|x| {
        defer!(hit(7));
        hit(*x)
    });
    Ok(found.sum())
}

#[deferrable]
fn rows(n: u32) -> Result<u32, u32> {
    hit(1);
    defer!(hit(2));
    defer!(hit(
        hit(3),
    ));
    errdefer!(hit(n));
    Ok(hit(4))
}

#[deferrable]
fn one_site_in_a_loop(n: u32) -> u32 {
    let mut sum = 0;
    for i in 0..n {
        let mut own = hit(i);
        defer! {
            hit(own);
        }
        own += hit(1);
        sum += hit(own);
    }
    sum
}

#[deferrable]
fn two_sites_in_a_loop(n: u32) {
    for i in 0..n {
        defer!(hit(
            hit(i),
        ));
        if hit(i) > 1 {
            defer! {
                hit(9);
            }
        }
        hit(8);
    }
    defer!(|outcome| {
        hit(u32::from(outcome.is_failure()));
    });
}

#[deferrable]
fn in_branches(n: u32) -> Option<u32> {
    defer! {
        hit(1);
        Some(n)?;
        hit(2);
    }
    if hit(n) > 3 {
        let mut own = n;
        hit(3);
        defer! {
            hit(own);
        }
        own += 1;
        hit(own);
    } else {
        unsafe {
            defer!(hit(n));
        }
    }
    hit(1)
        .checked_add(n)
        .filter(|x| *x > hit(3))
}

#[deferrable]
fn the_last_statement() {
    hit(1);
    defer! { hit(2); }
}

async fn wait(n: u32) -> u32 {
    n
}

#[deferrable]
async fn waits(n: u32) -> Result<u32, u32> {
    hit(1);
    defer!(hit(hit(n)));
    hit(2);
    defer! {
        hit(3);
        wait(4).await;
        hit(4);
    }
    wait(5).await;
    hit(6);
    if n > 3 {
        return Err(hit(7));
    }
    for i in 0..n {
        defer! {
            hit(i);
            wait(6).await;
            hit(i);
        }
    }
    Ok(hit(n))
}

#[deferrable]
fn marked(n: u32) -> Result<u32, u32> {
    defer!(hit(1));
    let mut sum = hit(0);
    #[deferrable]
    for i in 0..hit(n) {
        hit(2);
        defer! {
            hit(3);
        }
        if hit(i) == 1 {
            continue;
        }
        sum += Ok::<u32, u32>(hit(i))?;
        if sum > 5 {
            return Err(hit(4));
        }
    }
    #[deferrable]
    let more = {
        defer!(hit(5));
        hit(6)
    };
    Ok(hit(sum + more))
}

fn main() {
    marked(3).unwrap();
    direct(1).unwrap();
    rows(2).unwrap();
    one_site_in_a_loop(2);
    two_sites_in_a_loop(2);
    let _ = in_branches(2);
    the_last_statement();
    drop(waits(2));
}
