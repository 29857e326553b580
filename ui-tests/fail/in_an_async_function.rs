use defer_rt::deferrable;

async fn wait() {}

fn save(_: String) {}

#[deferrable]
async fn moved(text: String) -> usize {
    defer!(save(text));
    wait().await;
    text.len()
}

#[deferrable]
async fn the_rest_moves(text: String) {
    defer! { println!("{text}"); }
    wait().await;
    save(text);
}

fn main() {}
