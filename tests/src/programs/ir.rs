//! The tree language: that of `go-facts/*.jsonl`, whose `IR.md` says what each statement means, and what
//! Go does not have.

use serde::Deserialize;

/// A program; its first function is the entry point.
#[derive(Clone)]
pub struct Program {
    /// Its functions.
    pub funcs: Vec<Func>,
    /// The runs that are made of it.
    pub runs: Vec<Run>,
}

/// One run of a program.
#[derive(Clone, Copy)]
pub struct Run {
    /// What its random numbers start from.
    pub seed: u32,
    /// How often the future of the entry point may wait before it is dropped.
    pub waits: Option<u32>,
}

/// A function.
#[derive(Clone, Deserialize)]
pub struct Func {
    /// `f0`, `f1`, …
    pub name: String,
    /// Whether it has a named result `r`.
    pub result: bool,
    /// What it does.
    pub body: Vec<Stmt>,
    /// In whose manner it is written.
    #[serde(skip)]
    pub manner: Manner,
}

/// Go's functions put their result where they are told to, and hand on the outcome that they are deferred
/// by. Rust's return it.
#[derive(Clone, Copy, Default)]
pub enum Manner {
    /// With `x`, `r` and `recover`.
    #[default]
    Go,
    /// With a result of a type, and async if it `waits`.
    Rust(Frame),
}

/// What a frame is in Rust.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// What it returns.
    pub ty: Ty,
    /// It is async.
    pub waits: bool,
}

/// A type of results.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ty {
    /// `()`
    Unit,
    /// `i32`
    Number,
    /// `Result<i32, i32>`
    Fallible,
    /// `Result<(), i32>`: what a deferred block ends with that has a `?`.
    Exit,
    /// A `Result` with a variable's value in it.
    Kept(Form),
}

/// How a value is handed over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// `Ok(v)`
    Plain,
    /// `Ok((v, 7))`
    Tuple,
    /// `Ok(Pair { held: v, number: 7 })`
    Struct,
}

impl Ty {
    /// Whether it can say that a frame failed.
    #[must_use]
    pub fn can_fail(self) -> bool {
        matches!(self, Self::Fallible | Self::Exit | Self::Kept(_))
    }
}

/// A statement.
#[derive(Clone, Deserialize)]
#[serde(tag = "k", rename_all = "lowercase")]
#[expect(missing_docs, reason = "the corpus names them")]
pub enum Stmt {
    T {
        id: u32,
    },
    Tx {
        id: u32,
    },
    Setx {
        v: i32,
    },
    Addx {
        v: i32,
    },
    Setr {
        v: i32,
    },
    Addr {
        v: i32,
    },
    Vr {
        id: u32,
    },
    Call {
        id: u32,
        f: usize,
    },
    Defer(Defer),
    If {
        cond: String,
        then: Vec<Stmt>,
        r#else: Option<Vec<Stmt>>,
    },
    Switch {
        cases: Vec<Vec<Stmt>>,
        default: Option<Vec<Stmt>>,
    },
    For {
        n: u32,
        label: Option<String>,
        body: Vec<Stmt>,
    },
    While {
        label: Option<String>,
        body: Vec<Stmt>,
    },
    Loop {
        label: Option<String>,
        body: Vec<Stmt>,
    },
    Block {
        label: Option<String>,
        body: Vec<Stmt>,
    },
    Break {
        to: String,
    },
    Continue {
        to: String,
    },
    Return {
        v: Option<i32>,
    },
    Panic {
        v: i32,
    },
    Recover {
        id: u32,
    },
    Closure {
        id: u32,
        body: Vec<Stmt>,
    },
    /// What Go does not have.
    #[serde(skip)]
    Rust(Rust),
}

