use defer_rt::deferrable;

fn show(text: &str) {
    println!("{text}");
}

#[deferrable]
fn in_a_branch(yes: bool) -> u32 {
    if yes {
        let text = String::from(" a ");
        defer!(show(text.trim()));
    }
    1
}

#[deferrable]
fn in_a_loop(texts: Vec<String>) {
    for text in texts {
        defer!(show(text.as_str()));
    }
    println!("all");
}

fn main() {}
