//! What becomes of one function of each mechanism, as a reader of expansions would see it.
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use expect_test::{Expect, expect};
use proc_macro2::TokenStream;
use quote::quote;

fn check(options: &TokenStream, function: TokenStream, expected: &Expect) {
    let expanded = crate::expand(options, function);
    let file = syn::parse2(expanded).expect("the expansion is an item");
    expected.assert_eq(&prettyplease::unparse(&file));
}

#[test]
fn open_coded() {
    let function = quote!(
        fn copy(from: &Path, to: &Path) -> io::Result<u64> {
            let mut out = File::create(to)?;
            defer!(log("copied", to.display()));
            if from == to {
                let note = "the same";
                defer! { println!("{note}: {out:?}"); }
            }
            io::copy(&mut File::open(from)?, &mut out)
        }
    );
    check(
        &TokenStream::new(),
        function,
        &expect![[r#"
            fn copy(from: &Path, to: &Path) -> io::Result<u64> {
                ::defer_rt::__private::watch_environment!();
                let mut out = File::create(to)?;
                let __deferred0 = ::defer_rt::__private::Some((to.display(),));
                let mut __deferred1 = ::defer_rt::__private::None;
                let mut __defer_slot = ::defer_rt::__private::Slot::new();
                let __defer_ended = ::defer_rt::__private::run_caught::<
                    io::Result<u64>,
                    _,
                >(
                    &mut __defer_slot,
                    || '__defer_written: {
                        '__defer_result: {
                            if from == to {
                                let note = "the same";
                                __deferred1 = ::defer_rt::__private::Some((note,));
                            }
                            io::copy(&mut File::open(from)?, &mut out)
                        }
                    },
                );
                let __defer_ended = ::defer_rt::__private::after(
                    __defer_ended,
                    __deferred1,
                    |#[allow(unused_mut, unused_variables)] (note,)| {
                        println!("{note}: {out:?}");
                    },
                );
                let __defer_ended = ::defer_rt::__private::after(
                    __defer_ended,
                    __deferred0,
                    |(__defer_arg0,)| {
                        log("copied", (__defer_arg0,).0);
                    },
                );
                return ::defer_rt::__private::Ended::end(__defer_ended);
            }
        "#]],
    );
}

#[test]
fn stack_allocated() {
    let function = quote!(
        fn f(x: u32) {
            defer!(g(x));
            if x > 1 {
                defer!(g(x + 1));
            }
        }
    );
    check(
        &quote!(force = "stack"),
        function,
        &expect![[r#"
            fn f(x: u32) {
                ::defer_rt::__private::watch_environment!();
                let __deferred0 = (
                    ::defer_rt::__private::How::now(
                        ::defer_rt::__private::Arg(&x).__defer_how(),
                        &x,
                    ),
                );
                let mut __deferred1 = ::defer_rt::__private::StackRecord::empty();
                let mut __defer_slot = ::defer_rt::__private::Slot::new();
                let __defer_ended = ::defer_rt::__private::run_caught::<
                    (),
                    _,
                >(
                    &mut __defer_slot,
                    || '__defer_written: {
                        '__defer_result: {
                            if x > 1 {
                                __deferred1.arm((x + 1,));
                            }
                        }
                    },
                );
                let __defer_ended = ::defer_rt::__private::after(
                    __defer_ended,
                    __deferred1.into_captures(),
                    |(__defer_arg0,)| {
                        g(__defer_arg0);
                    },
                );
                let __defer_ended = ::defer_rt::__private::after(
                    __defer_ended,
                    match __deferred0 {
                        (__defer_now0,) => {
                            ::defer_rt::__private::Some((
                                ::defer_rt::__private::handed_over(__defer_now0, x),
                            ))
                        }
                    },
                    |(__defer_now0,)| {
                        g((__defer_now0));
                    },
                );
                return ::defer_rt::__private::Ended::end(__defer_ended);
            }
        "#]],
    );
}