/// A statement that Go does not have.
#[derive(Clone)]
pub enum Rust {
    /// Declares a variable with a new value, whose drop is traced.
    Let(u32),
    /// Declares a number.
    Count(u32),
    /// Declares a reference to some numbers.
    Slice(u32),
    /// Lets a reference go on to the numbers behind the first one, and traces how many are left.
    Advance(u32, u32),
    /// Changes the value of a variable.
    Bump(u32),
    /// Assigns a new value to a variable.
    Fill(u32, u32),
    /// Lends a variable while a block runs, changes it by that, and traces `S id v n`.
    Lend(u32, u32, Vec<Stmt>),
    /// `consume(id, take!(v))`
    TakeAway(u32, u32),
    /// Declares a variable with what is taken away from another.
    LetTaken(u32, u32),
    /// Traces `S id v n`: a variable and how often it was bumped.
    Show(u32, u32),
    /// A block whose value a new variable gets.
    LetBlock(u32, Vec<Stmt>),
    /// `check(id)?`: fails by chance.
    Try(u32),
    /// `return` with a value that is hidden in a macro.
    Leave(i32),
    /// The value at the end of a body.
    Tail(i32),
    /// A variable's value, at the end of a body.
    HandOut(u32, Form),
    /// `wait(id).await`: not ready once.
    Wait(u32),
    /// A loop with so many turns, each a frame, or without a number a block that is one.
    Marked {
        /// How many turns.
        turns: Option<u32>,
        /// A loop's.
        label: Option<String>,
        /// Of a turn, or of the block.
        body: Vec<Stmt>,
    },
    /// A closure with a result that is called at once.
    Closure(u32, Ty, Vec<Stmt>),
    /// An async block that is awaited at once.
    Async(u32, Ty, Vec<Stmt>),
    /// Traces `O id` and how the frame ends.
    Look(u32),
    /// `outcome.set(…)`
    Set(i32),
    /// `outcome.recover_with(…)`
    RecoverWith(u32, i32),
    /// `outcome.join(check(id))`
    Join(u32),
}

impl Rust {
    /// So many numbers does a new reference refer to.
    pub const NUMBERS: u32 = 3;
}

/// A `defer` and what it defers.
#[derive(Clone, Deserialize)]
pub struct Defer {
    /// The site.
    pub id: u32,
    /// It is an `errdefer!`.
    #[serde(skip)]
    pub on_failure: bool,
    /// A part of the call comes from a fragment `$e:expr` of a macro.
    #[serde(skip)]
    pub fragment: bool,
    /// What is called.
    #[serde(flatten)]
    pub call: Deferred,
}

/// A deferred call.
#[derive(Clone, Deserialize)]
#[serde(tag = "c", rename_all = "lowercase")]
#[expect(missing_docs, reason = "the corpus names them")]
pub enum Deferred {
    T,
    Tx,
    ArgCall {
        f: usize,
    },
    Fn {
        f: usize,
    },
    Lit {
        body: Vec<Stmt>,
    },
    /// `consume(id, v)`: hands a variable over.
    #[serde(skip)]
    HandOver(u32),
    /// The same, and a new value is assigned behind it.
    #[serde(skip)]
    Anew {
        v: u32,
        new: u32,
    },
    /// `consume(id, value(id))`: a value made now.
    #[serde(skip)]
    Fresh,
    /// The same, of a value whose drop panics.
    #[serde(skip)]
    Bomb,
    /// `v.show(id)`: a receiver.
    #[serde(skip)]
    Method(u32),
    /// `show(id, &v)`: a borrow.
    #[serde(skip)]
    Borrow(u32),
    /// `check(id)?`
    #[serde(skip)]
    Try,
    /// `fN()?`
    #[serde(skip)]
    TryFn(usize),
    /// `wait(id).await`
    #[serde(skip)]
    Wait,
    /// A block, or a closure that is handed the outcome.
    #[serde(skip)]
    Block(DeferredBlock),
}

