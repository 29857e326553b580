//! A transaction that rolls back: each step says how to undo it, and only a failure does.
//!
//! ```text
//! cargo run --example transfer
//! ```

use std::collections::BTreeMap;

use defer_rt::deferrable;

#[derive(Debug, Clone, PartialEq, Default)]
struct Bank {
    accounts: BTreeMap<&'static str, i64>,
    log: Vec<String>,
}

impl Bank {
    fn change(&mut self, name: &'static str, amount: i64) -> Result<(), String> {
        let balance = self.accounts.get_mut(name).ok_or(format!("no account {name}"))?;
        *balance += amount;
        if *balance < 0 {
            *balance -= amount;
            return Err(format!("{name} has too little"));
        }
        Ok(())
    }

    /// Moves every amount or none. The undo steps of a loop accumulate, and run last in, first out.
    #[deferrable]
    fn transfer(
        &mut self,
        to: &'static str,
        from: &[(&'static str, i64)],
        audit: fn(),
    ) -> Result<i64, String> {
        errdefer! { self.log.push(format!("rolled back: {:?}", self.accounts)); }
        let mut total = 0;
        for &(name, amount) in from {
            self.change(name, -amount)?;
            errdefer! {
                *self.accounts.entry(name).or_default() += amount;
            }
            total += amount;
        }
        self.change(to, total)?;
        errdefer! { *self.accounts.entry(to).or_default() -= total; }
        audit();
        Ok(total)
    }
}

fn main() {
    let mut bank =
        Bank { accounts: [("ann", 50), ("bob", 30), ("eve", 0)].into(), log: Vec::new() };
    let before = bank.accounts.clone();

    println!("{:?}", bank.transfer("eve", &[("ann", 20), ("bob", 40)], || {}));
    println!("{:?}", bank.transfer("nobody", &[("ann", 20), ("bob", 10)], || {}));
    std::panic::set_hook(Box::new(|_| {}));
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _ = bank.transfer("eve", &[("ann", 20), ("bob", 10)], || panic!("the audit has a bug"));
    }));
    assert!(caught.is_err());
    assert_eq!(bank.accounts, before, "three failures, three rollbacks");

    println!("{:?}", bank.transfer("eve", &[("ann", 20), ("bob", 10)], || {}));
    assert_eq!(bank.accounts, [("ann", 30), ("bob", 20), ("eve", 30)].into());
    bank.log.iter().for_each(|line| println!("{line}"));
    assert_eq!(bank.log.len(), 3);
}
