//! The data that the passes hand on, and nothing else: what a site is, where it stands, what it
//! captures, and which mechanism it got for which reason.

use std::rc::Rc;

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::{Attribute, Block, Expr, ExprClosure, Item, ItemFn, Token};

use crate::read::{Arguments, Options};
use crate::variable::{FrameId, Moment, Period, VarId};

/// A function as it was read: its tree, in which markers stand for the sites and for the arguments of
/// macros, and what they stand for.
pub(crate) struct Function {
    pub(crate) item: ItemFn,
    pub(crate) sites: Vec<Site>,
    pub(crate) arguments: Vec<Arguments>,
    /// A loop or a block in it has the attribute.
    pub(crate) marks: bool,
}

/// The number of a site within the attributed item, in source order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct SiteId(pub(crate) usize);

/// A `defer!` as written; once the values in it are evaluated, what is left of it for the exit.
pub(crate) struct Site {
    /// The `defer` token, where notes and errors stand.
    pub(crate) span: Span,
    /// The `!` behind it.
    pub(crate) bang: Span,
    /// All that stands in its parentheses or braces, and these.
    pub(crate) group: Span,
    /// The attributes written on the statement.
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) when: When,
    /// Its frame, if that is a turn of a loop or a block.
    pub(crate) marked: Option<Marked>,
    /// What is evaluated where the site stands.
    pub(crate) now: Vec<Evaluated>,
    pub(crate) body: Body,
}

impl Site {
    /// The options that hold for it.
    pub(crate) fn options<'a>(&'a self, of_the_function: &'a Options) -> &'a Options {
        self.marked.as_ref().map_or(of_the_function, |marked| &*marked.options)
    }
}

/// A loop or a block with the attribute.
#[derive(Clone)]
pub(crate) struct Marked {
    pub(crate) options: Rc<Options>,
    pub(crate) is_loop: bool,
    /// The token that begins it.
    pub(crate) at: Span,
}

impl std::fmt::Display for Marked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = if self.is_loop { "a turn of the loop" } else { "the block" };
        write!(f, "{what} at line {}", self.at.start().line)
    }
}

/// Which ends of the frame a site's exit code runs at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// `defer!`
    Always,
    /// `errdefer!`
    OnFailure,
}

impl When {
    /// What such a site is called.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Always => "defer",
            Self::OnFailure => "errdefer",
        }
    }
}

/// What is deferred.
#[derive(Clone)]
pub(crate) enum Body {
    /// `defer!(f(a))` or `defer!(x.m(a))`.
    Call(Expr, Behind),
    /// `defer! { … }`: a frame of its own.
    Block(Block),
    /// `defer!(|outcome| …)`: a frame of its own that is handed how this one ends.
    Outcome(ExprClosure),
}

impl Body {
    /// What stands in its place while a pass looks at it.
    pub(crate) fn empty() -> Self {
        let brace_token = syn::token::Brace::default();
        Self::Block(Block { brace_token, stmts: Vec::new() })
    }
}

impl ToTokens for Body {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Call(call, _) => call.to_tokens(tokens),
            Self::Block(block) => block.to_tokens(tokens),
            Self::Outcome(closure) => closure.to_tokens(tokens),
        }
    }
}

/// What stands behind a deferred call.
#[derive(Clone, Copy, Default)]
pub(crate) struct Behind {
    pub(crate) awaits: Option<Token![await]>,
    /// Its failure joins the result.
    pub(crate) joins: Option<Token![?]>,
}

/// Where a site stands in its frame.
pub(crate) struct Placement {
    pub(crate) frame: FrameId,
    /// While the walk was in it.
    pub(crate) period: Period,
    /// How many variables there were when the statement of the frame's outermost block began that holds
    /// the site: those that came later belong to inner blocks, and are gone by the exit.
    pub(crate) outside: VarId,
    /// When that statement began.
    pub(crate) began: Moment,
    pub(crate) reached: Reached,
    /// The items of inner blocks that are in scope.
    pub(crate) items: Vec<Item>,
    /// The deferred block has a `?`, or returns a value, at this place: what it ends with joins the
    /// result.
    pub(crate) joins: Option<Span>,
    /// The deferred code waits, so that it cannot run when the frame's future is dropped.
    pub(crate) awaits: bool,
    /// It stands in an `unsafe` block of the frame, here.
    pub(crate) is_unsafe: Option<Span>,
    /// Control cannot reach it, as Go's compiler sees it: it has no note.
    pub(crate) never: bool,
}

