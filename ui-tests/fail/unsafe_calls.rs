use defer_rt::deferrable;

unsafe fn free(_: u32) {}

#[deferrable]
fn not_at_all() {
    defer!(free(1));
}

#[deferrable]
fn around() {
    unsafe {
        defer!(free(1));
    }
}

fn main() {}
