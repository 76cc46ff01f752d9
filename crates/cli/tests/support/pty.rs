//! Runs the command in a pseudo-terminal, as a shell does: it is the leader of the session, and Ctrl-C
//! is a key.

use std::io::{Read as _, Write as _};
use std::num::NonZeroU16;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use pty_process::blocking::{self as pty, Pty};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// Size of the terminal. It has room for the whole output of a test, so that no line scrolls away.
const ROWS: u16 = 100;
const COLUMNS: u16 = 80;

/// Maximum time that a test waits for an output or for the end of the command.
const PATIENCE: Duration = Duration::from_secs(30);

/// Standard output of the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stdout {
    Terminal,
    /// A pipe that the test reads from [`Terminal::child`].
    Piped,
}

/// Standard input of the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stdin {
    Terminal,
    Null,
}

/// A terminal and the command that runs in it. The command is killed when a test fails.
pub struct Terminal {
    /// The process, which leads the session of the terminal.
    pub child: Child,
    pty: Arc<Pty>,
    output: Arc<Output>,
    reader: Option<JoinHandle<()>>,
    settings: Termios,
}

#[derive(Default)]
struct Output {
    written: Mutex<Written>,
    more: Condvar,
}

/// Everything that was written to the terminal.
#[derive(Default)]
struct Written {
    bytes: Vec<u8>,
    /// New sizes of the terminal, in rows and columns, and the numbers of bytes before them.
    resizes: Vec<(usize, u16, u16)>,
}

/// Outcome of a run in a terminal.
#[derive(Debug)]
pub struct Ended {
    /// Exit status; `None` if a signal killed the command.
    pub status: Option<i32>,
    /// Text on the screen, without trailing space.
    pub screen: String,
    /// All bytes that were written to the terminal.
    pub raw: String,
}

impl Terminal {
    /// Starts the command with all its streams on the terminal.
    pub fn start(command: Command) -> Self {
        Self::start_with(command, Stdin::Terminal, Stdout::Terminal)
    }

    /// Starts the command with standard error, and the other streams as given, on the terminal.
    pub fn start_with(mut command: Command, stdin: Stdin, stdout: Stdout) -> Self {
        if command.get_envs().all(|(name, _)| name != "TERM") {
            command.env("TERM", "xterm-256color");
        }
        let (pty, pts) = pty::open().unwrap();
        pty.resize(pty_process::Size::new(ROWS, COLUMNS)).unwrap();
        let settings = tcgetattr(&pty).unwrap();
        let mut command = pty::Command::from(command);
        if stdin == Stdin::Null {
            command = command.stdin(Stdio::null());
        }
        if stdout == Stdout::Piped {
            command = command.stdout(Stdio::piped());
        }
        let child = command.spawn(pts).unwrap();
        let pty = Arc::new(pty);
        let output = Arc::new(Output::default());
        let reader = thread::spawn({
            let (pty, output) = (Arc::clone(&pty), Arc::clone(&output));
            move || collect(&pty, &output)
        });
        Self {
            child,
            pty,
            output,
            reader: Some(reader),
            settings,
        }
    }

    /// Types a text.
    pub fn type_text(&self, text: &str) {
        (&*self.pty).write_all(text.as_bytes()).unwrap();
    }

    /// Types a text and presses Enter.
    pub fn line(&self, text: &str) {
        self.type_text(text);
        self.type_text("\r");
    }

    /// Pastes a text, as terminals do while a program asks for marks.
    pub fn paste(&self, text: &str) {
        self.wait_until("the marks of pastes", |written| {
            written.parsed().screen().bracketed_paste()
        });
        self.type_text(&format!("\u{1b}[200~{text}\u{1b}[201~"));
    }

    /// Changes the size of the terminal.
    pub fn resize(&self, rows: u16, columns: u16) {
        let mut written = self.output.written.lock().unwrap();
        let before = written.bytes.len();
        written.resizes.push((before, rows, columns));
        drop(written);
        let size = pty_process::Size::new(rows, columns);
        self.pty.resize(size).unwrap();
    }

    /// Sends a signal by name to the command.
    pub fn signal(&self, name: &str) {
        super::signal(name, self.child.id());
    }

    /// Presses Ctrl-C.
    pub fn ctrl_c(&self) {
        self.type_text("\u{3}");
    }

    /// Presses Ctrl-D.
    pub fn ctrl_d(&self) {
        self.type_text("\u{4}");
    }

    /// Returns the text on the screen, without trailing space.
    pub fn screen(&self) -> String {
        self.output.written.lock().unwrap().screen()
    }