/// Whether, and how often, control reaches a site.
#[derive(Clone, Copy)]
pub(crate) enum Reached {
    /// A statement of the frame's outermost block: once, for certain.
    Directly,
    /// In a branch or an inner block: once at most.
    Conditionally,
    /// Any number of times.
    InLoop { outermost: LoopId, nearest: Loop },
}

/// A loop around a site.
#[derive(Clone, Copy)]
pub(crate) struct Loop {
    /// The token that begins it.
    pub(crate) at: Span,
    /// It is always left in its first turn, as are those around it: nothing piles up.
    pub(crate) once: bool,
}

/// An outermost loop of a frame: the sites in it share their records.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct LoopId(pub(crate) usize);

/// What a site takes along for the exit, besides what it evaluates.
pub(crate) struct Plan {
    /// Variables that are values, and moved or copied as such.
    pub(crate) moved: Vec<VarId>,
    /// Variables that are not used behind the site: moved or copied there.
    pub(crate) taken: Vec<Taken>,
    /// Variables that stay usable: where they live from the site on.
    pub(crate) homes: Vec<AtHome>,
    /// All that its records would say is what is in the homes of this variable.
    pub(crate) records: Option<VarId>,
    /// Items of inner blocks, which the exit code would not see otherwise: imports, constants, generic
    /// functions.
    pub(crate) items: Vec<Item>,
}

/// A value that is evaluated at the `defer!`.
pub(crate) struct Evaluated {
    pub(crate) name: Ident,
    /// Where errors about it are reported.
    pub(crate) at: Span,
    pub(crate) value: Expr,
    /// The exit code may need it mutable: a receiver, or the operand of `&mut`.
    pub(crate) mutable: bool,
    pub(crate) kind: Kind,
    /// Where a variable that is handed over is, if it is not where its name says.
    pub(crate) place: Option<Expr>,
}

/// What a value is bound as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A name of the macro's.
    New,
    /// A variable that keeps its name.
    Own,
    /// A copy of this variable, if its type has copies: otherwise the exit code gets the variable itself.
    HandedOver(VarId),
}

/// A variable of an inner block, dead by the time of the exit.
pub(crate) struct Taken {
    pub(crate) variable: VarId,
    /// The exit code seems to mutate it, so its `mut` is not idle.
    pub(crate) mutated: bool,
}

/// A variable with a home that a site's exit code mentions.
pub(crate) struct AtHome {
    pub(crate) variable: VarId,
    /// The site is the first that can be reached, and so the last to run: the variable is its own.
    pub(crate) owned: bool,
    /// The home is one of the frame's outermost block.
    pub(crate) outermost: bool,
}

/// What one frame has, as far as Go's rules count it: not what stands behind a terminator.
pub(crate) struct Frame {
    pub(crate) sites: Vec<SiteId>,
    /// Where they stand; the end of the body first, if it is one.
    pub(crate) returns: Vec<Span>,
    pub(crate) period: Period,
    /// When its body began, behind its parameters.
    pub(crate) body: Moment,
}

/// How a site is lowered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mechanism {
    OpenCoded,
    Stack,
    Heap,
}

/// A site's mechanism, and why it is that one.
pub(crate) struct Verdict {
    pub(crate) mechanism: Mechanism,
    pub(crate) reason: Reason,
}

/// Why a site got its mechanism.
#[derive(Clone, Copy)]
pub(crate) enum Reason {
    /// Within all of Go's limits.
    WithinLimits {
        sites: usize,
        returns: usize,
    },
    InLoop(Loop),
    /// Another site of the frame is in this loop.
    SiblingInLoop(Loop),
    TooManySites {
        sites: usize,
    },
    TooManyExits {
        sites: usize,
        returns: usize,
    },
    /// `force = "…"`.
    Forced,
    /// Control cannot get there.
    NeverReached,
}
