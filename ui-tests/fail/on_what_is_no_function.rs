use defer_rt::deferrable;

#[deferrable]
struct S;

/// With a comment.
#[deferrable]
pub enum E {
    A,
}

trait T {
    #[deferrable]
    fn without_a_body(&self);
}

#[deferrable]
const N: u32 = 1;

fn main() {}
