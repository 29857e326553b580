use defer_rt::deferrable;

struct Log {
    file: String,
}

impl Log {
    #[deferrable]
    fn by_an_argument(&mut self) {
        defer!(drop(self.file));
        println!("{}", self.file);
    }

    #[deferrable]
    fn by_a_block(&mut self) {
        defer! { drop(self.file); }
        println!("{}", self.file);
    }
}

fn main() {}
