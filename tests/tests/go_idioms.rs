//! Semantics: what Go's programmers write with `defer`, line by line as they write it. The `defer!` stands
//! right behind what it undoes, and the code goes on with the variable. Each has Go's lines in its comment.

use std::collections::HashMap;
use std::sync::Mutex;

use defer_rt::deferrable;
use defer_tests::log::{Log, add, said};

/// A file that knows what becomes of it.
struct File<'l> {
    name: String,
    lines: Vec<String>,
    log: &'l Log,
}

impl<'l> File<'l> {
    fn open(log: &'l Log, name: &str) -> Result<Self, String> {
        if name.is_empty() {
            return Err("no such file".into());
        }
        add(log, format!("open {name}"));
        Ok(Self { name: name.into(), lines: Vec::new(), log })
    }

    fn write(&mut self, line: &str) -> Result<usize, String> {
        if line == "full" {
            return Err("disk full".into());
        }
        self.lines.push(line.into());
        Ok(line.len())
    }

    fn close(&mut self) -> Result<(), String> {
        add(self.log, format!("close {} of {}", self.name, self.lines.len()));
        if self.name == "remote" { Err("connection lost".into()) } else { Ok(()) }
    }
}

/// ```go
/// for _, name := range names {
///     f, err := os.Open(name)
///     if err != nil { return err }
///     defer f.Close()
///     if err := process(f); err != nil { return err }
/// }
/// ```
#[deferrable]
fn open_close_process(log: &Log, names: &[&str], line: &str) -> Result<usize, String> {
    let mut written = 0;
    for name in names {
        let mut file = File::open(log, name)?;
        defer! { let _ = file.close(); }
        written += file.write(line)?;
        add(log, "processed");
    }
    Ok(written)
}

#[test]
fn in_a_loop_a_file_is_closed_behind_its_open_and_used_after_it() {
    let log = Log::default();
    assert_eq!(open_close_process(&log, &["a", "b"], "hi"), Ok(4));
    assert_eq!(said(&log), "open a processed open b processed close b of 1 close a of 1");
    assert!(open_close_process(&log, &["a", ""], "hi").is_err());
    assert_eq!(said(&log), "open a processed close a of 1");
    assert!(open_close_process(&log, &["a"], "full").is_err());
    assert_eq!(said(&log), "open a close a of 0");
}

/// ```go
/// func Copy(dst, src string) (err error) {
///     in, err := os.Open(src)
///     if err != nil { return err }
///     defer in.Close()
///     out, err := os.Create(dst)
///     if err != nil { return err }
///     defer func() { if cerr := out.Close(); err == nil { err = cerr } }()
///     _, err = io.Copy(out, in)
///     return err
/// }
/// ```
#[deferrable]
fn copy(log: &Log, to: &str, from: &str) -> Result<usize, String> {
    let mut source = File::open(log, from)?;
    defer! { let _ = source.close(); }
    let mut target = File::open(log, to)?;
    defer!(target.close()?);
    target.write(&source.name)
}

#[test]
fn the_error_of_a_close_is_not_lost() {
    let log = Log::default();
    assert_eq!(copy(&log, "b", "a"), Ok(1));
    assert_eq!(said(&log), "open a open b close b of 1 close a of 0");
    assert_eq!(copy(&log, "remote", "a"), Err("connection lost".into()));
    assert_eq!(copy(&log, "remote", "full"), Err("disk full".into()));
}

/// ```go
/// if verbose { log := open("log"); defer log.Close() } else { … }
/// for _, part := range parts { f := open(part); defer f.Close(); … }
/// ```
#[deferrable]
fn branches_and_a_loop(log: &Log, verbose: bool, parts: &[&str]) -> Result<(), String> {
    if verbose {
        let mut trace = File::open(log, "trace")?;
        defer! { let _ = trace.close(); }
        trace.write("begin")?;
    } else {
        let mut quiet = File::open(log, "quiet")?;
        defer! { let _ = quiet.close(); }
        quiet.write("begin")?;
        quiet.write("go on")?;
    }
    for part in parts {
        let mut file = File::open(log, part)?;
        defer! { let _ = file.close(); }
        file.write(part)?;
    }
    Ok(())
}

#[test]
fn defers_of_branches_and_of_a_loop_run_at_the_end_of_the_function() {
    let log = Log::default();
    assert_eq!(branches_and_a_loop(&log, true, &["x", "y"]), Ok(()));
    assert_eq!(said(&log), "open trace open x open y close y of 1 close x of 1 close trace of 1");
    assert_eq!(branches_and_a_loop(&log, false, &["full"]), Err("disk full".into()));
    assert_eq!(said(&log), "open quiet open full close full of 0 close quiet of 2");
}

/// A handler with a cleanup for each of the nine things that it takes: too many for Go to open-code.
#[deferrable]
fn handler(log: &Log) -> Result<usize, String> {
    let mut request = File::open(log, "1")?;
    defer! { let _ = request.close(); }
    let mut session = File::open(log, "2")?;
    defer! { let _ = session.close(); }
    let mut user = File::open(log, "3")?;
    defer! { let _ = user.close(); }
    let mut cache = File::open(log, "4")?;
    defer! { let _ = cache.close(); }
    let mut row = File::open(log, "5")?;
    defer! { let _ = row.close(); }
    let mut upload = File::open(log, "6")?;
    defer! { let _ = upload.close(); }
    let mut span = File::open(log, "7")?;
    defer! { let _ = span.close(); }
    let mut gauge = File::open(log, "8")?;
    defer! { let _ = gauge.close(); }
    let mut response = File::open(log, "9")?;
    defer! { let _ = response.close(); }
    request.write("read")?;
    row.write("read")?;
    response.write("done")
}

