use defer_rt::deferrable;

struct Job;

impl Job {
    fn finish(self) {}
}

fn save(_: String) {}

#[deferrable]
fn by_the_exit_code(job: Job) {
    for _ in 0..3 {
        defer!(job.finish());
    }
}

#[deferrable]
fn by_the_defer(text: String) {
    for _ in 0..3 {
        defer!(save(text));
    }
}

fn main() {}