    /// Returns all bytes that were written to the terminal so far.
    pub fn raw(&self) -> String {
        self.output.written.lock().unwrap().text()
    }

    /// Waits until the screen shows the text.
    pub fn wait_for(&self, text: &str) {
        self.wait_for_screen(text, |screen| screen.contains(text));
    }

    /// Waits until the text was written to the terminal, also if it is no longer on the screen.
    pub fn wait_for_raw(&self, text: &str) {
        self.wait_until(text, |written| written.text().contains(text));
    }

    /// Waits until a condition on the text of the screen is met.
    pub fn wait_for_screen(&self, condition: &str, met: impl Fn(&str) -> bool) {
        self.wait_until(condition, |written| met(&written.screen()));
    }

    /// Waits until the last line of the screen is a prompt with this text.
    pub fn wait_for_typed(&self, text: &str) {
        let line = format!("> {text}");
        let line = line.trim_end();
        self.wait_for_screen(line, |screen| {
            screen.lines().last().unwrap_or_default() == line
        });
    }

    /// Waits until the last line of the screen is an empty prompt.
    pub fn wait_for_prompt(&self) {
        self.wait_for_typed("");
    }

    /// Returns the column of the cursor, from 0.
    pub fn cursor_column(&self) -> u16 {
        let written = self.output.written.lock().unwrap();
        written.parsed().screen().cursor_position().1
    }

    /// Changes the mode of the terminal as a shell does when a job stops.
    pub fn restore_settings(&self) {
        tcsetattr(&*self.pty, OptionalActions::Now, &self.settings).unwrap();
    }

    /// Waits until the terminal echoes what is typed, or does not.
    pub fn wait_for_echo(&self, echo: bool) {
        let end = Instant::now() + PATIENCE;
        let echoes = || tcgetattr(&*self.pty).unwrap().local_modes;
        while echoes().contains(LocalModes::ECHO) != echo {
            assert!(Instant::now() < end, "the echo stays {}", !echo);
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn wait_until(&self, condition: &str, met: impl Fn(&Written) -> bool) {
        let end = Instant::now() + PATIENCE;
        let mut written = self.output.written.lock().unwrap();
        while !met(&written) {
            let left = end.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero(),
                "{condition:?} does not appear: {:?}; written: {:?}",
                written.screen(),
                written.text()
            );
            written = self.output.more.wait_timeout(written, left).unwrap().0;
        }
    }

    /// Waits for the end of the command, and checks that it left the terminal as it was: its settings,
    /// and a visible cursor.
    pub fn end(mut self) -> Ended {
        let end = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < end, "does not end: {:?}", self.screen());
            thread::sleep(Duration::from_millis(5));
        };
        // Reads what the command has written, up to the error that the closed terminal returns.
        self.reader.take().unwrap().join().unwrap();
        let settings = tcgetattr(&*self.pty).unwrap();
        let modes = |settings: &Termios| settings.local_modes & LocalModes::all();
        assert_eq!(modes(&settings), modes(&self.settings));
        assert_eq!(settings.input_modes, self.settings.input_modes);
        assert_eq!(settings.output_modes, self.settings.output_modes);
        let written = self.output.written.lock().unwrap();
        let parsed = written.parsed();
        assert!(!parsed.screen().hide_cursor(), "the cursor is hidden");
        assert!(!parsed.screen().bracketed_paste(), "pastes are marked");
        let raw = written.text();
        assert!(!raw.contains("panicked"), "{raw}");
        Ended {
            status: status.code(),
            screen: written.screen(),
            raw,
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn collect(pty: &Pty, output: &Output) {
    let mut buffer = [0; 4096];
    // Linux returns an error instead of the end when the last process has closed the terminal.
    while let Ok(length @ 1..) = { pty }.read(&mut buffer) {
        output
            .written
            .lock()
            .unwrap()
            .bytes
            .extend_from_slice(&buffer[..length]);
        output.more.notify_all();
    }
}

impl Written {
    fn parsed(&self) -> vt100::Parser {
        let size = |number| NonZeroU16::new(number).unwrap();
        let mut parser = vt100::Parser::new(size(ROWS), size(COLUMNS), 0);
        let mut start = 0;
        for &(end, rows, columns) in &self.resizes {
            parser.process(&self.bytes[start..end]);
            parser.screen_mut().set_size(size(rows), size(columns));
            start = end;
        }
        parser.process(&self.bytes[start..]);
        parser
    }

    /// Returns the text on the screen, without trailing space.
    fn screen(&self) -> String {
        let contents = self.parsed().screen().contents();
        let lines: Vec<&str> = contents.lines().map(str::trim_end).collect();
        lines.join("\n").trim_end().to_owned()
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}
