//! The variables of a function, once the walk has told them apart: each has a number, and every mention
//! of it carries that number in its name, so that no later pass needs to know about scopes. Names are
//! as the user wrote them again before anything is emitted.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;

/// The number of a frame.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct FrameId(pub(crate) usize);

/// The number of a variable within the attributed item, in the order in which they come into scope.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct VarId(pub(crate) usize);

/// What the number stands behind. No name of a user's begins with it.
const MARK: &str = "__defer_variable";

impl VarId {
    /// The variable that a name was marked as.
    pub(crate) fn of(name: &Ident) -> Option<Self> {
        let text = name.to_string();
        let (number, _) = apart(&text)?;
        number.parse().ok().map(Self)
    }

    /// A name as it is without a mark.
    pub(crate) fn plain(name: &Ident) -> String {
        let text = name.unraw().to_string();
        apart(&text).map_or_else(|| text.clone(), |(_, name)| name.to_owned())
    }

    /// The name, marked as this variable's.
    pub(crate) fn mark(self, name: &Ident) -> Ident {
        Ident::new(&format!("{MARK}{}_{}", self.0, name.unraw()), name.span())
    }
}

/// The number and the name of a marked one.
fn apart(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix(MARK)?.split_once('_')
}

/// When the walk gets somewhere, compared with other places: code behind comes later.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub(crate) struct Moment(pub(crate) usize);

/// From its beginning to its end.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Period {
    pub(crate) start: Moment,
    pub(crate) end: Moment,
}

impl Period {
    pub(crate) fn holds(self, moment: Moment) -> bool {
        self.start <= moment && moment <= self.end
    }

    pub(crate) fn surrounds(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// A variable, `self`, or a function of a block, which is used like one.
pub(crate) struct Variable {
    /// As it was bound.
    pub(crate) name: Ident,
    pub(crate) mutable: bool,
    pub(crate) frame: FrameId,
    pub(crate) declared: Moment,
    /// While its first value was computed.
    pub(crate) initialized: Period,
    pub(crate) nature: Nature,
    pub(crate) uses: Vec<Use>,
}

/// What kind of thing a name stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nature {
    /// A variable, of which syntax tells no more.
    Plain,
    /// A variable that is known to be a reference that can be moved, but not copied.
    Reference,
    /// A variable that is known to be a `Box`.
    Boxed,
    /// A variable that is a closure. Whether it has copies, no type tells in the function that it is made in.
    Closure,
    /// A variable with a value of which the type may be for later code to say: `None`, `text.parse()?`.
    Open,
    /// A variable that was declared without a value.
    Late,
    /// A function of a block.
    Function,
    /// Another item of a block, or an import: no variable at all.
    Item,
}

/// A mention of a variable.
#[derive(Clone, Copy)]
pub(crate) struct Use {
    pub(crate) at: Moment,
    pub(crate) how: How,
}

/// What is done with it there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// Read, changed, lent or moved: syntax cannot tell.
    Used,
    /// Given a new value as a whole.
    Assigned,
}

/// A `take!`.
pub(crate) struct Take {
    /// Of its arguments.
    pub(crate) number: usize,
    /// The variable, if it is one and nothing else.
    pub(crate) of: Option<VarId>,
    pub(crate) at: Span,
    pub(crate) frame: FrameId,
    pub(crate) when: Moment,
}

/// All variables of a function, with what becomes of them.
#[derive(Default)]
pub(crate) struct Variables {
    pub(crate) all: Vec<Variable>,
    /// What runs again and again.
    pub(crate) loops: Vec<Period>,
    /// The arms of each branch, of which one runs at most.
    pub(crate) branches: Vec<(FrameId, Vec<Period>)>,
    /// Blocks that end with a `return`, so that nothing of the frame runs behind them.
    pub(crate) leaving: Vec<(FrameId, Period)>,
    pub(crate) takes: Vec<Take>,
}

impl Variables {
    /// The tokens with names as the user wrote them.
    pub(crate) fn unmark(&self, tokens: TokenStream) -> TokenStream {
        self.without_marks(tokens.clone()).unwrap_or(tokens)
    }

