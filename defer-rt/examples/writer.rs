//! A file writer that loses no error and leaves nothing half-written: buffered writes, flush, `fsync`,
//! rename, removal on failure. Each step is tried against a fault.
//!
//! ```text
//! cargo run --example writer
//! ```

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use defer_rt::deferrable;

/// What goes wrong on the way.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    /// The content cannot be made: an `Err` in the middle.
    Content,
    /// A bug: a panic in the middle.
    Panic,
}

/// Writes all of the lines to `path`, or nothing.
///
/// The first error is the one reported: a failing `fsync` after a failing write does not hide it.
#[deferrable]
fn write_all(path: &Path, lines: u32, fault: Fault) -> io::Result<u64> {
    let part = path.with_extension("part");
    let file = File::create(&part)?;
    errdefer! { let _ = fs::remove_file(&part); }
    defer!(|outcome| {
        // Whatever failed later in the order of the code has failed earlier in time.
        if outcome.result().is_some_and(Result::is_ok) {
            fs::rename(&part, path)?;
        }
    });
    defer!(file.sync_all()?);
    let mut writer = BufWriter::new(&file);
    defer!(writer.flush()?);

    let mut bytes = 0;
    for n in 0..lines {
        match fault {
            Fault::Content if n == lines / 2 => return Err(io::Error::other("no more content")),
            Fault::Panic if n == lines / 2 => panic!("a bug at line {n}"),
            _ => bytes += writer.write(format!("line {n}\n").as_bytes())? as u64,
        }
    }
    Ok(bytes)
}

/// Writes straight to a device, which may be full: the error comes with the flush, at the exit.
#[deferrable]
fn write_to_device(device: &Path) -> io::Result<()> {
    let mut writer = BufWriter::new(File::options().write(true).open(device)?);
    defer!(writer.flush()?);
    writer.write_all(b"small enough to stay in the buffer")
}

/// A panic on the way becomes an error, as a server would have it.
#[deferrable]
fn guarded(path: &Path, fault: Fault) -> io::Result<u64> {
    defer!(|outcome| {
        outcome.recover_with(|panic| Err(io::Error::other(format!("panicked: {panic}"))));
    });
    write_all(path, 10_000, fault)
}

#[deferrable]
fn main() -> io::Result<()> {
    let folder = std::env::temp_dir().join(format!("writer-{}", std::process::id()));
    fs::create_dir(&folder)?;
    defer!(fs::remove_dir_all(&folder)?);
    std::panic::set_hook(Box::new(|_| {}));

    let path = folder.join("lines.txt");
    for fault in [Fault::Content, Fault::Panic, Fault::None] {
        let result = guarded(&path, fault);
        let left: Vec<_> = fs::read_dir(&folder)?
            .map(|entry| Ok(entry?.file_name()))
            .collect::<io::Result<_>>()?;
        println!("{fault:?}: {result:?}, in the folder: {left:?}");
        assert_eq!(left.is_empty(), fault != Fault::None, "all or nothing");
        assert_eq!(result.is_ok(), fault == Fault::None);
    }
    assert_eq!(fs::read_to_string(&path)?.lines().count(), 10_000);

    let missing = folder.join("missing").join("lines.txt");
    println!("a missing folder: {}", write_all(&missing, 1, Fault::None).expect_err("no folder"));

    let full = Path::new("/dev/full");
    if full.exists() {
        println!("a full disk: {}", write_to_device(full).expect_err("no space"));
    }
    Ok(())
}
