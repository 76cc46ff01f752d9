//! `@openrouter/sdk` on Node, in a process that executes one command per input line and prints one
//! result line.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use crate::measure::Time;

pub struct Node {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// Name and version of the SDK.
    pub name: String,
}

impl Node {
    /// Starts the process. Returns `None` and prints a message if Node or the SDK is not installed.
    pub fn start(url: &str) -> Option<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peer.mjs");
        let process = Command::new("node")
            .args(["--expose-gc"])
            .arg(script)
            .arg(url)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut node = process.ok().and_then(|mut process| {
            let input = process.stdin.take()?;
            let output = BufReader::new(process.stdout.take()?);
            Some(Self {
                process,
                input,
                output,
                name: String::new(),
            })
        });
        let name = node.as_mut().and_then(Self::line);
        match (node, name) {
            (Some(mut node), Some(name)) => {
                node.name = name;
                Some(node)
            }
            _ => {
                println!("\nskipped @openrouter/sdk: run `npm ci` in interop/node, with Node 20");
                None
            }
        }
    }

    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let length = self.output.read_line(&mut line).ok()?;
        (length > 0).then(|| line.trim().to_owned())
    }

    /// Executes one command and returns the two numbers of its result.
    pub fn ask(&mut self, what: &str) -> (f64, f64) {
        writeln!(self.input, "{what}").expect("Node listens");
        let line = self.line().expect("Node answers");
        let mut numbers = line.split(' ').map(|part| part.parse().expect("a number"));
        (numbers.next().expect("one"), numbers.next().expect("two"))
    }

    /// Executes one command and returns its total time in nanoseconds.
    pub fn time(&mut self, what: &str) -> Time {
        let (wall, cpu) = self.ask(what);
        Time { wall, cpu }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
