//! What starts a frame, what is in a loop, what is an exit: takes a function and its sites, gives each
//! frame with what Go's rules count in it, and each site's place. This module alone decides these.
//!
//! A frame is a function body, a closure body, an async block or a deferred block, as in Go every func
//! literal is a function of its own.

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Attribute, Block, Expr, ReturnType, Stmt, Type};

use crate::evaluate;
use crate::known;
use crate::parse::Function;
use crate::scope::{FrameStart, Mark, Region, Scopes, Sink, Walk, plain_block};
use crate::site::{Behind, Body, Frame, FrameId, Loop, LoopId, Placement, Reached, Site, SiteId};
use crate::tokens;

/// All that one function has.
pub(crate) struct Found {
    pub(crate) frames: Vec<Frame>,
    /// By the site's number.
    pub(crate) placements: Vec<Placement>,
}

/// Walks the function and its nested frames.
pub(crate) fn find(function: &Function) -> Found {
    let mut finder = Finder { sites: &function.sites, ..Finder::default() };
    finder.placements.resize_with(function.sites.len(), || None);
    let mut walk = Walk { sites: &function.sites, scopes: Scopes::default(), sink: finder };
    walk.function(&function.item.sig, &function.item.block);
    let Finder { frames, placements, .. } = walk.sink;
    // Parsing refuses sites where the walk does not go.
    let missing = "the walk reaches every site that parsing found";
    let placements = placements.into_iter().map(|p| p.expect(missing)).collect();
    Found { frames, placements }
}

/// The end of the frame's body, if it counts as a return: where it yields a value, Go has a `return`.
fn value_at_the_end(start: FrameStart<'_>) -> Option<Span> {
    let value = match start {
        FrameStart::Function(signature, body) => {
            tail(body).filter(|tail| !is_unit(&signature.output) && !diverges(tail))
        }
        FrameStart::Closure(closure) => match (&closure.output, plain_block(&closure.body)) {
            (ReturnType::Type(..), Some(body)) => {
                tail(body).filter(|tail| !is_unit(&closure.output) && !diverges(tail))
            }
            (ReturnType::Default, Some(body)) => tail(body).filter(|tail| yields(tail)),
            (_, None) => Some(&*closure.body).filter(|body| yields(body)),
        },
        FrameStart::Async(body) => tail(body).filter(|tail| yields(tail)),
        FrameStart::Deferred(_) => None,
    };
    value.map(Spanned::span)
}

fn is_unit(output: &ReturnType) -> bool {
    match output {
        ReturnType::Default => true,
        ReturnType::Type(_, ty) => matches!(&**ty, Type::Tuple(tuple) if tuple.elems.is_empty()),
    }
}

fn tail(body: &Block) -> Option<&Expr> {
    match body.stmts.last() {
        Some(Stmt::Expr(tail, None)) => Some(tail),
        _ => None,
    }
}

/// Whether a tail of unknown type looks like a value.
fn yields(tail: &Expr) -> bool {
    let unit = match tail {
        Expr::If(branch) => branch.else_branch.is_none(),
        Expr::ForLoop(_) | Expr::While(_) | Expr::Assign(_) => true,
        Expr::Block(block) => !self::tail(&block.block).is_some_and(yields),
        _ => false,
    };
    !unit && !diverges(tail)
}

/// Whether a tail returns, breaks or panics instead of yielding a value.
fn diverges(tail: &Expr) -> bool {
    match tail {
        Expr::Break(_) | Expr::Continue(_) => true,
        Expr::Match(choice) => choice.arms.iter().all(|arm| diverges(&arm.body)),
        _ => terminates(tail),
    }
}

/// Go's terminators: the compiler drops what stands behind one before it counts. They are `return`,
/// `panic`, an `if` whose two arms terminate, and a plain block whose last statement does.
/// (`cmd/compile/internal/noder/writer.go`, `terminates`)
fn terminates(expr: &Expr) -> bool {
    match expr {
        Expr::Return(_) => true,
        Expr::Macro(call) => known::panics(&call.mac),
        Expr::Call(call) => matches!(&*call.func, Expr::Path(path) if known::raises(&path.path)),
        Expr::Block(block) if block.label.is_none() => last_terminates(&block.block),
        Expr::Unsafe(block) => last_terminates(&block.block),
        Expr::If(branch) => {
            let other = branch.else_branch.as_ref().is_some_and(|(_, other)| match &**other {
                Expr::Block(other) => any_terminates(&other.block),
                other => terminates(other),
            });
            other && any_terminates(&branch.then_branch)
        }
        _ => false,
    }
}

fn any_terminates(block: &Block) -> bool {
    block.stmts.iter().any(statement_terminates)
}

fn last_terminates(block: &Block) -> bool {
    block.stmts.last().is_some_and(statement_terminates)
}

pub(crate) fn statement_terminates(stmt: &Stmt) -> bool {
    match stmt {
        Stmt::Expr(expr, _) => terminates(expr),
        Stmt::Macro(written) => known::panics(&written.mac),
        Stmt::Local(_) | Stmt::Item(_) => false,
    }
}

/// Whether a loop with this body is always left in its first turn.
pub(crate) fn leaves(body: &Block) -> bool {
    let last = body.stmts.last().is_some_and(|last| {
        matches!(last, Stmt::Expr(Expr::Break(_), _)) || statement_terminates(last)
    });
    last && !tokens::mention(body.to_token_stream(), "continue")
}

#[derive(Default)]
struct Finder<'a> {
    sites: &'a [Site],
    frames: Vec<Frame>,
    placements: Vec<Option<Placement>>,
    /// The frames around this place, innermost last.
    open: Vec<OpenFrame>,
    loops: usize,
    /// How many sites the walk has reached.
    order: usize,
}

