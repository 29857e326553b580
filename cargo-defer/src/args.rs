//! The command line: takes the arguments, gives what is asked for. What only cargo understands is handed
//! on to it.

use std::str::FromStr;

use lexopt::{Arg, Parser, ValueExt as _};

use crate::Failure;
use crate::site::Mechanism;

pub(crate) const HELP: &str = "\
Shows how the compiler lowered each `defer!`, and holds it to contracts

Usage: cargo defer [OPTIONS] [PACKAGES]... [-- CHECK_OPTIONS]
       cargo defer explain FILE:LINE [OPTIONS] [-- CHECK_OPTIONS]

Views:
      --go                  Go's line for each site
      --json                An object for each site, in an array
      --sarif               SARIF 2.1.0, for code scanning
      --only MECHANISMS     Show only these: open-coded, stack, heap, never-reached
      --path PATH           Show only what is in this file or folder
      --sort ORDER          place (default), mechanism, function
      --bytes               How many bytes a heap record has; builds, as no check knows it
      --color WHEN          auto (default), always, never

Contracts, on all that is built, whatever is shown:
      --deny MECHANISMS     Fail if there is a site of these: stack, heap
      --max-heap N          Fail if there are more heap-allocated sites
      --baseline FILE       Fail if a function has more stack- or heap-allocated sites than in the file
      --update-baseline     Write the file instead, for what is built

What is built, as in `cargo check`; anything else it takes goes behind `--`:
  -p, --package SPEC        --workspace        --exclude SPEC      --all-targets
      --lib  --bins  --bin NAME  --tests  --test NAME  --examples  --example NAME  --benches  --bench NAME
  -F, --features FEATURES   --all-features     --no-default-features
      --target TRIPLE       --target-dir DIR   --profile NAME      -r, --release
      --manifest-path PATH  --locked           --offline           --frozen

  -h, --help                Print this
  -V, --version             Print the version

`explain` tells of the function around a place: its sites, loops and returns, what is captured and why,
and what would have to change for it to be open-coded; with `--expand`, what the function becomes as well.

Exit codes: 0 all is well, 1 a contract is broken, 2 the command line is wrong, 101 the build failed
";

/// What is asked for.
#[derive(Default)]
pub(crate) struct Args {
    pub(crate) view: View,
    pub(crate) only: Vec<Mechanism>,
    pub(crate) path: Option<String>,
    pub(crate) sort: Sort,
    pub(crate) color: Color,
    pub(crate) bytes: bool,
    pub(crate) expand: bool,
    pub(crate) deny: Vec<Mechanism>,
    pub(crate) max_heap: Option<usize>,
    pub(crate) baseline: Option<String>,
    pub(crate) update_baseline: bool,
    pub(crate) manifest_path: Option<String>,
    /// For `cargo check`.
    pub(crate) check: Vec<String>,
}

#[derive(Default)]
pub(crate) enum View {
    #[default]
    Report,
    Go,
    Json,
    Sarif,
    Explain {
        file: String,
        line: usize,
    },
    Help,
    Version,
}

#[derive(Clone, Copy, Default)]
pub(crate) enum Sort {
    #[default]
    Place,
    Mechanism,
    Function,
}

impl FromStr for Sort {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "place" => Ok(Self::Place),
            "mechanism" => Ok(Self::Mechanism),
            "function" => Ok(Self::Function),
            _ => Err("sites are sorted by place, mechanism or function"),
        }
    }
}

#[derive(Clone, Copy, Default)]
pub(crate) enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

impl FromStr for Color {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "auto" => Ok(Self::Auto),
            "always" => Ok(Self::Always),
            "never" => Ok(Self::Never),
            _ => Err("color is auto, always or never"),
        }
    }
}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Self {
        Self::Usage(error.to_string())
    }
}

