use defer_rt::deferrable;

fn save(_: String) {}

fn write(_: &mut Vec<u32>) {}

#[deferrable]
fn f(text: String, yes: bool) {
    if yes {
        defer!(save(text));
    }
    println!("{text}");
}

#[deferrable]
fn a_reference(log: &mut Vec<u32>) {
    defer!(write(log));
    log.push(1);
}

#[deferrable]
fn twice(text: String) {
    defer!(save(text));
    defer!(save(text));
}

fn main() {}
