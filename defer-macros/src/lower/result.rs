//! What a frame returns: takes its signature's result, gives what the closures and futures that its body
//! becomes have to be told of it.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{ReturnType, Signature, Type, parse_quote};

use crate::names::{self, Names};

/// What a frame returns, for the closures and futures that its body becomes.
#[derive(Clone)]
pub(super) struct FrameResult {
    /// Its type, unless that is left to inference.
    ty: Option<TokenStream>,
    /// Where the signature says it, or leaves it out: errors about a result that is not there stand here.
    at: Option<Span>,
    never: bool,
    /// A level that panics keeps what is to be returned, for outer levels that may recover.
    pub(super) keeps: bool,
    /// The frame is async.
    pub(super) waits: bool,
}

impl FrameResult {
    pub(super) fn inferred() -> Self {
        Self { ty: None, at: None, never: false, keeps: true, waits: false }
    }

    pub(super) fn unit() -> Self {
        Self { ty: Some(quote!(())), keeps: false, ..Self::inferred() }
    }

    /// Without results to keep, or without exit code that may recover, none is kept.
    pub(super) fn keeping(self, may_recover: bool) -> Self {
        Self { keeps: self.keeps && may_recover, ..self }
    }

    pub(super) fn waiting(self, waits: bool) -> Self {
        Self { waits, ..self }
    }

    /// What yields the result, as a block: it stands where the signature says what that is.
    pub(super) fn block(&self, otherwise: Span, body: &TokenStream) -> TokenStream {
        quote_spanned!(names::capturing(self.at.unwrap_or(otherwise))=> { #body })
    }

    /// The same place, for generated code.
    pub(super) fn place(&self) -> Span {
        let here = Span::mixed_site();
        self.at.map_or(here, |at| here.located_at(at))
    }

    /// Whether a borrow that the frame returns may show in its type.
    pub(super) fn may_borrow(&self) -> bool {
        self.ty.as_ref().is_some_and(|ty| ty.to_string().contains(['&', '\'']))
    }

    /// `::<R, _>` behind `run`. Said there, not at the closure, errors about the closure stay short.
    pub(super) fn turbofish(&self) -> TokenStream {
        self.ty.as_ref().map(|ty| quote!(::<#ty, _>)).unwrap_or_default()
    }

    /// `-> !` at the closure: that type cannot be said elsewhere.
    pub(super) fn annotation(&self) -> TokenStream {
        if self.never { quote!(-> !) } else { TokenStream::new() }
    }

    /// `return`, for those who have lints ask for it. Nothing can be returned as `!`.
    pub(super) fn leave(&self) -> Option<TokenStream> {
        (!self.never).then(|| quote!(return))
    }

    /// The type of an async block cannot be said, but its first `return` decides it.
    pub(super) fn returns(&self, names: &Names) -> Option<TokenStream> {
        let (ty, at) = (self.ty.as_ref()?, self.place());
        let returns = names.private_at("returns", at);
        Some(quote_spanned!(at=> if false { return #returns::<#ty>(); }))
    }

    pub(super) fn of_function(signature: &Signature) -> Self {
        match &signature.output {
            ReturnType::Default => Self { at: Some(signature.ident.span()), ..Self::unit() },
            output @ ReturnType::Type(..) => Self::of_closure(output),
        }
    }

    /// A closure's result may be left to inference; `impl Trait` has to be.
    pub(super) fn of_closure(output: &ReturnType) -> Self {
        struct Opaque;
        impl VisitMut for Opaque {
            fn visit_type_mut(&mut self, ty: &mut Type) {
                match ty {
                    Type::ImplTrait(_) => *ty = parse_quote!(_),
                    _ => visit_mut::visit_type_mut(self, ty),
                }
            }
        }
        let ReturnType::Type(_, ty) = output else { return Self::inferred() };
        let inferred = Self { at: Some(ty.span()), ..Self::inferred() };
        if let Type::Never(_) = **ty {
            return Self { never: true, ..inferred };
        }
        let mut ty = ty.clone();
        Opaque.visit_type_mut(&mut ty);
        Self { ty: Some(ty.to_token_stream()), ..inferred }
    }
}
