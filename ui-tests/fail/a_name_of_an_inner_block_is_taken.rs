use defer_rt::deferrable;

fn save(text: &str) {
    println!("{text}");
}

#[deferrable]
fn f(texts: Vec<String>) {
    for text in texts {
        defer!(save(&text));
        println!("{}", text.len());
    }
}

fn main() {}
