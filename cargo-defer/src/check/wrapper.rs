//! In the compiler's place: cargo runs this for the packages of the workspace, and keeps what it makes of
//! them apart from what usual builds make. So those stay fresh, and dependencies are shared with them.

use std::env;
use std::ffi::OsString;
use std::process::{Command, ExitCode};

/// Has cargo do so.
pub(crate) fn put_into(cargo: &mut Command) {
    if let Ok(program) = env::current_exe() {
        cargo.env("RUSTC_WORKSPACE_WRAPPER", program);
    }
}

/// The compiler and its arguments, if cargo called.
pub(crate) fn called() -> Option<Vec<OsString>> {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    let wrapper = env::var_os("RUSTC_WORKSPACE_WRAPPER")?;
    let by_cargo = env::current_exe().is_ok_and(|program| program == wrapper)
        && arguments.first().is_some_and(|first| first != "defer");
    by_cargo.then_some(arguments)
}

/// Runs the compiler, with the macro asked to tell all that it knows. As that is always the same, cargo
/// need not know of it.
pub(crate) fn run(compiler: &[OsString]) -> ExitCode {
    let links = |argument: &OsString| {
        argument.to_str().is_some_and(|text| text.starts_with("--emit=") && text.contains("link"))
    };
    let tell = if compiler.iter().any(links) { "bytes" } else { "sites" };
    let status = Command::new(&compiler[0]).args(&compiler[1..]).env("CARGO_DEFER", tell).status();
    match status {
        Ok(status) => u8::try_from(status.code().unwrap_or(1)).unwrap_or(1).into(),
        Err(error) => {
            eprintln!("error: {}: {error}", compiler[0].display());
            ExitCode::FAILURE
        }
    }
}
