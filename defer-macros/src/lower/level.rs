//! One level: takes what comes behind a site, gives it run by the runtime, and the way out of the level
//! behind the exit code. It knows whether the frame is async; the mechanisms need not.
//!
//! ```text
//! // Sync                                           // Async
//! let mut slot = Slot::new();                       ended({ let rest = pin!(async { rest });
//! let ended = run::<R, _>(&mut slot, || { rest });          run_async(rest, &frame).await })
//! ```
//!
//! A level with one exit code is left by that. Sites between which no code of the user's can run share a
//! level, so that a panic is caught and raised again once for all of them:
//!
//! ```text
//! // Input                          // Output
//! defer!(release(a));               let deferred0 = Some((a,));
//! defer!(release(b));               let deferred1 = Some((b,));
//! rest                              let mut slot = Slot::new();
//!                                   let ended = run_caught::<R, _>(&mut slot, || { rest });
//!                                   let ended = after(ended, deferred1, |…| { … });
//!                                   let ended = after(ended, deferred0, |…| { … });
//!                                   return end(ended)
//! ```

use std::rc::Rc;

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Block, Lifetime};

use super::result::FrameResult;
use super::sight::Sight;
use crate::names::{self, Names};
use crate::read;
use crate::site::Site;

/// The exit code of a site, or of a loop's sites.
pub(super) struct Exit {
    /// What keeps the captures, ahead of the level.
    pub(super) declare: TokenStream,
    pub(super) code: Code,
    /// No code of the user's runs where the captures are declared.
    pub(super) quiet: bool,
}

/// Exit code, and what it is given.
pub(super) enum Code {
    /// A closure for what was captured, if the site was reached.
    Once { sight: Sight, captures: TokenStream, closure: TokenStream },
    /// The same of a site that is reached for certain, captures nothing and sees nothing: what is behind the closure's
    /// parameters, and where the bars around these stand.
    Certain { bars: Span, body: TokenStream },
    /// A closure for each of the records.
    Each { sight: Sight, records: TokenStream, closure: TokenStream },
    /// It waits: how the level ended after it.
    Waiting(TokenStream),
}