/// The same, with those that belong together in one `defer!`.
#[deferrable]
fn grouped(log: &Log) -> Result<usize, String> {
    let (mut request, mut session) = (File::open(log, "1")?, File::open(log, "2")?);
    defer! {
        let _ = session.close();
        let _ = request.close();
    }
    let mut response = File::open(log, "9")?;
    defer! { let _ = response.close(); }
    request.write("read")?;
    session.write("read")?;
    response.write("done")
}

#[test]
fn nine_cleanups_of_a_handler() {
    let log = Log::default();
    assert_eq!(handler(&log), Ok(4));
    let said_all = said(&log);
    let closed: Vec<&str> = said_all.split("close ").skip(1).collect();
    let closed: String = closed.iter().map(|it| &it[..1]).collect();
    assert_eq!(closed, "987654321");
    assert_eq!(grouped(&log), Ok(4));
    assert_eq!(said(&log), "open 1 open 2 open 9 close 9 of 1 close 2 of 1 close 1 of 1");
}

/// A transaction ends with one of these.
struct Transaction<'l>(&'l Log);

impl Transaction<'_> {
    fn execute(&mut self, statement: &str) -> Result<(), String> {
        if statement.is_empty() {
            return Err("syntax error".into());
        }
        add(self.0, statement);
        Ok(())
    }

    fn commit(self) -> Result<(), String> {
        self.0.try_borrow_mut().map_err(|_| "busy")?.push("commit".into());
        Ok(())
    }

    fn rollback(self) {
        add(self.0, "rollback");
    }
}

/// ```go
/// tx, err := db.Begin()
/// if err != nil { return err }
/// defer tx.Rollback()                 // does nothing once it is committed
/// for _, s := range statements { if _, err := tx.Exec(s); err != nil { return err } }
/// return tx.Commit()
/// ```
#[deferrable]
fn transaction(log: &Log, statements: &[&str]) -> Result<(), String> {
    let mut tx = Transaction(log);
    defer!(tx.rollback());
    for statement in statements {
        tx.execute(statement)?;
    }
    take!(tx).commit()
}

/// One for each batch, and what was committed stays so.
#[deferrable]
fn transactions(log: &Log, batches: &[&[&str]]) -> Result<usize, String> {
    for batch in batches {
        let mut tx = Transaction(log);
        defer!(tx.rollback());
        for statement in *batch {
            tx.execute(statement)?;
        }
        take!(tx).commit()?;
    }
    Ok(batches.len())
}

#[test]
fn a_transaction_is_rolled_back_unless_it_is_committed() {
    let log = Log::default();
    assert_eq!(transaction(&log, &["a", "b"]), Ok(()));
    assert_eq!(said(&log), "a b commit");
    assert!(transaction(&log, &["a", ""]).is_err());
    assert_eq!(said(&log), "a rollback");
    assert_eq!(transactions(&log, &[&["a"], &["b"]]), Ok(2));
    assert_eq!(said(&log), "a commit b commit");
    assert!(transactions(&log, &[&["a"], &["b", ""]]).is_err());
    assert_eq!(said(&log), "a commit b rollback");
}

fn note(log: &Log, event: &str, job: &str, attempts: &[usize]) {
    add(log, format!("{event} {job} {attempts:?}"));
}

/// ```go
/// for _, job := range jobs {
///     attempts := []int{}
///     defer note("done", job, &attempts)
///     defer func() { log.Printf("left %s after %d", job, len(attempts)) }()
///     …
/// }
/// ```
#[deferrable]
fn completion_log(log: &Log, jobs: Vec<String>) -> usize {
    let mut done = 0;
    for job in jobs {
        let mut attempts = Vec::new();
        defer!(note(log, "done", &job, &attempts));
        defer! { add(log, format!("left {job} after {}", attempts.len())); }
        while attempts.len() < job.len() {
            attempts.push(attempts.len());
        }
        done += usize::from(!job.is_empty());
    }
    done
}

#[test]
fn a_completion_log_for_each_item_sees_what_became_of_it() {
    let log = Log::default();
    assert_eq!(completion_log(&log, vec!["a".into(), "bcd".into()]), 2);
    assert_eq!(said(&log), "left bcd after 3 done bcd [0, 1, 2] left a after 1 done a [0]");
}

/// ```go
/// if cached {
///     mu.Lock()
///     defer mu.Unlock()
///     return table[key]
/// }
/// ```
#[deferrable]
fn locked_in_a_branch(log: &Log, table: &Mutex<HashMap<u32, u32>>, key: Option<u32>) -> u32 {
    if let Some(key) = key {
        let mut entries = table.lock().unwrap();
        defer! {
            add(log, format!("{} entries", entries.len()));
            drop(entries);
        }
        let hits = entries.entry(key).or_default();
        *hits += 1;
        let hits = *hits;
        return hits;
    }
    // The lock of the other branch was never taken.
    table.try_lock().map_or(0, |entries| entries.values().sum())
}

#[test]
fn a_lock_held_in_a_branch() {
    let (log, table) = (Log::default(), Mutex::default());
    assert_eq!(locked_in_a_branch(&log, &table, Some(7)), 1);
    assert_eq!(locked_in_a_branch(&log, &table, Some(7)), 2);
    assert_eq!(locked_in_a_branch(&log, &table, None), 2);
    assert_eq!(said(&log), "1 entries 1 entries");
}
