use defer_rt::deferrable;

#[deferrable]
fn f(list: &mut Vec<String>) {
    for text in list.iter() {
        defer!(drop(text));
    }
    list.clear();
}

fn main() {}
