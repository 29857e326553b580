use defer_rt::deferrable;

#[deferrable]
fn f() {
    fn inner() {
        defer!(g());
    }
    struct S;
    impl S {
        fn method() {
            defer!(g());
        }
    }
    const { defer!(g()) }
    let array: [u8; { defer!(g()); 3 }] = [0; 3];
    inner();
    S::method();
    drop(array);
}

#[deferrable]
fn arguments() {
    defer!(h({
        defer!(g());
        2
    }));
}

fn g() {}
fn h(_: u32) {}

fn main() {}