/// What is known of a frame while the walk is in it.
struct OpenFrame {
    id: FrameId,
    /// The site whose deferred code it is.
    deferred: Option<SiteId>,
    /// What was in scope when the current statement of the outermost block began: all that came later
    /// belongs to inner blocks.
    statement: Mark,
    blocks: usize,
    /// Behind a terminator, in the block of this depth: what follows there is not counted.
    dead_in: Option<usize>,
    loops: Vec<Loop>,
    outermost_loop: LoopId,
    cfgs: Vec<Attribute>,
    /// How many statements, arms and expressions are around, for `blocks == 1` to mean a direct one.
    depth: usize,
}

impl Sink for Finder<'_> {
    fn enter(&mut self, region: &Region<'_>, scopes: &Scopes) {
        match region {
            Region::Frame(start) => self.open_frame(*start, scopes.mark()),
            Region::Loop(entered) => {
                self.loops += 1;
                let id = LoopId(self.loops);
                let frame = self.frame();
                if frame.loops.is_empty() {
                    frame.outermost_loop = id;
                }
                let once = entered.once && frame.loops.iter().all(|around| around.once);
                frame.loops.push(Loop { once, ..*entered });
            }
            Region::Block => self.frame().blocks += 1,
            Region::Statement(_) => {
                let frame = self.frame();
                if frame.blocks == 1 {
                    frame.statement = scopes.mark();
                }
            }
            Region::Attributed(attributes) => {
                let cfgs = attributes.iter().filter(|a| a.path().is_ident("cfg")).cloned();
                let frame = self.frame();
                frame.cfgs.extend(cfgs);
                frame.depth += 1;
            }
        }
    }

    fn leave(&mut self, region: &Region<'_>) {
        match region {
            Region::Frame(_) => drop(self.open.pop()),
            Region::Loop(_) => drop(self.frame().loops.pop()),
            Region::Block => {
                let frame = self.frame();
                if frame.dead_in == Some(frame.blocks) {
                    frame.dead_in = None;
                }
                frame.blocks -= 1;
            }
            Region::Statement(stmt) => {
                let frame = self.frame();
                if frame.dead_in.is_none() && statement_terminates(stmt) {
                    frame.dead_in = Some(frame.blocks);
                }
            }
            Region::Attributed(attributes) => {
                let cfgs = attributes.iter().filter(|a| a.path().is_ident("cfg")).count();
                let frame = self.frame();
                frame.cfgs.truncate(frame.cfgs.len() - cfgs);
                frame.depth -= 1;
            }
        }
    }

    fn exit(&mut self, carries: bool, at: Span) {
        let frame = self.frame();
        let (id, dead) = (frame.id, frame.dead_in.is_some());
        if !dead {
            self.frames[id.0].returns.push(at);
        }
        if carries {
            self.joins(at);
        }
    }

    fn awaits(&mut self) {
        self.around(|placement| placement.awaits = true);
    }

    fn site(&mut self, id: SiteId, site: &Site, scopes: &Scopes) {
        let (all, order) = (self.sites, self.order);
        let frame = self.frame();
        let reached = match frame.loops.last() {
            Some(&nearest) => Reached::InLoop { outermost: frame.outermost_loop, nearest },
            None if frame.blocks == 1 && frame.depth == 0 => Reached::Directly,
            None => Reached::Conditionally,
        };
        let own = site.attrs.iter().filter(|a| a.path().is_ident("cfg"));
        let placement = Placement {
            frame: frame.id,
            order,
            reached,
            cfgs: frame.cfgs.iter().chain(own).cloned().collect(),
            plan: evaluate::plan(all, site, scopes, frame.statement),
            joins: None,
            awaits: matches!(&site.body, Body::Call(_, behind) if behind.awaits.is_some()),
        };
        let (frame, dead) = (placement.frame, frame.dead_in.is_some());
        self.order += 1;
        if let Body::Call(_, Behind { awaits, joins }) = &site.body {
            if awaits.is_some() {
                self.awaits();
            }
            if let Some(question) = joins {
                self.joins(question.span);
            }
        }
        if !dead {
            self.frames[frame.0].sites.push(id);
        }
        self.placements[id.0] = Some(placement);
    }
}

impl Finder<'_> {
    fn open_frame(&mut self, start: FrameStart<'_>, statement: Mark) {
        let id = FrameId(self.frames.len());
        let at_the_end = value_at_the_end(start).into_iter().collect();
        self.frames.push(Frame { sites: Vec::new(), returns: at_the_end });
        let deferred = match start {
            FrameStart::Deferred(site) => Some(site),
            _ => None,
        };
        self.open.push(OpenFrame {
            id,
            deferred,
            statement,
            blocks: 0,
            dead_in: None,
            loops: Vec::new(),
            outermost_loop: LoopId(0),
            cfgs: Vec::new(),
            depth: 0,
        });
    }

    fn joins(&mut self, at: Span) {
        self.around(|placement| placement.joins = placement.joins.or(Some(at)));
    }

    /// What deferred code that is run in deferred code asks of its frame, it asks of the one around too.
    fn around(&mut self, mut ask: impl FnMut(&mut Placement)) {
        for site in self.open.iter().rev().map_while(|frame| frame.deferred) {
            if let Some(placement) = &mut self.placements[site.0] {
                ask(placement);
            }
        }
    }

    fn frame(&mut self) -> &mut OpenFrame {
        self.open.last_mut().expect("the function's own frame is never left")
    }
}
