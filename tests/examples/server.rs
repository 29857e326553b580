//! A server and its clients on loopback: each connection's task takes a slot, a temporary file and a
//! place in the counters, and says goodbye. Some clients are cut off, some are too slow, some make the
//! task panic. At the end every slot is free, no file is left and the counters agree.
//!
//! ```text
//! cargo run --example server
//! ```

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use defer_rt::deferrable;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

const CLIENTS: usize = 300;
const SLOTS: usize = 32;
const PATIENCE: Duration = Duration::from_millis(200);

/// What is counted; every connection must leave `open` as it found it.
#[derive(Default)]
struct Counters {
    open: AtomicUsize,
    served: AtomicUsize,
    failed: AtomicUsize,
    goodbyes: AtomicUsize,
}

struct Server {
    folder: PathBuf,
    slots: Semaphore,
    counters: Counters,
}

fn count(counter: &AtomicUsize) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl Server {
    /// Stores what the client sends and says how much it was.
    #[deferrable]
    async fn connection(&self, mut stream: TcpStream, number: usize) -> io::Result<u64> {
        let slot = self.slots.acquire().await.map_err(io::Error::other)?;
        defer!(drop(slot));
        count(&self.counters.open);
        // Without an `.await`, so it runs on every way out: an error, a panic, the time-out.
        defer! { self.counters.open.fetch_sub(1, Ordering::Relaxed); }
        errdefer!(count(&self.counters.failed));

        let path = self.folder.join(format!("{number}.part"));
        // Not awaited: dropped meanwhile, the file would be made behind our back.
        let mut file = File::from_std(std::fs::File::create(&path)?);
        defer! { let _ = std::fs::remove_file(&path); }
        // With an `.await`: it runs on return, `?` and panic, but cannot when the future is dropped.
        defer! {
            stream.write_all(b"bye\n").await?;
            count(&self.counters.goodbyes);
        }

        let mut buffer = [0; 256];
        let mut total = 0;
        loop {
            let n = stream.read(&mut buffer).await?;
            match &buffer[..n] {
                [] => return Err(io::ErrorKind::UnexpectedEof.into()),
                [.., b'!'] => panic!("client {number} found a bug"),
                [data @ .., b'\n'] => {
                    file.write_all(data).await?;
                    total += data.len() as u64;
                    break;
                }
                data => {
                    file.write_all(data).await?;
                    total += data.len() as u64;
                }
            }
        }
        stream.write_all(format!("{total}\n").as_bytes()).await?;
        count(&self.counters.served);
        Ok(total)
    }
}

/// What a client does, by its number.
async fn client(address: SocketAddr, number: usize) -> io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(b"some data").await?;
    match number % 5 {
        // Cut off in the middle.
        1 => return Ok(String::new()),
        // A bug in the server.
        2 => stream.write_all(b"!").await?,
        // Never finishes.
        3 => {}
        _ => stream.write_all(b" and more\n").await?,
    }
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;
    Ok(answer)
}

/// Serves until there are no clients any more, then waits for the connections that are left.
async fn serve(
    server: &Arc<Server>,
    listener: TcpListener,
    clients: JoinSet<io::Result<String>>,
) -> Answers {
    let mut tasks = JoinSet::new();
    let mut clients = pin!(clients.join_all());
    for number in 0.. {
        let stream = tokio::select! {
            answers = &mut clients => {
                while tasks.join_next().await.is_some() {}
                return answers;
            }
            Ok((stream, _)) = listener.accept() => stream,
        };
        let server = server.clone();
        tasks.spawn(async move {
            let connection = server.connection(stream, number);
            let _ = tokio::time::timeout(PATIENCE, connection).await;
        });
    }
    unreachable!("numbers do not end")
}

type Answers = Vec<io::Result<String>>;

#[deferrable]
#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> io::Result<()> {
    let folder = std::env::temp_dir().join(format!("server-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    defer!(std::fs::remove_dir(&folder)?);

    let counters = Counters::default();
    let server =
        Arc::new(Server { folder: folder.clone(), slots: Semaphore::new(SLOTS), counters });
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    // What goes wrong in a task is on purpose; what is asserted at the end is not.
    std::panic::set_hook(Box::new(|_| {}));
    let clients = (0..CLIENTS).map(|number| async move {
        let client = tokio::time::timeout(10 * PATIENCE, client(address, number));
        client.await.unwrap_or_else(|late| Err(late.into()))
    });
    let answers = serve(&server, listener, clients.collect()).await;
    drop(std::panic::take_hook());
    report(&server, &folder, &answers)
}

fn report(server: &Server, folder: &Path, answers: &[io::Result<String>]) -> io::Result<()> {
    let get = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
    let Counters { open, served, failed, goodbyes } = &server.counters;
    let answered = answers.iter().flatten().filter(|answer| answer.starts_with("18\n")).count();
    println!(
        "{CLIENTS} clients: {} served, {} failed, {} goodbyes",
        get(served),
        get(failed),
        get(goodbyes)
    );
    assert_eq!(get(open), 0, "no connection is open");
    assert_eq!(server.slots.available_permits(), SLOTS, "every slot is free");
    assert_eq!(std::fs::read_dir(folder)?.count(), 0, "no file is left");
    assert_eq!(answered, get(served), "who was served knows");
    assert!(get(served) > 0 && get(failed) > 0, "there were both");
    Ok(())
}