/// A deferred block or closure.
#[derive(Clone)]
pub struct DeferredBlock {
    /// It is a closure that is handed the outcome.
    pub outcome: bool,
    /// It has a `?`, so that its failure joins.
    pub joins: bool,
    /// It has an `.await`.
    pub waits: bool,
    /// What it does.
    pub body: Vec<Stmt>,
}

/// The bodies of a statement, other than those of frames of their own.
#[must_use]
pub fn inner_bodies(stmt: &Stmt) -> Vec<&Vec<Stmt>> {
    match stmt {
        Stmt::If { then, r#else, .. } => std::iter::once(then).chain(r#else).collect(),
        Stmt::Switch { cases, default } => cases.iter().chain(default).collect(),
        Stmt::For { body, .. }
        | Stmt::While { body, .. }
        | Stmt::Loop { body, .. }
        | Stmt::Block { body, .. }
        | Stmt::Rust(Rust::LetBlock(_, body) | Rust::Lend(_, _, body)) => vec![body],
        _ => Vec::new(),
    }
}

/// The body of the frame that a statement holds.
#[must_use]
pub fn frame_body(stmt: &Stmt) -> Option<&Vec<Stmt>> {
    match stmt {
        Stmt::Closure { body, .. }
        | Stmt::Rust(
            Rust::Closure(_, _, body) | Rust::Async(_, _, body) | Rust::Marked { body, .. },
        )
        | Stmt::Defer(Defer {
            call: Deferred::Lit { body } | Deferred::Block(DeferredBlock { body, .. }),
            ..
        }) => Some(body),
        _ => None,
    }
}

/// The variable that a statement declares.
#[must_use]
pub fn declares(stmt: &Stmt) -> Option<u32> {
    match stmt {
        Stmt::Rust(
            Rust::Let(v)
            | Rust::Count(v)
            | Rust::Slice(v)
            | Rust::LetBlock(v, _)
            | Rust::LetTaken(v, _),
        ) => Some(*v),
        _ => None,
    }
}

/// The variables that are taken away or handed out somewhere.
#[must_use]
pub fn taken_away(body: &[Stmt]) -> Vec<u32> {
    let taken = |stmt: &Stmt| {
        let own = match stmt {
            Stmt::Rust(Rust::TakeAway(_, v) | Rust::LetTaken(_, v) | Rust::HandOut(v, _)) => {
                Some(*v)
            }
            _ => None,
        };
        let bodies = inner_bodies(stmt).into_iter().chain(frame_body(stmt));
        let inner: Vec<u32> = bodies.flat_map(|body| taken_away(body)).collect();
        own.into_iter().chain(inner)
    };
    body.iter().flat_map(taken).collect()
}

/// The variables that the statements mention and do not declare, each once, in order.
#[must_use]
pub fn mentioned(body: &[Stmt]) -> Vec<u32> {
    let mut found = Vec::new();
    let mut declared = Vec::new();
    mentions(body, &mut found, &mut declared);
    found.retain(|v| !declared.contains(v));
    found
}

fn mentions(body: &[Stmt], found: &mut Vec<u32>, declared: &mut Vec<u32>) {
    for stmt in body {
        let mentioned = match stmt {
            Stmt::Rust(
                Rust::Bump(v)
                | Rust::Show(_, v)
                | Rust::Advance(_, v)
                | Rust::Fill(_, v)
                | Rust::Lend(_, v, _)
                | Rust::TakeAway(_, v)
                | Rust::LetTaken(_, v)
                | Rust::HandOut(v, _),
            )
            | Stmt::Defer(Defer {
                call:
                    Deferred::HandOver(v)
                    | Deferred::Anew { v, .. }
                    | Deferred::Method(v)
                    | Deferred::Borrow(v),
                ..
            }) => Some(v),
            _ => None,
        };
        declared.extend(declares(stmt));
        if let Some(v) = mentioned.filter(|v| !found.contains(v)) {
            found.push(*v);
        }
        for body in inner_bodies(stmt).into_iter().chain(frame_body(stmt)) {
            mentions(body, found, declared);
        }
    }
}