/// Reads the command line, in which cargo puts the command's name first.
pub(crate) fn parse() -> Result<Args, Failure> {
    let mut arguments: Vec<_> = std::env::args_os().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "defer") {
        arguments.remove(0);
    }
    let rest = arguments.iter().position(|argument| argument == "--");
    let behind = rest.map(|at| arguments.split_off(at)).unwrap_or_default();
    let mut args = Args::default();
    let mut positional = Vec::new();
    let mut parser = Parser::from_args(arguments);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Value(value) => positional.push(value.string()?),
            Arg::Short('h') | Arg::Long("help") => args.view = View::Help,
            Arg::Short('V') | Arg::Long("version") => args.view = View::Version,
            Arg::Long("go") => args.view = View::Go,
            Arg::Long("json") => args.view = View::Json,
            Arg::Long("sarif") => args.view = View::Sarif,
            Arg::Long("only") => args.only = mechanisms(&parser.value()?.string()?)?,
            Arg::Long("path") => args.path = Some(parser.value()?.string()?),
            Arg::Long("sort") => args.sort = parser.value()?.parse()?,
            Arg::Long("color") => args.color = parser.value()?.parse()?,
            Arg::Long("bytes") => args.bytes = true,
            Arg::Long("expand") => args.expand = true,
            Arg::Long("deny") => args.deny.extend(mechanisms(&parser.value()?.string()?)?),
            Arg::Long("max-heap") => args.max_heap = Some(parser.value()?.parse()?),
            Arg::Long("baseline") => args.baseline = Some(parser.value()?.string()?),
            Arg::Long("update-baseline") => args.update_baseline = true,
            Arg::Short('p') => for_cargo("package", &mut parser, &mut args)?,
            Arg::Short('F') => for_cargo("features", &mut parser, &mut args)?,
            Arg::Short('r') => for_cargo("release", &mut parser, &mut args)?,
            Arg::Short(other) => return Err(unknown(&format!("-{other}"))),
            Arg::Long(name) => {
                let name = name.to_owned();
                for_cargo(&name, &mut parser, &mut args)?;
            }
        }
    }
    args.check.extend(behind.into_iter().skip(1).map(|word| word.to_string_lossy().into_owned()));
    place(args, positional)
}

fn for_cargo(name: &str, parser: &mut Parser, args: &mut Args) -> Result<(), Failure> {
    match name {
        "workspace"
        | "all-targets"
        | "lib"
        | "bins"
        | "tests"
        | "examples"
        | "benches"
        | "all-features"
        | "no-default-features"
        | "release"
        | "locked"
        | "offline"
        | "frozen" => {
            args.check.push(format!("--{name}"));
        }
        "package" | "exclude" | "bin" | "test" | "example" | "bench" | "features" | "target"
        | "target-dir" | "profile" | "manifest-path" => {
            let value = parser.value()?.string()?;
            if name == "manifest-path" {
                args.manifest_path = Some(value.clone());
            }
            args.check.push(format!("--{name}={value}"));
        }
        _ => return Err(unknown(&format!("--{name}"))),
    }
    Ok(())
}

fn unknown(argument: &str) -> Failure {
    Failure::Usage(format!("unknown argument `{argument}`; what is for cargo goes behind `--`"))
}

fn mechanisms(words: &str) -> Result<Vec<Mechanism>, Failure> {
    let known = |word: &str| {
        Mechanism::from_word(word).ok_or_else(|| {
            Failure::Usage(format!(
                "`{word}` is no mechanism: there are open-coded, stack, heap and never-reached"
            ))
        })
    };
    words.split(',').map(str::trim).map(known).collect()
}

/// Packages, or what to explain.
fn place(mut args: Args, positional: Vec<String>) -> Result<Args, Failure> {
    if args.update_baseline && args.baseline.is_none() {
        return Err(Failure::Usage("`--update-baseline` needs `--baseline FILE`".to_owned()));
    }
    if args.deny.iter().any(|mechanism| !mechanism.costs()) {
        return Err(Failure::Usage("`--deny` is for stack and heap".to_owned()));
    }
    let explains = positional.first().is_some_and(|first| first == "explain");
    if !explains || matches!(args.view, View::Help | View::Version) {
        args.check.extend(positional.into_iter().map(|package| format!("--package={package}")));
        return Ok(args);
    }
    let [_, place]: [String; 2] = positional.try_into().map_err(|_| usage())?;
    let (file, line) = file_and_line(&place).ok_or_else(usage)?;
    args.view = View::Explain { file, line };
    Ok(args)
}

fn usage() -> Failure {
    Failure::Usage("write `cargo defer explain FILE:LINE`".to_owned())
}

/// A column may follow, as in what reports print.
fn file_and_line(place: &str) -> Option<(String, usize)> {
    let last = |text: &str| {
        let (file, number) = text.rsplit_once(':')?;
        Some((file.to_owned(), number.parse().ok()?))
    };
    let (file, line) = last(place)?;
    Some(last(&file).unwrap_or((file, line)))
}
