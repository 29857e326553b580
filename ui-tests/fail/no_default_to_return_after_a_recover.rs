use defer_rt::deferrable;

struct File;

#[deferrable]
fn f() -> File {
    defer!(|outcome| {
        outcome.recover();
    });
    File
}

fn main() {}
