use defer_rt::deferrable;

fn save(text: String) {
    drop(text);
}

#[deferrable]
fn f(text: String) -> usize {
    defer!(save(text));
    text.len()
}

fn main() {}
