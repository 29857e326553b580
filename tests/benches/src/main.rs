//! x
fn main() {
    for (w, c) in defer_benches::all() {
        println!("{}|{}|{}", w.name, c.name, defer_benches::repetitions(c.name));
    }
}
