//! A folder with a configuration and a database, and a server that uses them.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Ran, orouter, run};

/// Configuration without the embedded model. Its upstream does not exist.
pub const CONFIG: &str = r#"
[store]
url = "sqlite:orouter.db"
[providers.up]
protocol = "responses"
base_url = "http://127.0.0.1:9/v1"
[[models]]
id = "x/one"
[[models.endpoints]]
provider = "up"
price = { prompt = 1000.0, completion = 1000.0 }
"#;

/// A folder that `orouter init` has prepared, with [`CONFIG`].
pub struct Folder {
    folder: tempfile::TempDir,
    pub management_key: String,
}

impl Folder {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = orouter(["init"]);
        command.current_dir(folder.path());
        let ran = run(command);
        assert_eq!(ran.status, Some(0), "{}", ran.stderr);
        fs::write(folder.path().join("orouter.toml"), CONFIG).unwrap();
        Self {
            folder,
            management_key: ran.stdout.trim().to_owned(),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn command<const N: usize>(&self, arguments: [&str; N]) -> Command {
        let mut command = orouter(arguments);
        command.current_dir(self.folder.path());
        command
    }

    pub fn run<const N: usize>(&self, arguments: [&str; N]) -> Ran {
        run(self.command(arguments))
    }

    /// Runs a command that succeeds, and returns its standard output.
    pub fn output<const N: usize>(&self, arguments: [&str; N]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.status, Some(0), "{arguments:?}: {}", ran.stderr);
        ran.stdout
    }

    /// Runs a command that succeeds, and returns the member `data` of its JSON.
    pub fn data<const N: usize>(&self, arguments: [&str; N]) -> Value {
        let output = self.output(arguments);
        let mut value: Value = serde_json::from_str(&output).expect("JSON");
        value["data"].take()
    }

    /// Creates a key and returns it.
    pub fn key(&self, name: &str) -> String {
        self.output(["keys", "create", name]).trim().to_owned()
    }

    pub fn serve(&self) -> Server {
        Server::start(self.command(["serve", "--listen", "127.0.0.1:0"]))
    }

    /// Returns the names of the files.
    pub fn files(&self) -> Vec<String> {
        files(self.folder.path())
    }
}

/// Returns the names of the files in a folder.
pub fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    names
}

/// Returns the mode of a file.
pub fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// A server process; killed at the end.
pub struct Server {
    child: Child,
    address: String,
    log: Arc<Mutex<String>>,
}

impl Server {
    pub fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let (lines, pipe) = (Arc::clone(&log), child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                lines.lock().unwrap().push_str(&format!("{line}\n"));
            }
        });
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut first)
            .unwrap();
        let address = first
            .strip_prefix("orouter: listening on http://")
            .and_then(|rest| rest.trim().strip_suffix("/api/v1"));
        let Some(address) = address else {
            std::thread::sleep(Duration::from_millis(200));
            panic!("no address in {first:?}; {}", log.lock().unwrap());
        };
        let address = address.to_owned();
        Self {
            child,
            address,
            log,
        }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Stops the server, and returns its exit status.
    pub fn stop(mut self) -> Option<i32> {
        super::signal("TERM", self.child.id());
        self.child.wait().unwrap().code()
    }

    /// Returns the status of `GET /models` with this key.
    pub fn status(&self, key: &str) -> u16 {
        self.request("GET", "/api/v1/models", key, "").0
    }

    /// Waits until the server answers a key with this status, as it does within a second.
    pub fn expect(&self, key: &str, status: u16) {
        self.wait(status, || self.status(key));
    }

    /// Waits until a request has this status.
    pub fn wait(&self, status: u16, request: impl Fn() -> u16) {
        // Longer than a second, for a machine that is busy.
        let end = Instant::now() + Duration::from_secs(10);
        let mut last = request();
        while last != status {
            assert!(Instant::now() < end, "{last}, not {status}\n{}", self.log());
            std::thread::sleep(Duration::from_millis(50));
            last = request();
        }
    }

    /// Requests a response, and returns the status and the body.
    pub fn generate(&self, key: &str) -> (u16, String) {
        let body = r#"{"model": "x/one", "input": "hi", "max_output_tokens": 16}"#;
        self.request("POST", "/api/v1/responses", key, body)
    }

    pub fn request(&self, method: &str, path: &str, key: &str, body: &str) -> (u16, String) {
        let mut socket = TcpStream::connect(&self.address).unwrap();
        socket
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        write!(
            socket,
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\
             authorization: Bearer {key}\r\nuser-agent: =cmd\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        )
        .unwrap();
        let mut text = String::new();
        socket.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, body.to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
