//! What a frame returns: takes its signature's result, gives what the closures and futures that its body
//! becomes have to be told of it.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{ReturnType, Signature, Type};

use crate::names::{self, Names};
use crate::read;

/// What a frame returns, for the closures and futures that its body becomes.
#[derive(Clone)]
pub(super) struct FrameResult {
    ty: Known,
    /// Where the signature says it, or leaves it out: errors about a result that is not there stand here.
    at: Option<Span>,
    shape: Shape,
    /// A level that panics keeps what is to be returned, for outer levels that may recover.
    pub(super) keeps: bool,
    /// The frame is async.
    pub(super) waits: bool,
}

/// The types that are no ordinary ones to a closure, or to lints.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Never,
    Unit,
    Ordinary,
}

/// What is known of the result's type.
#[derive(Clone)]
enum Known {
    /// How it is written, and whether a borrow that the frame returns may show in that.
    Said {
        ty: TokenStream,
        borrows: bool,
    },
    /// A variable of generated code has it.
    Carried,
    Nothing,
}

impl Known {
    fn said(ty: TokenStream) -> Self {
        let borrows = ty.to_string().contains(['&', '\'']);
        Self::Said { ty, borrows }
    }
}

impl FrameResult {
    pub(super) fn inferred() -> Self {
        Self { ty: Known::Nothing, at: None, shape: Shape::Ordinary, keeps: true, waits: false }
    }

    pub(super) fn unit() -> Self {
        Self { ty: Known::said(quote!(())), shape: Shape::Unit, keeps: false, ..Self::inferred() }
    }

    /// Lets a variable have the type where it cannot be said: where nobody says it, or where items of the
    /// body may have the names in it. Gives the variable's declaration, to stand outside of these items.
    pub(super) fn carried(self, beside_items: bool, names: &Names) -> (Self, TokenStream) {
        let result = names::local("result_type");
        let declare = match &self.ty {
            Known::Said { ty, .. } if beside_items && self.shape != Shape::Never => {
                let result_of = names.private("type_said");
                quote!(let #result = #result_of::<#ty>();)
            }
            Known::Nothing if !self.waits && self.shape != Shape::Never => {
                let [unknown, value_of] = ["type_to_find", "value_of"].map(|it| names.private(it));
                quote!(let #result = #unknown(); if false { return #value_of(#result); })
            }
            _ => return (self, TokenStream::new()),
        };
        (Self { ty: Known::Carried, ..self }, declare)
    }

    /// Without results to keep, or without exit code that may recover, none is kept.
    pub(super) fn keeping(self, may_recover: bool) -> Self {
        Self { keeps: self.keeps && may_recover, ..self }
    }

    /// With a type that the body says itself, where nothing else does.
    pub(super) fn or_type(self, ty: Option<TokenStream>) -> Self {
        match (&self.ty, ty) {
            (Known::Nothing, Some(ty)) => Self { ty: Known::said(ty), ..self },
            _ => self,
        }
    }

    pub(super) fn waiting(self, waits: bool) -> Self {
        Self { waits, ..self }
    }

    /// What yields the result, as a block: it stands where the signature says what that is. With a label no
    /// lint takes its braces for idle ones; and a block of ours is not asked for a semicolon.
    pub(super) fn block(&self, otherwise: Span, body: &TokenStream) -> TokenStream {
        let at = match self.at {
            Some(at) if self.shape != Shape::Unit => names::capturing(at),
            at => Span::mixed_site().located_at(at.unwrap_or(otherwise)),
        };
        let label = names::label("result", at);
        quote_spanned!(at=> #label: { #body })
    }

    /// The same place, for generated code.
    pub(super) fn place(&self) -> Span {
        let here = Span::mixed_site();
        self.at.map_or(here, |at| here.located_at(at))
    }

    /// Whether a borrow that the frame returns may show in its type.
    pub(super) fn may_borrow(&self) -> bool {
        matches!(self.ty, Known::Said { borrows: true, .. })
    }

    /// Hands the rest to a function, behind other arguments. Its type is said here, not at the closure: errors
    /// about that stay short.
    pub(super) fn run(
        &self,
        run: &str,
        ahead: &TokenStream,
        rest: &TokenStream,
        names: &Names,
    ) -> TokenStream {
        let (run, run_as) = (names.private(run), names.private(format!("{run}_as")));
        let result = names::local("result_type");
        match &self.ty {
            Known::Said { ty, .. } => quote!(#run::<#ty, _>(#ahead #rest)),
            Known::Carried => quote!(#run_as(#result, #ahead #rest)),
            Known::Nothing => quote!(#run(#ahead #rest)),
        }
    }

    /// `-> !` at the closure: that type cannot be said elsewhere.
    pub(super) fn annotation(&self) -> TokenStream {
        if self.shape == Shape::Never { quote!(-> !) } else { TokenStream::new() }
    }

    /// `return`, for those who have lints ask for it. Nothing can be returned as `!`.
    pub(super) fn leave(&self) -> Option<TokenStream> {
        (self.shape != Shape::Never).then(|| quote!(return))
    }

    /// The type of an async block cannot be said, but its first `return` decides it.
    pub(super) fn returns(&self, names: &Names) -> Option<TokenStream> {
        let at = self.place();
        let value = match &self.ty {
            Known::Said { ty, .. } => {
                let returns = names.private_at("returns", at);
                quote_spanned!(at=> #returns::<#ty>())
            }
            Known::Carried => {
                let (value_of, result) =
                    (names.private_at("value_of", at), names::local("result_type"));
                quote_spanned!(at=> #value_of(#result))
            }
            Known::Nothing => return None,
        };
        Some(quote_spanned!(names::ahead(at)=> if false { return #value; }))
    }

    pub(super) fn of_function(signature: &Signature) -> Self {
        match &signature.output {
            ReturnType::Default => Self { at: Some(signature.ident.span()), ..Self::unit() },
            output @ ReturnType::Type(..) => Self::of_closure(output),
        }
    }

    /// A closure's result may be left to inference; `impl Trait` has to be.
    pub(super) fn of_closure(output: &ReturnType) -> Self {
        let ReturnType::Type(_, ty) = output else { return Self::inferred() };
        let inferred = Self { at: Some(ty.span()), ..Self::inferred() };
        if let Type::Never(_) = **ty {
            return Self { shape: Shape::Never, ..inferred };
        }
        let is_unit = matches!(&**ty, Type::Tuple(tuple) if tuple.elems.is_empty());
        let shape = if is_unit { Shape::Unit } else { Shape::Ordinary };
        let ty = read::marked::to_be_said(ty).into_token_stream();
        Self { ty: Known::said(ty), shape, ..inferred }
    }
}
