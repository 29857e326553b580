//! The data that the passes hand on, and nothing else: what a site is, where it stands, what it
//! captures, and which mechanism it got for which reason.

use proc_macro2::{Ident, Span};
use syn::{Attribute, Block, Expr, ExprClosure, Item, Token};

/// The number of a site within the attributed item, in source order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct SiteId(pub(crate) usize);

/// A `defer!` as written.
pub(crate) struct Site {
    /// The `defer` token, where notes and errors stand.
    pub(crate) span: Span,
    /// The `!` behind it.
    pub(crate) bang: Span,
    /// The attributes written on the statement.
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) when: When,
    pub(crate) body: Body,
}

/// Which ends of the frame a site's exit code runs at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// `defer!`
    Always,
    /// `errdefer!`
    OnFailure,
}

/// What is deferred; once the values in it are evaluated, what runs at the exit.
#[derive(Clone)]
pub(crate) enum Body {
    /// `defer!(f(a))` or `defer!(x.m(a))`.
    Call(Expr, Behind),
    /// `defer! { … }`: a frame of its own.
    Block(Block),
    /// `defer!(|outcome| …)`: a frame of its own that is handed how this one ends.
    Outcome(ExprClosure),
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
    /// When control reaches the site, compared with others of its statement.
    pub(crate) order: usize,
    pub(crate) reached: Reached,
    /// The `#[cfg]`s of the statements around the site, and its own.
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) plan: Plan,
    /// The deferred block has a `?`, or returns a value, at this place: what it ends with joins the
    /// result.
    pub(crate) joins: Option<Span>,
    /// The deferred code waits, so that it cannot run when the frame's future is dropped.
    pub(crate) awaits: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct FrameId(pub(crate) usize);

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

/// What is evaluated where the site stands, what it takes along, and what is left for the exit.
pub(crate) struct Plan {
    pub(crate) now: Vec<Evaluated>,
    pub(crate) taken: Vec<Taken>,
    /// Items of inner blocks, which the exit code would not see otherwise: imports, constants, generic
    /// functions.
    pub(crate) items: Vec<Item>,
    /// What is left for the exit.
    pub(crate) exit: Body,
}

/// A value that is evaluated at the `defer!`.
pub(crate) struct Evaluated {
    pub(crate) name: Ident,
    pub(crate) value: Expr,
    /// The exit code may need it mutable: a receiver, or the operand of `&mut`.
    pub(crate) mutable: bool,
    /// It is a variable that keeps its name.
    pub(crate) own: bool,
}

/// A variable of an inner block, dead by the time of the exit.
pub(crate) struct Taken {
    /// Its name as the site mentions it.
    pub(crate) name: Ident,
    /// Where it was bound.
    pub(crate) bound: Span,
    pub(crate) mutable: bool,
    /// The exit code seems to mutate it, so its `mut` is not idle.
    pub(crate) mutated: bool,
}

/// What one frame has, as far as Go's rules count it: not what stands behind a terminator.
pub(crate) struct Frame {
    pub(crate) sites: Vec<SiteId>,
    /// Where they stand; the end of the body first, if it is one.
    pub(crate) returns: Vec<Span>,
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
}
