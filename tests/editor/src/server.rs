//! A rust-analyzer at work: takes texts and places in them, gives what it answers.

use std::error::Error;
use std::io::BufReader;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use lsp_server::{Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};

use crate::snippets::{Home, Snippet};

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The answer to a question that a change of the text overtook.
const CONTENT_MODIFIED: i32 = -32801;

pub(crate) struct Server {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    asked: i32,
    version: i32,
    file: String,
    kinds_of_tokens: Vec<Value>,
}

impl Server {
    /// Starts one on the package, and waits until it has read it.
    pub(crate) fn start(program: &str, home: &Home) -> Result<Self> {
        let mut process = Command::new(program)
            .env_remove("DEFER_NOTES")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{program}: {error}"))?;
        let input = process.stdin.take().ok_or("no input")?;
        let output = BufReader::new(process.stdout.take().ok_or("no output")?);
        let file = format!("file://{}", home.file.display());
        let (asked, version, kinds_of_tokens) = (0, 0, Vec::new());
        let mut server = Self { process, input, output, asked, version, file, kinds_of_tokens };
        let root = home.file.ancestors().nth(2).ok_or("no folder")?;
        let capabilities = server.request(
            "initialize",
            &json!({
                "processId": null,
                "rootUri": format!("file://{}", root.display()),
                "capabilities": capabilities(),
                "initializationOptions": options(),
            }),
        )?;
        let legend = &capabilities["capabilities"]["semanticTokensProvider"]["legend"];
        server.kinds_of_tokens = legend["tokenTypes"].as_array().cloned().unwrap_or_default();
        server.notify("initialized", &json!({}))?;
        let text = std::fs::read_to_string(&home.file)?;
        let document =
            json!({ "uri": server.file, "languageId": "rust", "version": 0, "text": text });
        server.notify("textDocument/didOpen", &json!({ "textDocument": document }))?;
        server.wait_until_read()?;
        Ok(server)
    }

    /// Puts a text in place of the one that is there.
    pub(crate) fn show(&mut self, text: &str) -> Result<()> {
        self.version += 1;
        let document = json!({ "uri": self.file, "version": self.version });
        let changes = json!([{ "text": text }]);
        let change = json!({ "textDocument": document, "contentChanges": changes });
        self.notify("textDocument/didChange", &change)
    }

    /// What it says about a place of the text that is there.
    pub(crate) fn ask(&mut self, method: &str, at: &Snippet) -> Result<Value> {
        let position = json!({ "line": at.line, "character": at.column });
        let document = json!({ "uri": self.file });
        self.request(method, &json!({ "textDocument": document, "position": position }))
    }

    pub(crate) fn completions(&mut self, at: &Snippet) -> Result<Vec<Value>> {
        let answer = self.ask("textDocument/completion", at)?;
        Ok(answer["items"].as_array().cloned().unwrap_or_default())
    }

    /// How the token at the place is highlighted.
    pub(crate) fn kind_of_token(&mut self, at: &Snippet) -> Result<Option<String>> {
        let document = json!({ "textDocument": { "uri": self.file } });
        let answer = self.request("textDocument/semanticTokens/full", &document)?;
        let numbers = answer["data"].as_array().ok_or("no tokens")?;
        let numbers: Vec<usize> =
            numbers.iter().filter_map(Value::as_u64).filter_map(|it| it.try_into().ok()).collect();
        // Each place is told by how far it is from the one ahead.
        let (mut line, mut column) = (0, 0);
        for token in numbers.chunks_exact(5) {
            let [lines, columns, length, kind, _] = *token else { continue };
            column = if lines == 0 { column + columns } else { columns };
            line += lines;
            if line == at.line && (column..=column + length).contains(&at.column) {
                return Ok(self.kinds_of_tokens[kind].as_str().map(str::to_owned));
            }
        }
        Ok(None)
    }

    pub(crate) fn request(&mut self, method: &str, parameters: &Value) -> Result<Value> {
        loop {
            self.asked += 1;
            let id = RequestId::from(self.asked);
            self.send(&Request::new(id.clone(), method.to_owned(), parameters).into())?;
            let response = self.until(|message| match message {
                Message::Response(response) if response.id == id => Some(response.clone()),
                _ => None,
            })?;
            match response.error {
                Some(error) if error.code == CONTENT_MODIFIED => {}
                Some(error) => return Err(format!("{method}: {}", error.message).into()),
                None => return Ok(response.result.unwrap_or_default()),
            }
        }
    }

    fn wait_until_read(&mut self) -> Result<()> {
        let status = self.until(|message| match message {
            Message::Notification(it) if it.method == "experimental/serverStatus" => {
                (it.params["quiescent"] == true).then(|| it.params.clone())
            }
            _ => None,
        })?;
        if status["health"] == "ok" { Ok(()) } else { Err(status.to_string().into()) }
    }

    /// Reads on up to this message. What the server asks is answered by nothing.
    fn until<T>(&mut self, wanted: impl Fn(&Message) -> Option<T>) -> Result<T> {
        loop {
            let message = Message::read(&mut self.output)?.ok_or("rust-analyzer has ended")?;
            if let Some(found) = wanted(&message) {
                return Ok(found);
            }
            if let Message::Request(request) = message {
                self.send(&Response::new_ok(request.id, Value::Null).into())?;
            }
        }
    }

    fn notify(&mut self, method: &str, parameters: &Value) -> Result<()> {
        self.send(&Notification::new(method.to_owned(), parameters).into())
    }

    fn send(&mut self, message: &Message) -> Result<()> {
        Ok(message.write(&mut self.input)?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let ended =
            self.request("shutdown", &Value::Null).and_then(|_| self.notify("exit", &Value::Null));
        if ended.is_err() {
            // It has ended already, or hears nothing.
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}

/// Without sources of the standard library, it would add them to the toolchain.
fn options() -> Value {
    let sources = std::env::var("RUST_SRC").ok();
    json!({
        "checkOnSave": false,
        "cachePriming": { "enable": false },
        "cargo": { "sysrootSrc": sources },
    })
}

/// Of an editor that shows all that it is given.
fn capabilities() -> Value {
    json!({
        "textDocument": {
            "completion": {
                "completionItem": {
                    "snippetSupport": true,
                    "resolveSupport": { "properties": ["additionalTextEdits"] },
                },
            },
            "definition": { "linkSupport": true },
            "hover": { "contentFormat": ["markdown"] },
            "semanticTokens": {
                "requests": { "full": true },
                "tokenTypes": [],
                "tokenModifiers": [],
                "formats": ["relative"],
                "augmentsSyntaxTokens": false,
            },
        },
        "experimental": { "serverStatusNotification": true },
    })
}
