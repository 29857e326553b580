//! What becomes of one function of each mechanism, as a reader of expansions would see it.
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use expect_test::{Expect, expect};
use proc_macro2::TokenStream;
use quote::quote;

fn check(options: TokenStream, function: TokenStream, expected: &Expect) {
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
        TokenStream::new(),
        function,
        &expect![[r#"
            fn copy(from: &Path, to: &Path) -> io::Result<u64> {
                ::defer_rt::__private::watch_environment!();
                let mut out = File::create(to)?;
                let deferred0 = ::defer_rt::__private::Some((to.display(),));
                let mut deferred1 = ::defer_rt::__private::None;
                let ended = ::defer_rt::__private::run::<
                    io::Result<u64>,
                    _,
                >(|| {
                    if from == to {
                        let note = "the same";
                        deferred1 = ::defer_rt::__private::Some((note,));
                    }
                    io::copy(&mut File::open(from)?, &mut out)
                });
                let ended = ::defer_rt::__private::open_coded(
                    ended,
                    deferred1,
                    |#[allow(unused_mut, unused_variables)] (note,)| {
                        println!("{note}: {out:?}");
                    },
                );
                let ended = ::defer_rt::__private::open_coded(
                    ended,
                    deferred0,
                    |(arg0,)| {
                        log("copied", (arg0,).0);
                    },
                );
                return ::defer_rt::__private::Ended::end(ended);
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
        quote!(force = "stack"),
        function,
        &expect![[r#"
            fn f(x: u32) {
                ::defer_rt::__private::watch_environment!();
                let deferred0 = ::defer_rt::__private::StackRecord::armed((x,));
                let mut deferred1 = ::defer_rt::__private::StackRecord::empty();
                let ended = ::defer_rt::__private::run::<
                    (),
                    _,
                >(|| {
                    if x > 1 {
                        deferred1.arm((x + 1,));
                    }
                });
                let ended = ::defer_rt::__private::stack_allocated(
                    ended,
                    deferred1,
                    |(arg0,)| {
                        g(arg0);
                    },
                );
                let ended = ::defer_rt::__private::stack_allocated(
                    ended,
                    deferred0,
                    |#[allow(clippy::shadow_unrelated)] (x,)| {
                        g(x);
                    },
                );
                return ::defer_rt::__private::Ended::end(ended);
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
        TokenStream::new(),
        function,
        &expect![[r#"
            fn f(names: &[String]) {
                ::defer_rt::__private::watch_environment!();
                #[allow(dead_code)]
                enum __DeferSites0<Captures0, Captures1> {
                    Site0(Captures0),
                    Site1(Captures1),
                }
                let mut deferred0 = ::defer_rt::__private::HeapRecords::new();
                let ended = ::defer_rt::__private::run::<
                    (),
                    _,
                >(|| {
                    for name in names {
                        deferred0.push(__DeferSites0::Site0((name,)));
                        let mut file = open(name);
                        deferred0
                            .push(
                                __DeferSites0::Site1((
                                    {
                                        let _ = &mut file;
                                        file
                                    },
                                )),
                            );
                    }
                });
                let ended = ::defer_rt::__private::heap_allocated(
                    ended,
                    &mut deferred0,
                    |site| match site {
                        __DeferSites0::Site0(captures) => {
                            #[allow(clippy::shadow_unrelated)]
                            let (name,) = captures;
                            close(name);
                        }
                        __DeferSites0::Site1(captures) => {
                            #[allow(unused_mut, unused_variables)]
                            let (mut file,) = captures;
                            file.flush();
                        }
                    },
                );
                return ::defer_rt::__private::Ended::end(ended);
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
        TokenStream::new(),
        function,
        &expect![[r#"
            fn f(file: File) -> Result<(), Error> {
                ::defer_rt::__private::watch_environment!();
                let mut kept = ::defer_rt::__private::None;
                let ended = ::defer_rt::__private::keeping(
                    ::defer_rt::__private::run::<Result<(), Error>, _>(|| { write(&file) }),
                    &mut kept,
                );
                let ended = ::defer_rt::__private::open_coded_handling(
                    ended,
                    ::defer_rt::__private::Some(()),
                    |(), #[allow(unused_mut)] mut outcome| {
                        let outcome = outcome;
                        {
                            outcome.recover_with(|panic| Err(panic.into()));
                        }
                    },
                );
                let ended = ::defer_rt::__private::open_coded_seeing(
                    ended,
                    ::defer_rt::__private::Some(()),
                    |(), #[allow(unused_mut)] mut outcome| {
                        ::defer_rt::__private::join_block(
                            &mut outcome,
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
                let ended = ::defer_rt::__private::open_coded_seeing(
                    ended,
                    ::defer_rt::__private::Some(()),
                    |(), #[allow(unused_mut)] mut outcome| {
                        ::defer_rt::__private::join_call(file.sync_all(), &mut outcome);
                    },
                );
                let ended = ::defer_rt::__private::open_coded_seeing(
                    ended,
                    ::defer_rt::__private::Some(()),
                    |(), #[allow(unused_mut)] mut outcome| {
                        if ::defer_rt::__private::is_failure(&mut outcome) {
                            undo();
                        }
                    },
                );
                return ::defer_rt::__private::Ended::end_frame(ended);
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
    let expanded = crate::expand(TokenStream::new(), function.clone());
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
    let expanded = crate::expand(TokenStream::new(), item.clone());
    assert_eq!(expanded.to_string(), item.to_string());
}
