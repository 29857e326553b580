//! kind: K23 frames: every form of deferred code in a turn and a block, for every way out.
//! want: what fails, what sees the function's result, and what joins, is what the frame is left by
use defer_rt::deferrable;
use std::ops::ControlFlow;
use std::sync::Mutex;
static T: Mutex<Vec<String>> = Mutex::new(Vec::new());
fn t(s: impl ToString) { T.lock().unwrap().push(s.to_string()); }
fn trace() -> String { std::mem::take(&mut *T.lock().unwrap()).join(" ") }
fn check(fails: bool, what: &str) -> Result<(), String> { if fails { Err(what.into()) } else { Ok(()) } }

#[deferrable]
fn fails(way: &str) -> Result<u32, String> {
    defer!(t("fn"));
    #[deferrable]
    for i in 0..3 {
        errdefer!(t("failed"));
        defer!(|outcome| t(format!("{:?}/{}", outcome.result().map(|r| r.is_ok()), outcome.is_failure())));
        match way {
            "end" => {}
            "continue" => continue,
            "break" => break,
            "ok" => return Ok(i),
            "err" => return Err("err".into()),
            "?" => { check(true, "?")?; }
            "panic" => panic!("panic"),
            _ => unreachable!(),
        }
        if i == 1 { break; }
    }
    t("after");
    Ok(9)
}

#[deferrable]
fn joins(way: &str, fails: bool) -> Result<u32, String> {
    let mut sum = 0;
    #[deferrable]
    for i in 0..2 {
        defer!(check(fails, "deferred")?);
        defer! { t(i); check(false, "not this")?; }
        sum += 1;
        match way { "continue" => continue, "break" => break, "err" => check(true, "body")?, "ok" => return Ok(sum), _ => {} }
    }
    t("after");
    Ok(sum)
}

#[deferrable]
fn sets(recovers: bool) -> u32 {
    #[deferrable]
    for i in 0..3 {
        defer!(|outcome| {
            outcome.set(70);
            if recovers { outcome.recover_with(|_| 80); }
        });
        if i == 2 { return 1; }
        if recovers && i == 1 { panic!("recovered"); }
    }
    5
}

#[deferrable]
fn values(n: u32) -> Option<u32> {
    let found = 'found: {
        #[deferrable]
        for i in 0..n {
            defer!(t(i));
            if i == 2 { break 'found i * 10; }
            if i == 1 { continue; }
        }
        1
    };
    let from_loop = #[deferrable] loop {
        defer!(t("loop"));
        if n == 5 { break None?; }
        break n + 1;
    };
    let named = #[deferrable] 'named: {
        defer!(t("named"));
        if n > 3 { break 'named 7; }
        n.checked_sub(1)?
    };
    Some(found + from_loop + named)
}

macro_rules! bail { ($($t:tt)*) => { return Err(format!($($t)*).into()) } }
macro_rules! ensure { ($c:expr, $($t:tt)*) => { if !$c { return Err(format!($($t)*).into()) } } }

#[deferrable]
fn bails(n: u32) -> Result<String, Box<dyn std::error::Error>> {
    #[deferrable]
    while n > 0 {
        errdefer!(t("undone"));
        ensure!(n != 2, "two {n}");
        println!("{}", n.checked_sub(1).ok_or("none")?);
        assert!(n < 9, "{}", match n { 9 => return Ok("nine".into()), _ => "more" });
        if n == 3 { bail!("three {}", n); }
        let v = vec!["5".parse::<u32>()?, n];
        let _ = v.iter().map(|x| x.checked_sub(9)?.checked_add(1)).count();
        break;
    }
    Ok("done".into())
}

#[deferrable]
fn flows(n: u32) -> ControlFlow<u32, u32> {
    #[deferrable]
    {
        errdefer!(t("broken"));
        if n == 1 { ControlFlow::Break(n)?; }
    }
    ControlFlow::Continue(n)
}

