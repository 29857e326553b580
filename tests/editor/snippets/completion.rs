//= in deferred code
//- `.` in a block
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer! { file.$0 }
    file.write("a")
}
//- `.` in a block, with a `;`
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer! { file.$0; }
    file.write("a")
}
//- `.` in a block, half a name
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer! { file.clo$0 }
    file.write("a")
}
//- `.` in a block, a statement behind
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer! {
        file.$0
        log("closed", 1);
    }
    file.write("a")
}
//- `.` in a `let` in a block, no `;`
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer! {
        let length = file.$0
        log("closed", length);
    }
    file.write("a")
}
//- `.` in a block in parentheses
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer!({
        file.$0
        log("closed", 1);
    });
    file.write("a")
}
//- `.` in a branch of a block
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer! {
        if file.length > 3 {
            file.$0
        }
    }
    file.write("a")
}
//- `.` in a condition of a block
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer! {
        if file.$0 {
            log("closed", 1);
        }
    }
    file.write("a")
}
//- `.` behind a `?` in a block
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer! {
        file.write("z")?.$0
    }
    file.write("a")
}
//- `.` behind the receiver of a call
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer!(file.$0);
    Ok(file.length)
}
//- `.` behind a receiver, no `;`
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer!(file.$0)
    Ok(file.length)
}
//- half a method's name
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer!(file.clo$0);
    Ok(file.length)
}
//- `.` behind a receiver, arguments behind
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer!(file.$0());
    Ok(file.length)
}
//- `.` in an argument
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer!(log("length", file.$0));
    file.write("a")
}
//- `.` in an argument, one behind
#[deferrable]
fn f(mut file: File, name: &str) -> io::Result<usize> {
    defer!(log(name.$0, 3));
    file.write("a")
}
//- `.` in an argument that is borrowed
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer!(drop(&file.$0));
    file.write("a")
}
//- `.` in an argument of a method
#[deferrable]
fn f(mut file: File, name: &str) -> io::Result<usize> {
    defer!(file.write(name.$0)?);
    Ok(file.length)
}
//- `::` in a block
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer! { File::$0 }
    file.write("a")
}
//- `::` of a module in a block, a statement behind
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer! {
        fs::$0
        log("closed", 1);
    }
    file.write("a")
}
//- `::` in parentheses
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer!(File::$0);
    file.write("a")
}
//- `::` of a module in parentheses
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer!(fs::$0);
    file.write("a")
}
//- `::` in an argument
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer!(drop(Level::$0));
    file.write("a")
}
//- a name in a block
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer! { fi$0 }
    file.write("a")
}
//- an empty line of a block
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer! {
        log("closed", 1);
        $0
    }
    file.write("a")
}
//- a value of a `let` in a block
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer! {
        let length = $0
        log("closed", length);
    }
    file.write("a")
}
//- a name in parentheses
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer!(lo$0);
    file.write("a")
}
//- an argument's name
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer!(drop(fi$0));
    Ok(1)
}
//- an argument that lacks
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer!(log("length", $0));
    file.write("a")
}
//- a field of a struct
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer!(drop(File { len$0 }));
    file.write("a")
}
//- a pattern
#[deferrable]
fn f(mut file: File, level: Level) -> io::Result<usize> {
    defer! {
        match level {
            Level::$0 => {}
        }
    }
    file.write("a")
}
//- `.` in an `errdefer!` block
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    errdefer! { file.$0 }
    file.write("a")
}
//- `.` in an `errdefer!` call
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    errdefer!(file.$0);
    Ok(file.length)
}
//- `.` behind the outcome
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer!(|outcome| outcome.$0);
    file.write("a")
}
//- `.` in a block that is handed the outcome
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer!(|outcome| {
        file.$0
        log("closed", 1);
    });
    Ok(1)
}
//- `.` in a loop
#[deferrable]
fn f(files: Vec<File>) -> io::Result<usize> {
    for mut file in files {
        defer!(file.$0);
        file.write("a")?;
    }
    Ok(1)
}
//- `.` in a block in a loop
#[deferrable]
fn f(names: &[&str]) -> io::Result<usize> {
    for name in names {
        let mut file = File::open(name)?;
        defer! {
            file.$0
            log("closed", 1);
        }
        file.write("a")?;
    }
    Ok(1)
}
//- `.` in a branch
#[deferrable]
fn f(mut file: File, now: bool) -> io::Result<usize> {
    if now {
        let mut other = File::open("b")?;
        defer! { other.$0 }
    }
    file.write("a")
}
//- `.` in a turn that is a frame
#[deferrable]
fn f(names: &[&str]) -> io::Result<usize> {
    #[deferrable]
    for name in names {
        let mut file = File::open(name)?;
        defer!(file.$0);
        file.write("a")?;
    }
    Ok(1)
}
//- `.` in a closure
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    let mut run = || {
        defer! { file.$0 }
        file.write("a")
    };
    run()
}
//- `.` in an async function
#[deferrable]
async fn f(mut file: File) -> io::Result<usize> {
    defer! { file.$0 }
    wait(&file).await;
    Ok(1)
}
//- `.` behind `self`
impl File {
    #[deferrable]
    fn f(&mut self) -> io::Result<usize> {
        defer!(self.$0);
        self.write("a")
    }
}
//- `.` in an `impl` with the attribute
#[deferrable]
impl File {
    fn f(&mut self) -> io::Result<usize> {
        defer! {
            self.$0
            log("closed", 1);
        }
        self.write("a")
    }
}
//= ahead of a `defer!`
//- `.` in a `let`
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    let length = file.$0
    defer!(log("closed", 1));
    file.write("a")
}
//- `.` of a statement
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    file.$0
    defer! { log("closed", 1); }
    file.write("a")
}
//- half a name in a `let`
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    let length = file.len$0
    defer!(log("closed", 1));
    file.write("a")
}
//- `::` of a statement
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    File::$0
    defer!(log("closed", 1));
    file.write("a")
}
//- `::` in a `let`
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    let level = Level::$0
    errdefer!(log("closed", 1));
    file.write("a")
}
//- a name of a statement
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    fi$0
    defer!(log("closed", 1));
    file.write("a")
}
//- the value of a `let`
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    let length = $0
    defer!(log("closed", 1));
    file.write("a")
}
//- `.` in an argument
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    log("a", file.$0)
    defer!(log("closed", 1));
    file.write("a")
}
//- `.` in deferred code, ahead of another
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer! {
        let length = file.$0
        defer!(log("closed", 1));
    }
    file.write("a")
}
//= behind a `defer!`
//- `.` of a statement
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer!(log("closed", 1));
    file.$0
    file.write("a")
}
//- `.` in a `let`
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer! { let _ = file.close(); }
    let length = file.$0
    Ok(length)
}
//- `.` in what is returned
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer! { let _ = file.close(); }
    file.$0
}
//- `::` of a statement
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer! { let _ = file.close(); }
    File::$0
    Ok(1)
}
//- an empty line
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer!(log("closed", 1));
    $0
    file.write("a")
}
//- a name
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer! { let _ = file.close(); }
    fi$0
    Ok(1)
}
//- a name that deferred code mentions, in a loop
#[deferrable]
fn f(names: &[&str]) -> io::Result<usize> {
    for name in names {
        let mut file = File::open(name)?;
        defer! { let _ = file.close(); }
        file.$0
    }
    Ok(1)
}
//- the same, no `;`
#[deferrable]
fn f(names: &[&str]) -> io::Result<usize> {
    for name in names {
        let mut file = File::open(name)?;
        defer!(file.close()?);
        let length = file.$0
        log("closed", length);
    }
    Ok(1)
}
//- in a turn that is a frame
#[deferrable]
fn f(names: &[&str]) -> io::Result<usize> {
    #[deferrable]
    for name in names {
        let mut file = File::open(name)?;
        defer!(file.close()?);
        let length = file.$0
        log("closed", length);
    }
    Ok(1)
}
//- in an async function
#[deferrable]
async fn f(mut file: File) -> io::Result<usize> {
    defer!(log("closed", 1));
    let length = file.$0
    wait(&file).await;
    Ok(1)
}
//- an argument of a macro
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer! { let _ = file.close(); }
    println!("{}", file.$0);
    Ok(1)
}
//= beside a syntax error
//- a value lacks ahead, `.` in a block
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    let length = ;
    defer! { file.$0 }
    file.write("a")
}
//- a value lacks ahead, `.` in parentheses
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    let length = 3 + ;
    defer!(file.$0);
    Ok(1)
}
//- a value lacks behind, `.` in a block
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer! { file.$0 }
    let length = ;
    file.write("a")
}
//- an argument lacks behind, `.` behind a `defer!`
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer! { let _ = file.close(); }
    log("a", 3 + );
    file.$0
}
//- a name lacks in the same block
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer! {
        let = 3;
        file.$0
    }
    file.write("a")
}
//- a name lacks in another block
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer! { let = 3; }
    defer! { file.$0 }
    file.write("a")
}
//- a name lacks in a deferred block, `.` behind
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer! { let = 3; }
    let length = file.$0
    Ok(length)
}
//- a name lacks in an argument, `.` behind
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer!(log("a", file.));
    let length = file.$0
    Ok(length)
}
//- a value lacks in the same block
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer! {
        log("a", 3 + );
        file.$0
    }
    file.write("a")
}
//- what is no call
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer!(file.length);
    let length = file.$0
    Ok(length)
}
//- what nobody can read
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer! { let _ = file.close(); }
    let length = ) file.length;
    file.$0
}
//- Go's word
#[deferrable]
fn f(mut file: File) -> io::Result<usize> {
    defer file.close();
    file.$0
}
