use defer_rt::deferrable;
fn t(_: u32) {}
fn get(n: u32) -> Result<u32, String> {
    Ok(n)
}
#[deferrable]
fn moved(v: Vec<u32>) -> u32 {
    #[deferrable]
    for i in 0..2 {
        defer!(t(i));
        drop(v);
    }
    0
}
#[deferrable]
fn first() -> u32 {
    let x;
    #[deferrable]
    {
        defer!(t(1));
        x = 3;
    }
    x
}
#[deferrable]
fn wrong(n: u32) -> u32 {
    #[deferrable]
    for i in 0..2 {
        defer!(t(i));
        get(n)?;
    }
    0
}
#[deferrable]
fn borrowed<'a>(v: &'a mut Vec<u32>) -> Option<&'a mut u32> {
    #[deferrable]
    for i in 0..2 {
        defer!(t(i));
        if let Some(x) = v.get_mut(i as usize) {
            return Some(x);
        }
    }
    v.push(1);
    None
}
#[deferrable]
fn twice(mut v: Vec<u32>) -> u32 {
    let first = &mut v;
    #[deferrable]
    for i in 0..2 {
        defer!(t(i));
        v.push(3);
    }
    first.push(1);
    0
}
fn main() {}