#[deferrable]
fn in_deferred_code(n: u32) {
    defer! {
        for i in 0..n {
            #[deferrable]
            { defer!(t(format!("inner{i}"))); if i == 1 { break; } t("body"); }
        }
        #[deferrable]
        for i in 0..2 { defer!(t(i)); if n == 0 { return; } }
        t("end");
    }
    let sum = |to: u32| -> u32 {
        let mut all = 0;
        #[deferrable]
        for i in 0..to { defer! { t(format!("c{i}")); } if i == 2 { return 100; } all += i; }
        all
    };
    t(sum(2));
    t(sum(4));
}

#[deferrable]
fn borrows<'a>(texts: &'a [String], n: usize) -> Option<&'a String> {
    #[deferrable]
    {
        defer!(t("looked"));
        if n > 5 { return None; }
        if n == 3 { return texts.last(); }
    }
    texts.get(n)
}

#[deferrable]
fn matches_or_ends(given: Option<u32>) -> u32 {
    // In plain Rust, too, a block ahead of `else` needs parentheses.
    #[deferrable]
    let Some(more) = ({ defer!(t("block")); given.map(|it| it + 1) }) else { return 0 };
    defer!(t("fn"));
    more
}

fn main() {
    let ok = |way: &str, result: Result<u32, String>, said: &str| assert_eq!((fails(way), trace()), (result, said.into()), "{way}");
    ok("end", Ok(9), "None/false None/false after fn");
    ok("continue", Ok(9), "None/false None/false None/false after fn");
    ok("break", Ok(9), "None/false after fn");
    ok("ok", Ok(0), "Some(true)/false fn");
    ok("err", Err("err".into()), "Some(false)/true failed fn");
    ok("?", Err("?".into()), "Some(false)/true failed fn");
    std::panic::set_hook(Box::new(|_| {}));
    assert!(std::panic::catch_unwind(|| fails("panic")).is_err());
    assert_eq!(trace(), "None/true failed fn");
    assert_eq!((joins("end", false), trace()), (Ok(2), "0 1 after".into()));
    for way in ["end", "continue", "break"] {
        assert_eq!((joins(way, true), trace()), (Err("deferred".into()), "0".into()));
    }
    assert_eq!((joins("err", true), joins("ok", true), trace()), (Err("body".into()), Err("deferred".into()), "0 0".into()));
    assert_eq!((joins("break", false), joins("ok", false), trace()), (Ok(1), Ok(1), "0 after 0".into()));
    assert_eq!((sets(false), sets(true)), (70, 80));
    assert_eq!((values(1), trace()), (Some(1 + 2), "0 loop named".into()));
    assert_eq!((values(4), trace()), (Some(20 + 5 + 7), "0 1 2 loop named".into()));
    assert_eq!((values(5), trace()), (None, "0 1 2 loop".into()));
    assert_eq!((values(0), trace()), (None, "loop named".into()));
    let bailed = |n| bails(n).map_err(|e| e.to_string());
    assert_eq!((bailed(0), bailed(1), bailed(2), bailed(3)), (Ok("done".into()), Ok("done".into()), Err("two 2".into()), Err("three 3".into())));
    assert_eq!((bailed(9), trace()), (Ok("nine".into()), "undone undone".into()));
    assert_eq!((flows(1), flows(2), trace()), (ControlFlow::Break(1), ControlFlow::Continue(2), "broken".into()));
    in_deferred_code(3);
    assert_eq!(trace(), "c0 c1 1 c0 c1 c2 100 body inner0 inner1 0 1 end");
    in_deferred_code(0);
    assert_eq!(trace(), "c0 c1 1 c0 c1 c2 100 0");
    let texts = ["a".to_string(), "b".into()];
    assert_eq!((borrows(&texts, 3), borrows(&texts, 7), borrows(&texts, 0)), (Some(&texts[1]), None, Some(&texts[0])));
    assert_eq!(trace(), "looked looked looked");
    assert_eq!((matches_or_ends(Some(1)), trace()), (2, "block fn".into()));
    assert_eq!((matches_or_ends(None), trace()), (0, "block".into()));
}
