//! A site as the compiler classified it: the data of one JSON note.

use std::fmt;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// One `defer!`. The fields are those of `DEFER_NOTES=json`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub(crate) struct Site {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    /// Of the word `defer` or `errdefer`, in characters.
    pub(crate) width: usize,
    pub(crate) package: String,
    pub(crate) function: String,
    pub(crate) function_line: usize,
    pub(crate) function_end: usize,
    /// The number of its frame in the function.
    pub(crate) frame: usize,
    /// What that is, if it is a turn of a loop or a block.
    pub(crate) within: Option<String>,
    pub(crate) mechanism: Mechanism,
    pub(crate) awaits: bool,
    pub(crate) reason: String,
    pub(crate) remedy: Option<String>,
    #[serde(rename = "loop")]
    pub(crate) in_loop: Option<Loop>,
    /// How many the frame has.
    pub(crate) sites: usize,
    pub(crate) returns: Vec<Place>,
    pub(crate) captures: Vec<Capture>,
    /// Of a heap record; more than one if it depends on type parameters. Only known if asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) record_bytes: Vec<usize>,
}

/// Cheapest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Mechanism {
    /// Control cannot get there: Go's compiler has no line for it.
    NeverReached,
    OpenCoded,
    Stack,
    Heap,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub(crate) struct Place {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// The loop that the verdict is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub(crate) struct Loop {
    pub(crate) line: usize,
    pub(crate) column: usize,
    /// It is always left in its first turn.
    pub(crate) once: bool,
}

/// What goes along by value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub(crate) struct Capture {
    pub(crate) value: String,
    pub(crate) why: String,
}

impl Mechanism {
    pub(crate) const ALL: [Self; 4] =
        [Self::NeverReached, Self::OpenCoded, Self::Stack, Self::Heap];

    /// As arguments and files have it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::NeverReached => "never-reached",
            Self::OpenCoded => "open-coded",
            Self::Stack => "stack",
            Self::Heap => "heap",
        }
    }

    /// There is something to do at the exit that open-coding would save.
    pub(crate) fn costs(self) -> bool {
        matches!(self, Self::Stack | Self::Heap)
    }
}

/// As Go has it.
impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NeverReached => "never reached",
            Self::OpenCoded => "open-coded",
            Self::Stack => "stack-allocated",
            Self::Heap => "heap-allocated",
        })
    }
}

impl Site {
    /// What Go has no word for.
    pub(crate) fn dropped(&self) -> &'static str {
        if self.awaits { "; not run if the future is dropped" } else { "" }
    }

    pub(crate) fn is_reached(&self) -> bool {
        self.mechanism != Mechanism::NeverReached
    }

    /// Go's line, as `DEFER_NOTES=1` prints it, if there is one.
    pub(crate) fn go_line(&self) -> Option<String> {
        self.is_reached()
            .then(|| format!("{}: {} defer{}", self.place(), self.mechanism, self.dropped()))
    }

    /// The mechanism, and why it is that one.
    pub(crate) fn verdict(&self) -> String {
        match self.mechanism {
            Mechanism::NeverReached => self.reason.clone(),
            mechanism => format!("{mechanism}: {}", self.reason),
        }
    }

    /// What the notes and the program call it.
    pub(crate) fn place(&self) -> String {
        let Self { file, line, column, .. } = self;
        format!("{file}:{line}:{column}")
    }

    /// `24 bytes a record`
    pub(crate) fn bytes(&self) -> Option<String> {
        let (least, most) = (self.record_bytes.iter().min()?, self.record_bytes.iter().max()?);
        let most = if most == least { String::new() } else { format!(" to {most}") };
        let noun = if *least == 1 && most.is_empty() { "byte" } else { "bytes" };
        Some(format!("{least}{most} {noun} a record"))
    }
}
