//! What is in a loop, what is an exit, what is counted: told of each place by the walk, gives each frame
//! with what Go's rules count in it, and each site's place.
//!
//! A frame is a function body, a closure body, an async block or a deferred block, as in Go every func
//! literal is a function of its own.

use proc_macro2::Span;
use syn::Item;

use crate::site::{Behind, Body, Frame, Loop, LoopId, Placement, Reached, Site, SiteId};
use crate::variable::{FrameId, Moment, Period, VarId};

/// What was found so far.
pub(super) struct Finder {
    pub(super) frames: Vec<Frame>,
    pub(super) placements: Vec<Option<Placement>>,
    /// The frames around this place, innermost last.
    open: Vec<OpenFrame>,
    loops: usize,
}

/// What is known of a frame while the walk is in it.
struct OpenFrame {
    id: FrameId,
    /// The site whose deferred code it is.
    deferred: Option<SiteId>,
    /// What there was when the current statement of the outermost block began.
    outside: Outside,
    began: Moment,
    blocks: usize,
    /// In how much that Go's compiler drops this is: it is not counted.
    dropped: usize,
    /// Whether Go's compiler generates code here.
    live: bool,
    loops: Vec<Loop>,
    outermost_loop: LoopId,
    /// How many declarations, arms and expressions are around, for `blocks == 1` to mean a direct one.
    depth: usize,
    /// The `unsafe` blocks around.
    unsafes: Vec<Span>,
}

/// How many variables and items of blocks there are at some point.
#[derive(Clone, Copy)]
pub(super) struct Outside {
    pub(super) variables: VarId,
    pub(super) items: usize,
}

impl Finder {
    pub(super) fn new(sites: usize) -> Self {
        let placements = (0..sites).map(|_| None).collect();
        Self { frames: Vec::new(), placements, open: Vec::new(), loops: 0 }
    }

    pub(super) fn current(&self) -> FrameId {
        self.open.last().map_or(FrameId(0), |frame| frame.id)
    }

    /// A frame, which may be a site's deferred code, begins; its end counts if it yields a value.
    pub(super) fn open_frame(
        &mut self,
        deferred: Option<SiteId>,
        value: Option<Span>,
        outside: Outside,
        start: Moment,
    ) {
        let id = FrameId(self.frames.len());
        let period = Period { start, end: start };
        let returns = value.into_iter().collect();
        self.frames.push(Frame { sites: Vec::new(), returns, period, body: start });
        // What is dropped is dropped with all that is in it.
        let dropped = self.open.last().map_or(0, |around| around.dropped);
        self.open.push(OpenFrame {
            id,
            deferred,
            outside,
            began: start,
            blocks: 0,
            dropped,
            live: true,
            loops: Vec::new(),
            outermost_loop: LoopId(0),
            depth: 0,
            unsafes: Vec::new(),
        });
    }

    /// Its parameters are bound.
    pub(super) fn begin_body(&mut self, outside: Outside, at: Moment) {
        let frame = self.frame();
        (frame.outside, frame.began) = (outside, at);
        let id = frame.id;
        self.frames[id.0].body = at;
    }

    pub(super) fn close_frame(&mut self, end: Moment) {
        if let Some(frame) = self.open.pop() {
            self.frames[frame.id.0].period.end = end;
        }
    }

    /// How many items of blocks the outermost block of the frame has at the current statement.
    pub(super) fn outside_items(&mut self) -> usize {
        self.frame().outside.items
    }

    pub(super) fn enter_loop(&mut self, entered: Loop) {
        self.loops += 1;
        let id = LoopId(self.loops);
        let frame = self.frame();
        if frame.loops.is_empty() {
            frame.outermost_loop = id;
        }
        let once = entered.once && frame.loops.iter().all(|around| around.once);
        frame.loops.push(Loop { once, ..entered });
    }

    pub(super) fn leave_loop(&mut self) {
        self.frame().loops.pop();
    }

    pub(super) fn enter_block(&mut self) {
        self.frame().blocks += 1;
    }

    pub(super) fn leave_block(&mut self) {
        self.frame().blocks -= 1;
    }

    /// What Go's compiler drops begins.
    pub(super) fn enter_dropped(&mut self) {
        self.frame().dropped += 1;
    }

    pub(super) fn leave_dropped(&mut self) {
        self.frame().dropped -= 1;
    }

    /// Whether Go's compiler generates code here.
    pub(super) fn is_live(&mut self) -> bool {
        self.frame().live
    }

    pub(super) fn set_live(&mut self, live: bool) {
        self.frame().live = live;
    }

    pub(super) fn enter_unsafe(&mut self, at: Span) {
        self.frame().unsafes.push(at);
    }

    pub(super) fn leave_unsafe(&mut self) {
        self.frame().unsafes.pop();
    }

    /// A statement of the block entered last begins.
    pub(super) fn begin_statement(&mut self, outside: Outside, began: Moment) {
        let frame = self.frame();
        if frame.blocks == 1 {
            (frame.outside, frame.began) = (outside, began);
        }
    }

    /// A declaration, arm or expression begins.
    pub(super) fn enter_part(&mut self) {
        self.frame().depth += 1;
    }

    pub(super) fn leave_part(&mut self) {
        self.frame().depth -= 1;
    }

    /// A `return`, a `?`, or a macro known to return; whether it carries a value, and where it is.
    pub(super) fn exit(&mut self, carries: bool, at: Span) {
        let frame = self.frame();
        let (id, dropped) = (frame.id, frame.dropped > 0);
        if !dropped {
            self.frames[id.0].returns.push(at);
        }
        if carries {
            self.joins(at);
        }
    }

    /// An `.await`, or a macro known to have one.
    pub(super) fn awaits(&mut self) {
        self.around(|placement| placement.awaits = true);
    }

    /// A site, with the items of inner blocks that are in scope there.
    pub(super) fn site(&mut self, id: SiteId, site: &Site, start: Moment, items: Vec<Item>) {
        let frame = self.frame();
        let reached = match frame.loops.last() {
            Some(&nearest) => Reached::InLoop { outermost: frame.outermost_loop, nearest },
            None if frame.blocks == 1 && frame.depth == 0 => Reached::Directly,
            None => Reached::Conditionally,
        };
        let placement = Placement {
            frame: frame.id,
            period: Period { start, end: start },
            outside: frame.outside.variables,
            began: frame.began,
            reached,
            items,
            joins: None,
            awaits: matches!(&site.body, Body::Call(_, behind) if behind.awaits.is_some()),
            is_unsafe: frame.unsafes.last().copied(),
            never: frame.dropped > 0 || !frame.live,
        };
        let (frame, dropped) = (placement.frame, frame.dropped > 0);
        if let Body::Call(_, Behind { awaits, joins }) = &site.body {
            if awaits.is_some() {
                self.awaits();
            }
            if let Some(question) = joins {
                self.joins(question.span);
            }
        }
        if !dropped {
            self.frames[frame.0].sites.push(id);
        }
        self.placements[id.0] = Some(placement);
    }

    pub(super) fn end_site(&mut self, id: SiteId, end: Moment) {
        if let Some(placement) = &mut self.placements[id.0] {
            placement.period.end = end;
        }
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
