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

#[deferrable]
fn borrowed(yes: bool) {
    if yes {
        let text = String::from("a");
        let borrow = &text;
        defer! { save(borrow); }
    }
}

#[deferrable]
fn not_mutable(yes: bool) {
    if yes {
        let n = 2;
        defer! {
            n += 1;
            println!("{n}");
        }
    }
}

fn main() {}