#[test]
fn heap_allocated() {
    let function = quote!(
        fn f(names: &[String]) {
            for name in names {
                defer!(close(name));
                let mut file = open(name);
                defer! { file.flush(); }
            }
        }
    );
    check(
        &TokenStream::new(),
        function,
        &expect![[r#"
            fn f(names: &[String]) {
                ::defer_rt::__private::watch_environment!();
                let mut __defer_home1 = ::defer_rt::__private::HeapRecords::new();
                #[allow(dead_code)]
                enum __DeferSites0<Captures0, Captures1> {
                    Site0(Captures0),
                    Site1(Captures1),
                }
                let mut __deferred0 = ::defer_rt::__private::HeapRecords::new();
                let mut __defer_slot = ::defer_rt::__private::Slot::new();
                let __defer_ended = ::defer_rt::__private::run_caught::<
                    (),
                    _,
                >(
                    &mut __defer_slot,
                    || '__defer_written: {
                        '__defer_result: {
                            for name in names {
                                let mut name = ::defer_rt::__private::lease(&mut __defer_home1);
                                #[allow(
                                    unused_variables,
                                    clippy::shadow_unrelated,
                                    clippy::shadow_reuse
                                )]
                                let (name, __defer_kept1) = ::defer_rt::__private::move_in(
                                    &mut (name),
                                    name,
                                );
                                ::defer_rt::__private::keep(__defer_kept1);
                                __deferred0
                                    .push(
                                        __DeferSites0::Site0((
                                            ::defer_rt::__private::How::now(
                                                ::defer_rt::__private::Arg(&(*name)).__defer_how(),
                                                &(*name),
                                            ),
                                        )),
                                    );
                                let mut file = open((*name));
                                __deferred0
                                    .push(
                                        __DeferSites0::Site1((
                                            {
                                                let _ = &mut file;
                                                file
                                            },
                                        )),
                                    );
                            }
                        }
                    },
                );
                let __defer_ended = ::defer_rt::__private::after_each(
                    __defer_ended,
                    &mut __deferred0,
                    |__defer_site| '__defer_written: {
                        match __defer_site {
                            __DeferSites0::Site0(__defer_captures) => {
                                #[allow(unused_mut, unused_variables)]
                                let (__defer_now0,) = __defer_captures;
                                let __defer_left1 = ::defer_rt::__private::Keeps::leave(
                                    &mut __defer_home1,
                                );
                                #[allow(unused_mut, unused_variables)]
                                if let ::defer_rt::__private::Some(name) = __defer_left1 {
                                    close(
                                        ((match ::defer_rt::__private::Now::copy(__defer_now0) {
                                            ::defer_rt::__private::Some(__defer_copy) => __defer_copy,
                                            ::defer_rt::__private::None => name,
                                        })),
                                    );
                                }
                            }
                            __DeferSites0::Site1(__defer_captures) => {
                                #[allow(unused_mut, unused_variables)]
                                let (mut file,) = __defer_captures;
                                file.flush();
                            }
                        }
                    },
                );
                return ::defer_rt::__private::Ended::end(__defer_ended);
            }
        "#]],
    );
}

#[test]
fn outcomes() {
    let function = quote!(
        fn f(file: File) -> Result<(), Error> {
            errdefer!(undo());
            defer!(file.sync_all()?);
            defer! {
                if quick() { return; }
                check()?;
            }
            defer!(|outcome| {
                outcome.recover_with(|panic| Err(panic.into()));
            });
            write(&file)
        }
    );
    check(
        &TokenStream::new(),
        function,
        &expect![[r#"
            fn f(file: File) -> Result<(), Error> {
                ::defer_rt::__private::watch_environment!();
                let mut __defer_kept = ::defer_rt::__private::None;
                let mut __defer_slot = ::defer_rt::__private::Slot::new();
                let __defer_ended = ::defer_rt::__private::run_caught::<
                    Result<(), Error>,
                    _,
                >(&mut __defer_slot, || '__defer_written: { '__defer_result: { write(&file) } });
                let __defer_ended = ::defer_rt::__private::keeping(__defer_ended, &mut __defer_kept);
                let __defer_ended = ::defer_rt::__private::after_handling(
                    __defer_ended,
                    ::defer_rt::__private::Some(()),
                    |(), #[allow(unused_mut)] mut __defer_outcome| {
                        let outcome = __defer_outcome;
                        {
                            outcome.recover_with(|panic| Err(panic.into()));
                        };
                    },
                );
                let __defer_ended = ::defer_rt::__private::after_seeing(
                    __defer_ended,
                    ::defer_rt::__private::Some(()),
                    |(), #[allow(unused_mut)] mut __defer_outcome| {
                        ::defer_rt::__private::join_block(
                            &mut (__defer_outcome),
                            || {
                                if quick() {
                                    return ::defer_rt::__private::done();
                                }
                                check()?;
                                #[allow(unreachable_code)] return ::defer_rt::__private::done();
                            },
                        );
                    },
                );
                let __defer_ended = ::defer_rt::__private::after_seeing(
                    __defer_ended,
                    ::defer_rt::__private::Some(()),
                    |(), #[allow(unused_mut)] mut __defer_outcome| {
                        ::defer_rt::__private::join_call(file.sync_all(), &mut (__defer_outcome));
                    },
                );
                let __defer_ended = ::defer_rt::__private::after_seeing(
                    __defer_ended,
                    ::defer_rt::__private::Some(()),
                    |(), #[allow(unused_mut)] mut __defer_outcome| {
                        if ::defer_rt::__private::is_failure(&mut (__defer_outcome)) {
                            undo();
                        }
                    },
                );
                return ::defer_rt::__private::Ended::end_frame(__defer_ended);
            }
        "#]],
    );
}

#[test]
fn a_function_without_a_site_comes_out_as_it_went_in() {
    let function = quote!(
        fn f<T>(x: &T) -> impl Iterator<Item = u32> {
            (0..3).map(move |n| n + 1)
        }
    );
    let expanded = crate::expand(&TokenStream::new(), function.clone());
    assert_eq!(expanded.to_string(), function.to_string());
}

#[test]
fn an_item_in_which_nothing_defers_comes_out_as_it_went_in() {
    // Printed again, the parameter would have got a name, and the mistake would be gone.
    let item = quote!(
        mod m {
            fn f(Vec<u32>) {}
        }
    );
    let expanded = crate::expand(&TokenStream::new(), item.clone());
    assert_eq!(expanded.to_string(), item.to_string());
}