impl Exit {
    /// With what has to be declared ahead of it.
    pub(super) fn declaring(self, ahead: &TokenStream) -> Self {
        let declare = self.declare;
        Self { declare: quote!(#ahead #declare), ..self }
    }

    /// How the level `ended` after it.
    fn after(&self, names: &Names) -> TokenStream {
        let ended = names::local("ended");
        match &self.code {
            Code::Once { sight, captures, closure } => {
                let after = sight.function("after", names);
                quote!(#after(#ended, #captures, #closure))
            }
            Code::Certain { bars, body } => {
                let [after, some] = ["after", "Some"].map(|item| names.private(item));
                let closure = quote_spanned!(*bars=> |()| #body);
                quote!(#after(#ended, #some(()), #closure))
            }
            Code::Each { sight, records, closure } => {
                let after = sight.function("after_each", names);
                quote!(#after(#ended, &mut #records, #closure))
            }
            Code::Waiting(after) => after.clone(),
        }
    }

    /// The way out of a level of which it is all the exit code, if that is a shorter one.
    fn leave(&self, at: Span, names: &Names) -> Option<TokenStream> {
        let (ended, slot) = (names::local("ended"), names::local("slot"));
        let (leave, code) = match &self.code {
            Code::Once { sight, captures, closure } => {
                (sight.function("leave", names), quote!(#captures, #closure))
            }
            Code::Certain { bars, body } => {
                (names.private("leave_certain"), quote_spanned!(*bars=> || #body))
            }
            Code::Each { .. } | Code::Waiting(_) => return None,
        };
        let (leave, handed) = (leave.at(at), quote!(#ended, &mut #slot, #code));
        Some(quote_spanned!(at=> #leave(#handed)))
    }
}

/// What the end of a level leaves.
#[derive(Clone, Copy)]
pub(super) enum Leaves {
    Level,
    /// It is the outermost: there is nobody to keep a result for.
    Frame,
}

/// Levels beyond are not inlined: rustc's recursion limit is for them, too.
const DEEP: usize = 16;

/// Where the rest of a frame was written. Coverage counts a line of a closure's only if it lies within what
/// the closure's body spans, and in a function no line that lies within a closure.
#[derive(Clone, Copy)]
pub(super) struct Written {
    /// The token that it begins with.
    pub(super) from: Span,
    pub(super) frame: Extent,
    /// How many levels it is in.
    pub(super) depth: usize,
}

/// Where a frame was written.
#[derive(Clone, Copy)]
pub(super) struct Extent {
    /// Its block, braces included.
    pub(super) block: Span,
    /// The last token in it: the brace behind that is the frame's, not the rest's.
    pub(super) last: Span,
}

impl Extent {
    pub(super) fn of(block: &Block) -> Self {
        let close = block.brace_token.span.close();
        let last = block.stmts.last().and_then(read::end);
        let last = last.unwrap_or(close);
        Self { block: block.brace_token.span.join(), last }
    }
}

/// How the rest is run.
enum How {
    /// By a function of the runtime's that is given this closure.
    Handed(TokenStream),
    /// By these statements, which say how it `ended`.
    Written(TokenStream),
}

/// The rest of a frame, as it is run, and the exit code behind it.
pub(super) struct Level<'a> {
    names: &'a Names,
    result: Rc<FrameResult>,
    how: How,
    /// From the inside out.
    exits: Vec<Exit>,
}

impl<'a> Level<'a> {
    /// Errors about what the rest borrows or moves are reported at the user's own token.
    pub(super) fn new(
        body: &TokenStream,
        site: &Site,
        written: Written,
        result: &Rc<FrameResult>,
        names: &'a Names,
    ) -> Self {
        let how = if result.waits {
            How::Written(ended_async(body, site.span, written.frame, result, names))
        } else {
            run(body, site, written, result, names)
        };
        Self { names, result: result.clone(), how, exits: Vec::new() }
    }

    /// Whether a site ahead of it may share it.
    pub(super) fn is_quiet(&self) -> bool {
        self.exits.iter().all(|exit| exit.quiet)
    }

    /// Exit code to be run behind the one that is there.
    pub(super) fn with(mut self, exit: Exit) -> Self {
        self.exits.push(exit);
        self
    }

    /// The level as statements.
    pub(super) fn close(self, leaves: Leaves) -> TokenStream {
        let declare = self.exits.iter().rev().map(|exit| &exit.declare);
        let only = self.only();
        let how = self.ended(only.is_some());
        let out = only.unwrap_or_else(|| self.out(leaves));
        quote!(#(#declare)* #how #out)
    }

    /// The way out of a level that has one exit code, where no level around it may recover.
    fn only(&self) -> Option<TokenStream> {
        let [exit] = &self.exits[..] else { return None };
        if self.result.waits || self.result.keeps {
            return None;
        }
        let leave = exit.leave(self.result.place(), self.names)?;
        let ret = self.result.leave();
        Some(quote!(#ret #leave))
    }

    /// The way out through all exit codes.
    fn out(&self, leaves: Leaves) -> TokenStream {
        let (ended, leave) = (names::local("ended"), self.leave(leaves));
        let after = self.exits.iter().map(|exit| exit.after(self.names));
        quote!(#(let #ended = #after;)* #leave)
    }

    /// Runs the rest, and says how it `ended`. With one exit code, that is a panic at most.
    fn ended(&self, only: bool) -> TokenStream {
        let [ended, slot] = ["ended", "slot"].map(names::local);
        let new = self.names.private("Slot::new");
        let run = |run: &str, rest: &TokenStream| {
            let run = self.result.run(run, &quote!(&mut #slot,), rest, self.names);
            quote!(let mut #slot = #new(); let #ended = #run;)
        };
        let caught = match &self.how {
            How::Handed(rest) if only => return run("run", rest),
            How::Handed(rest) => run("run_caught", rest),
            How::Written(how) if only || self.result.waits => return how.clone(),
            How::Written(how) => {
                let caught = self.names.private("caught");
                quote!(#how let #ended = #caught(#ended, &mut #slot);)
            }
        };
        let keeping = self.result.keeps.then(|| {
            let (keeping, kept) = (self.names.private("keeping"), names::local("kept"));
            quote!(let #ended = #keeping(#ended, &mut #kept);)
        });
        quote!(#caught #keeping)
    }

    /// Out of the level. In a future that is being dropped that way ends here, without a result.
    fn leave(&self, leaves: Leaves) -> TokenStream {
        let at = self.result.place();
        let end = match leaves {
            Leaves::Frame if self.result.keeps => "Ended::end_frame",
            Leaves::Frame | Leaves::Level => "Ended::end",
        };
        let (end, ended) = (self.names.private_at(end, at), names::local("ended"));
        if !self.result.waits {
            let leave = self.result.leave();
            return quote_spanned!(at=> #leave #end(#ended));
        }
        let (ok, err) = (self.names.private("Ok"), self.names.private("Err"));
        let (result, dropped) = (names::local("result"), names::local("dropped"));
        let level = Lifetime::new("'level", Span::mixed_site());
        // The result must not be alive at the `await`: it need not be `Send`.
        quote! {
            #level: {
                let #dropped = match #end(#ended) {
                    #ok(#result) => break #level #result,
                    #err(#dropped) => #dropped,
                };
                match #dropped.await {}
            }
        }
    }
}

/// How the rest of a sync frame is run.
fn run(
    body: &TokenStream,
    site: &Site,
    written: Written,
    result: &FrameResult,
    names: &Names,
) -> How {
    let annotation = result.annotation();
    // At the place of the exit code's closure; but where both may hold on to a borrow, not quite: rustc
    // would take the two for one that is made in each turn of a loop.
    let end = if result.may_borrow() { site.bang } else { site.span };
    let [start, end] = [site.span, end].map(names::capturing);
    let (open, close) = (quote_spanned!(start=> |), quote_spanned!(end=> |));
    let mut body = result.block(site.span, body);
    body = names::spanning(written.from, written.frame.last, &body);
    if !annotation.is_empty() {
        // Behind that stands a block, and no other expression.
        body = quote_spanned!(written.frame.block=> { #body });
    }
    let rest = quote!(#open #close #annotation #body);
    if written.depth <= DEEP {
        return How::Handed(rest);
    }
    let once = result.run("rest", &TokenStream::new(), &rest, names);
    How::Written(ended_deep(&once, result, names))
}

/// With the call here, and in no function of the runtime's: rustc counts how deep those call themselves.
fn ended_deep(once: &TokenStream, result: &FrameResult, names: &Names) -> TokenStream {
    let [ended, slot, rest] = ["ended", "slot", "rest"].map(names::local);
    let [slot_of, catch, take, some, full] =
        ["slot", "catch_any", "Option::take", "Some", "Full::new"].map(|item| names.private(item));
    // What never returns fills no slot.
    let run = if result.annotation().is_empty() {
        quote!(#slot.0 = #some(#full(#rest())))
    } else {
        quote!(#rest())
    };
    quote! {
        let mut #slot;
        let #ended = {
            let mut #rest = #once;
            #slot = #slot_of(&#rest);
            #catch(&mut || {
                if let #some(#rest) = #take(&mut #rest) {
                    #run;
                }
            })
        };
    }
}

fn ended_async(
    body: &TokenStream,
    at: Span,
    frame: Extent,
    result: &FrameResult,
    names: &Names,
) -> TokenStream {
    let [pin, some, run] = ["pin", "Some", "run_async"].map(|item| names.private_at(item, at));
    let (body, returns) = (result.block(at, body), result.returns(names));
    let block = async_block(&quote!(#returns #body), at, frame.block);
    let [rest, outcome, frame] = ["rest", "outcome", "frame"].map(names::local);
    let future = quote_spanned!(at=> #pin!(#some(#block)));
    let wait = quote_spanned!(at=> (#rest, &#frame).await);
    let outcome = quote! {{
        let #rest = #future;
        let #outcome = #run #wait;
        #outcome
    }};
    let (ended, kept) = (names.private("ended"), names::local("kept"));
    let name = names::local("ended");
    if !result.keeps {
        return quote!(let #name = #ended(#outcome););
    }
    let ended = names.private("ended_keeping");
    quote!(let #name = #ended(#outcome, &mut #kept);)
}

/// The whole body of an async frame, driven so that it can run exit code when it is dropped.
///
/// Errors about what is held while it waits, and about recursion, stand at the first site.
pub(super) fn drive(
    body: &TokenStream,
    at: Span,
    frame: Extent,
    result: &FrameResult,
    names: &Names,
) -> TokenStream {
    let returns = result.returns(names);
    let body = quote_spanned!(frame.block=> { #returns #body });
    let body = quote_spanned!(names::capturing(at)=> async #body);
    let (pin, drive, kind) =
        (names.private_at("pin", at), names.private_at("drive", at), names.private("AsyncFrame"));
    let [frame, future, end] = ["frame", "body", "end"].map(names::local);
    let leave = result.leave();
    let body = quote_spanned!(at=> #pin!(#body));
    let wait = quote_spanned!(at=> (#future, &#frame).await);
    quote! {
        let #frame = #kind::new();
        let #future = #body;
        let #end = #drive #wait;
        #leave #end
    }
}

/// An async block whose lines are counted, and that is itself no gap in the lines around it: for that its
/// first token is ours.
pub(super) fn async_block(body: &TokenStream, at: Span, written: Span) -> TokenStream {
    let ours = Span::mixed_site().located_at(at);
    let block = quote_spanned!(written=> { #body });
    quote_spanned!(ours=> async #block)
}
