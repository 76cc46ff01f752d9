//! A gateway's process: its CPU time and memory, including those of its children.

use std::fs;
use std::process::{Child, Command, Stdio};

use nix::sys::time::TimeValLike as _;
use nix::time::clock_getcpuclockid;
use nix::unistd::Pid;

/// A running process; killed when it is dropped.
pub struct Process(pub Child);

impl Process {
    /// Starts a command without output.
    pub fn start(command: &mut Command) -> std::io::Result<Self> {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.spawn().map(Self)
    }

    fn pids(&self) -> Vec<u32> {
        let mut pids = vec![self.0.id()];
        let mut next = 0;
        while let Some(pid) = pids.get(next) {
            let path = format!("/proc/{pid}/task/{pid}/children");
            let children = fs::read_to_string(path).unwrap_or_default();
            pids.extend(
                children
                    .split_whitespace()
                    .filter_map(|pid| pid.parse::<u32>().ok()),
            );
            next += 1;
        }
        pids
    }

    /// Returns the CPU time so far, user and system, in microseconds.
    pub fn cpu(&self) -> f64 {
        let time = |pid: u32| {
            let clock = clock_getcpuclockid(Pid::from_raw(pid.cast_signed())).ok()?;
            Some(clock.now().ok()?.num_nanoseconds() as f64 / 1000.0)
        };
        self.pids().into_iter().filter_map(time).sum()
    }

    /// Returns the resident memory, in MiB.
    pub fn memory(&self) -> f64 {
        self.status("VmRSS:")
    }

    /// Returns the maximum of the resident memory so far, in MiB.
    pub fn peak_memory(&self) -> f64 {
        self.status("VmHWM:")
    }

    fn status(&self, name: &str) -> f64 {
        let kib = |pid| {
            let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.trim().trim_end_matches(" kB").parse::<f64>().ok()
        };
        self.pids().into_iter().filter_map(kib).sum::<f64>() / 1024.0
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
