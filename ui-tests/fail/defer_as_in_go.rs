use defer_rt::deferrable;

fn close(_: u32) {}

#[deferrable]
fn f(x: u32) {
    defer close(x);
}

struct Job {
    defer: bool,
}

#[deferrable]
fn g(job: &Job) -> u32 {
    if job.defer { return 1; }
    let y = ;
}

fn main() {}
