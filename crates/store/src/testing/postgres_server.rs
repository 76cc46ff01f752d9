//! [`PostgresServer`]: a PostgreSQL of its own for tests.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, io, thread};

use crate::id::ProcessId;

/// A PostgreSQL in a temporary folder, which listens on a loopback port and trusts every client. It
/// ends, and the folder is removed, when the value is dropped or the process ends.
#[derive(Debug)]
pub struct PostgresServer {
    folder: PathBuf,
    port: u16,
    programs: PathBuf,
    /// `setpriv` and its arguments, if the tests run as root, which PostgreSQL refuses.
    prefix: Vec<String>,
    /// `true` if the server has a certificate.
    tls: bool,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    shell: Child,
    /// The shell ends the server when this is closed, also if the process of the test is killed.
    input: Option<ChildStdin>,
}

/// Maximum time for the server to start or to end.
const PATIENCE: Duration = Duration::from_secs(60);

impl PostgresServer {
    /// Starts a server. Returns `None`, and prints a line that begins with `skipped`, if PostgreSQL is
    /// not installed.
    ///
    /// # Errors
    /// If a program fails, or the server does not answer within a minute.
    pub fn start() -> io::Result<Option<Self>> {
        Self::start_with(None)
    }

    /// Starts a server with a certificate and its key, both PEM. Connections without TLS are possible.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn start_with_tls(certificate: &str, key: &str) -> io::Result<Option<Self>> {
        Self::start_with(Some((certificate, key)))
    }

    fn start_with(certificate: Option<(&str, &str)>) -> io::Result<Option<Self>> {
        let Some(programs) = programs() else {
            println!("skipped: PostgreSQL (initdb, postgres) is not installed");
            return Ok(None);
        };
        let name = ProcessId::random().map_err(io::Error::other)?;
        let folder = env::temp_dir().join(format!("orouter-postgres-{name}"));
        fs::create_dir(&folder)?;
        let mut server = Self {
            port: TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port(),
            prefix: prefix(&folder)?,
            folder,
            programs,
            tls: certificate.is_some(),
            running: None,
        };
        let initialized = server
            .command(server.programs.join("initdb"))
            .args([
                "--auth=trust",
                "--username=postgres",
                "--no-sync",
                "--encoding=UTF8",
            ])
            .arg("--locale=C")
            .arg("--pgdata")
            .arg(server.folder.join("data"))
            .output()?;
        if !initialized.status.success() {
            let message = String::from_utf8_lossy(&initialized.stderr).into_owned();
            return Err(io::Error::other(format!("initdb failed: {message}")));
        }
        if let Some((certificate, key)) = certificate {
            server.write_private("server.crt", certificate)?;
            server.write_private("server.key", key)?;
        }
        server.run()?;
        Ok(Some(server))
    }

    /// Writes a file into the folder of the data, that the server alone can read.
    fn write_private(&self, name: &str, text: &str) -> io::Result<()> {
        let path = self.folder.join("data").join(name);
        fs::write(&path, text)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
            chown(&path, Some(fs::metadata(&self.folder)?.uid()), None)?;
        }
        Ok(())
    }

    /// Returns the URL of a database of the server; `postgres` exists initially.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Returns the port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Starts the server again after [`stop`](Self::stop) or [`kill`](Self::kill).
    ///
    /// # Errors
    /// If the server does not answer within a minute.
    pub fn run(&mut self) -> io::Result<()> {
        // The shell waits for a line or the end of its input, and then ends the server.
        let script = "folder=$1; shift; \"$@\" & server=$!; read word; \
             kill -INT $server 2>/dev/null; wait $server; [ \"$word\" = keep ] || rm -rf \"$folder\"";
        let mut shell = self
            .command("sh".into())
            .args(["-c", script, "sh"])
            .arg(&self.folder)
            .arg(self.programs.join("postgres"))
            .arg("-D")
            .arg(self.folder.join("data"))
            .args([
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
            ])
            .args(["-c", "max_connections=200", "-c", "log_min_messages=fatal"])
            .args(["-c", &format!("port={}", self.port)])
            .args(["-c", if self.tls { "ssl=on" } else { "ssl=off" }])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let input = shell.stdin.take();
        self.running = Some(Running { shell, input });
        let start = Instant::now();
        while !self.answers() {
            if start.elapsed() > PATIENCE {
                return Err(io::Error::other("PostgreSQL does not answer"));
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Ends the server as an operator does, with running transactions aborted.
    ///
    /// # Errors
    /// If the server cannot be waited for.
    pub fn stop(&mut self) -> io::Result<()> {
        if let Some(mut running) = self.running.take() {
            if let Some(mut input) = running.input.take() {
                let _ = input.write_all(b"keep\n"); // the shell may have ended
            }
            running.shell.wait()?;
        }
        Ok(())
    }

    /// Kills the server and its processes, as a crash does.
    ///
    /// # Errors
    /// If the server cannot be signalled or waited for.
    pub fn kill(&mut self) -> io::Result<()> {
        self.signal("QUIT")?; // the server ends its processes at once and recovers when it starts
        self.stop()
    }

    /// Pauses the processes of the server, so that it accepts connections and does not answer.
    ///
    /// # Errors
    /// If the processes cannot be signalled.
    pub fn pause(&self) -> io::Result<()> {
        self.signal_all("STOP")
    }

    /// Continues after [`pause`](Self::pause).
    ///
    /// # Errors
    /// If the processes cannot be signalled.
    pub fn resume(&self) -> io::Result<()> {
        self.signal_all("CONT")
    }

    /// Creates an empty database.
    ///
    /// # Errors
    /// If `psql` fails.
    pub fn create_database(&self, name: &str) -> io::Result<()> {
        let created = Command::new(self.programs.join("psql"))
            .args(["--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1"])
            .args(["--command", &format!("CREATE DATABASE {name}")])
            .arg(self.url("postgres"))
            .output()?;
        if created.status.success() {
            Ok(())
        } else {
            let message = String::from_utf8_lossy(&created.stderr).into_owned();
            Err(io::Error::other(format!("psql failed: {message}")))
        }
    }

    fn command(&self, program: PathBuf) -> Command {
        let mut words = self.prefix.iter().map(PathBuf::from).chain([program]);
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words).current_dir(&self.folder);
        command.env_remove("PGDATA").env_remove("PGPORT");
        command
    }

    /// Returns `true` if the server accepts a connection and answers: it answers `S` to a request for
    /// TLS if it has a certificate, and `N` otherwise.
    fn answers(&self) -> bool {
        let address = ([127, 0, 0, 1], self.port).into();
        let timeout = Duration::from_secs(1);
        let ask = || -> io::Result<u8> {
            let mut stream = std::net::TcpStream::connect_timeout(&address, timeout)?;
            stream.set_read_timeout(Some(timeout))?;
            stream.write_all(&[0, 0, 0, 8, 4, 210, 22, 47])?;
            let mut answer = [0];
            stream.read_exact(&mut answer)?;
            let [answer] = answer;
            Ok(answer)
        };
        let expected = if self.tls { b'S' } else { b'N' };
        ask().is_ok_and(|answer| answer == expected) && self.is_ready()
    }

    /// Returns `true` after the server has recovered.
    fn is_ready(&self) -> bool {
        let text = fs::read_to_string(self.folder.join("data/postmaster.pid"));
        text.is_ok_and(|text| text.lines().any(|line| line.trim() == "ready"))
    }

    /// Returns the id of the server's main process.
    fn process(&self) -> io::Result<String> {
        let text = fs::read_to_string(self.folder.join("data/postmaster.pid"))?;
        let process = text.lines().next().unwrap_or_default();
        Ok(process.to_owned())
    }

    fn signal(&self, signal: &str) -> io::Result<()> {
        send_signal(signal, &self.process()?)
    }

    fn signal_all(&self, signal: &str) -> io::Result<()> {
        let main = self.process()?;
        let children = fs::read_to_string(format!("/proc/{main}/task/{main}/children"))?;
        send_signal(signal, &main)?;
        for child in children.split_whitespace() {
            let _ = send_signal(signal, child); // it may have ended
        }
        Ok(())
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        let _ = self.stop();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn send_signal(signal: &str, process: &str) -> io::Result<()> {
    let sent = Command::new("kill")
        .args(["-s", signal, process])
        .output()?;
    if sent.status.success() {
        Ok(())
    } else {
        Err(io::Error::other("the signal was not sent"))
    }
}

/// Returns the folder with PostgreSQL's programs.
fn programs() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let versions = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    folders.extend(versions.map(|version| version.path().join("bin")));
    let has_all = |folder: &PathBuf| {
        ["initdb", "postgres"]
            .iter()
            .all(|program| folder.join(program).exists())
    };
    let folder = folders.into_iter().find(has_all)?;
    // psql may be elsewhere; links lead to the folder that has all programs.
    let real = fs::canonicalize(folder.join("initdb")).ok()?;
    real.parent().map(Path::to_path_buf)
}

/// Returns the words before a command that must not run as root, and gives the folder to the user
/// that runs it.
fn prefix(folder: &Path) -> io::Result<Vec<String>> {
    let id = |arguments: &[&str]| -> io::Result<String> {
        let output = Command::new("id").args(arguments).output()?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    if id(&["-u"])? != "0" {
        return Ok(Vec::new());
    }
    let user = ["postgres", "nobody"]
        .into_iter()
        .find_map(|user| id(&["-u", user]).ok().filter(|id| !id.is_empty()));
    let user = user.ok_or_else(|| io::Error::other("no user can run PostgreSQL"))?;
    #[cfg(unix)]
    std::os::unix::fs::chown(folder, user.parse().ok(), None)?;
    let words = [
        "setpriv",
        "--reuid",
        &user,
        "--regid",
        "65534",
        "--clear-groups",
    ];
    Ok(words.map(str::to_owned).to_vec())
}