    /// Nothing, if there was none: tokens that stay as they were written know which of them stand together.
    fn without_marks(&self, tokens: TokenStream) -> Option<TokenStream> {
        let mut changed = false;
        let new = tokens.into_iter().map(|token| {
            let new = match &token {
                TokenTree::Ident(name) => self.unmarked(name).map(TokenTree::from),
                TokenTree::Group(group) => self.without_marks(group.stream()).map(|inner| {
                    let mut new = Group::new(group.delimiter(), inner);
                    new.set_span(group.span());
                    new.into()
                }),
                TokenTree::Punct(_) | TokenTree::Literal(_) => None,
            };
            changed |= new.is_some();
            new.unwrap_or(token)
        });
        let new = new.collect();
        changed.then_some(new)
    }

    /// The name of the variable that a name is marked as.
    pub(crate) fn unmarked(&self, name: &Ident) -> Option<Ident> {
        let mut unmarked = self.get(VarId::of(name)?).name.clone();
        unmarked.set_span(name.span());
        Some(unmarked)
    }

    pub(crate) fn get(&self, id: VarId) -> &Variable {
        &self.all[id.0]
    }

    /// Whether code that may run behind the period uses the variable: what comes later, or what is in a
    /// loop around it through which the variable lives on.
    pub(crate) fn is_used_behind(&self, id: VarId, period: Period) -> bool {
        self.behind(id, period).next().is_some()
    }

    /// Whether another variable that is used there may have been made of this one, and so refer to it.
    pub(crate) fn is_lent_behind(&self, id: VarId, period: Period) -> bool {
        self.made_of(id, period.start)
            .any(|other| self.is_used_behind(other, period) || self.is_lent_behind(other, period))
    }

    /// The variables that were declared until then with a value in which this one is mentioned.
    pub(crate) fn made_of(&self, id: VarId, until: Moment) -> impl Iterator<Item = VarId> {
        let uses = &self.get(id).uses;
        let others = self.all.iter().enumerate().skip(id.0 + 1);
        let made_of_it = others.filter(move |(_, it)| {
            it.declared <= until && uses.iter().any(|one| it.initialized.holds(one.at))
        });
        made_of_it.map(|(other, _)| VarId(other))
    }

    /// Whether it may get a new value there.
    pub(crate) fn is_assigned_behind(&self, id: VarId, period: Period) -> bool {
        self.behind(id, period).any(|it| it.how == How::Assigned)
    }

    fn behind(&self, id: VarId, period: Period) -> impl Iterator<Item = &Use> {
        let again = self.loop_around(id, period);
        let is_behind = move |at: Moment| match again {
            Some(again) if again.holds(at) => true,
            _ => at > period.end && !self.is_apart(id, period.end, at),
        };
        self.get(id).uses.iter().filter(move |it| is_behind(it.at))
    }

    /// Whether, of two places in the variable's life, the later is never reached from the other: another arm
    /// of a branch is, or the frame is left ahead of it.
    pub(crate) fn is_apart(&self, id: VarId, from: Moment, to: Moment) -> bool {
        let frame = self.get(id).frame;
        let leaves = self.leaving.iter().filter(|(of, _)| *of == frame);
        let mut leaves = leaves.map(|(_, block)| *block);
        let branches = self.branches.iter().filter(|(of, _)| *of == frame);
        let mut arms = branches.filter_map(|(_, arms)| {
            let [one, other] = [from, to].map(|at| arms.iter().position(|arm| arm.holds(at)));
            (one? != other?).then(|| arms[0])
        });
        leaves.any(|block| block.holds(from) && !block.holds(to))
            || arms.any(|arm| self.loop_around(id, arm).is_none())
    }

    /// The outermost loop around the period in which the variable is one for all turns.
    pub(crate) fn loop_around(&self, id: VarId, period: Period) -> Option<Period> {
        let Variable { declared, frame, .. } = *self.get(id);
        let mut leaves = self.leaving.iter().filter(|(of, _)| *of == frame);
        if leaves.any(|(_, block)| block.surrounds(period) && block.start > declared) {
            return None;
        }
        let around = |it: &&Period| it.start > declared && it.surrounds(period);
        self.loops.iter().filter(around).min_by_key(|it| it.start).copied()
    }

    /// Whether the variable is mentioned from the moment on.
    pub(crate) fn is_used_from(&self, id: VarId, moment: Moment) -> bool {
        self.get(id).uses.iter().any(|it| it.at >= moment)
    }

    /// Whether the variable is one in each turn of a loop of its frame.
    pub(crate) fn is_in_loop(&self, id: VarId, frame: Period) -> bool {
        let declared = self.get(id).declared;
        self.loops.iter().any(|it| frame.surrounds(*it) && it.holds(declared))
    }
}
