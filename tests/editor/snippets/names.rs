//= the signature
//- the function
#[deferrable]
fn f$0(file: File) -> io::Result<usize> {
    defer!(log("closed", 1));
    Ok(file.length)
}
//- a parameter
#[deferrable]
fn f(fi$0le: File) -> io::Result<usize> {
    defer!(log("closed", 1));
    Ok(file.length)
}
//- a parameter's type
#[deferrable]
fn f(file: Fi$0le) -> io::Result<usize> {
    defer!(log("closed", 1));
    Ok(file.length)
}
//- the result's first word
#[deferrable]
fn f(file: File) -> i$0o::Result<usize> {
    defer!(log("closed", 1));
    Ok(file.length)
}
//- the result's type
#[deferrable]
fn f(file: File) -> io::Res$0ult<usize> {
    defer!(log("closed", 1));
    Ok(file.length)
}
//- what is in the result's type
#[deferrable]
fn f(file: File) -> io::Result<usi$0ze> {
    defer!(log("closed", 1));
    Ok(file.length)
}
//- a result of one word
#[deferrable]
fn f(file: File) -> Fi$0le {
    defer!(log("closed", 1));
    file
}
//- the same, with several defers
#[deferrable]
fn f(file: File) -> Fi$0le {
    defer!(log("closed", 1));
    let more = 3;
    defer!(log("closed", more));
    defer!(|outcome| { outcome.recover(); });
    file
}
//- the result of an async function
#[deferrable]
async fn f(file: File) -> Fi$0le {
    defer!(log("closed", 1));
    wait(&file).await;
    file
}
//- a function without a result
#[deferrable]
fn f$0(file: File) {
    defer!(log("closed", 1));
    log("a", file.length);
}
//- an async function without a result
#[deferrable]
async fn f$0(file: File) {
    defer!(log("closed", 1));
    log("a", file.length);
}
//= `defer` itself
//- `defer` of a call
#[deferrable]
fn f(file: File) -> io::Result<usize> {
    def$0er!(log("closed", 1));
    Ok(file.length)
}
//- `defer` of a block
#[deferrable]
fn f(file: File) -> io::Result<usize> {
    def$0er! { log("closed", 1); }
    Ok(file.length)
}
//- `errdefer`
#[deferrable]
fn f(file: File) -> io::Result<usize> {
    errde$0fer!(log("closed", 1));
    Ok(file.length)
}
//- `defer` in a loop
#[deferrable]
fn f(file: File) -> io::Result<usize> {
    for n in 0..3 {
        def$0er!(log("closed", n));
    }
    Ok(file.length)
}
//- `defer` in an async function
#[deferrable]
async fn f(file: File) -> io::Result<usize> {
    def$0er!(log("closed", 1));
    Ok(file.length)
}
//- `defer` in a turn that is a frame
#[deferrable]
fn f(file: File) -> io::Result<usize> {
    #[deferrable]
    for n in 0..3 {
        def$0er!(log("closed", n));
    }
    Ok(file.length)
}
//= deferred calls
//- what is called
#[deferrable]
fn f(file: File) -> io::Result<usize> {
    defer!(lo$0g("closed", 1));
    Ok(file.length)
}
//- what is called in a loop
#[deferrable]
fn f(file: File) -> io::Result<usize> {
    for n in 0..3 {
        defer!(lo$0g("closed", n));
    }
    Ok(file.length)
}
//- a method
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer!(file.clo$0se()?);
    file.write("a")
}
//- a receiver
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer!(fi$0le.close()?);
    file.write("a")
}
//- a variable that is an argument
#[deferrable]
fn f(file: File, name: &str) -> io::Result<usize> {
    defer!(log(na$0me, 1));
    Ok(file.length)
}
//- the same, used behind
#[deferrable]
fn f(file: File, name: &str) -> io::Result<usize> {
    defer!(log(na$0me, 1));
    Ok(name.len())
}
//- the same, mentioned twice
#[deferrable]
fn f(file: File, name: &str) -> io::Result<usize> {
    defer!(log(na$0me, name.len()));
    Ok(file.length)
}
//- a local of an inner block
#[deferrable]
fn f(file: File, names: &[&str]) -> io::Result<usize> {
    for name in names {
        defer!(log(na$0me, 1));
    }
    Ok(file.length)
}
//- a field in an argument
#[deferrable]
fn f(file: File) -> io::Result<usize> {
    defer!(log("closed", file.len$0gth));
    Ok(file.length)
}
//- the root of a field in an argument
#[deferrable]
fn f(file: File) -> io::Result<usize> {
    defer!(log("closed", fi$0le.length));
    Ok(file.length)
}
//- a method in an argument
#[deferrable]
fn f(file: File, name: &str) -> io::Result<usize> {
    defer!(log("closed", name.le$0n()));
    Ok(file.length)
}
//- the root of a method in an argument
#[deferrable]
fn f(file: File, name: &str) -> io::Result<usize> {
    defer!(log("closed", na$0me.len()));
    Ok(file.length)
}
//- a function in an argument
#[deferrable]
fn f(file: File) -> io::Result<usize> {
    defer!(drop(File::op$0en("a")));
    Ok(file.length)
}
//- the type ahead of it
#[deferrable]
fn f(file: File) -> io::Result<usize> {
    defer!(drop(Fi$0le::open("a")));
    Ok(file.length)
}
//- a projection's method in an argument
#[deferrable]
fn f(file: File) -> io::Result<usize> {
    defer!(log("a".to_string().as_s$0tr(), 1));
    Ok(file.length)
}
//- a literal
#[deferrable]
fn f(file: File) -> io::Result<usize> {
    defer!(log("clo$0sed", 1));
    Ok(file.length)
}
//- a variable that is borrowed
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer!(drop(&fi$0le));
    file.write("a")
}
//- a variable in a block
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer! { let _ = fi$0le.close(); }
    file.write("a")
}
//- the outcome
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer!(|outcome| { drop(out$0come.panic()); });
    file.write("a")
}
//- a method of the outcome
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer!(|outcome| { drop(outcome.pan$0ic()); });
    file.write("a")
}
//= beside a `defer!`
//- a variable that deferred code mentions, where it is declared
#[deferrable]
fn f(names: &[&str]) -> io::Result<usize> {
    for name in names {
        let mut fi$0le = File::open(name)?;
        defer! { let _ = file.close(); }
        file.write("a")?;
    }
    Ok(1)
}
//- where it is mentioned
#[deferrable]
fn f(names: &[&str]) -> io::Result<usize> {
    for name in names {
        let mut file = File::open(name)?;
        defer! { let _ = fi$0le.close(); }
        file.write("a")?;
    }
    Ok(1)
}
//- where it is used behind
#[deferrable]
fn f(names: &[&str]) -> io::Result<usize> {
    for name in names {
        let mut file = File::open(name)?;
        defer! { let _ = file.close(); }
        fi$0le.write("a")?;
    }
    Ok(1)
}
//- in a macro's argument
#[deferrable]
fn f(names: &[&str]) -> io::Result<usize> {
    for name in names {
        let mut file = File::open(name)?;
        defer! { let _ = file.close(); }
        println!("{}", fi$0le.length);
    }
    Ok(1)
}
//- a variable that is taken
#[deferrable]
fn f(names: &[&str]) -> io::Result<usize> {
    for name in names {
        let mut file = File::open(name)?;
        defer! { let _ = file.close(); }
        take!(fi$0le).discard();
    }
    Ok(1)
}
//- what is returned
#[deferrable]
fn f(mut file: File) -> io::Result<File> {
    errdefer! { let _ = file.close(); }
    file.write("a")?;
    Ok(fi$0le)
}
//- `return`'s value
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer! { let _ = file.close(); }
    return Ok(file.len$0gth);
}
