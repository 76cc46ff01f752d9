//! The metrics of the process, under the names that all Prometheus clients use. They are read from
//! `/proc`, so that they exist on Linux only.

use std::fmt;
use std::fs;

use super::families;
use super::writer::Writer;

/// Ticks per second of the times in `/proc`: a constant of Linux for programs (`USER_HZ`).
const TICKS: f64 = 100.0;

/// Bytes in the unit `kB` of `/proc/self/status`.
const KIBIBYTE: f64 = 1024.0;

pub(super) fn write(writer: &mut Writer<'_>) -> fmt::Result {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let boot = fs::read_to_string("/proc/stat").unwrap_or_default();
    if let Some(seconds) = cpu_seconds(&stat) {
        writer.counter(&families::CPU, seconds)?;
    }
    let start = start_seconds(&stat).zip(boot_time(&boot));
    let gauges = [
        (&families::RESIDENT, memory(&status, "VmRSS:")),
        (&families::VIRTUAL, memory(&status, "VmSize:")),
        (&families::OPEN_FDS, open_files()),
        (&families::MAX_FDS, max_files(&limits)),
        (
            &families::START_TIME,
            start.map(|(start, boot)| boot + start),
        ),
    ];
    for (family, value) in gauges {
        if let Some(value) = value {
            writer.gauge(family, value)?;
        }
    }
    Ok(())
}

/// Returns a field of `/proc/self/stat` after the name of the program, which may contain spaces.
fn field(stat: &str, position: usize) -> Option<f64> {
    let (_, fields) = stat.rsplit_once(") ")?;
    fields.split(' ').nth(position)?.parse().ok()
}

/// Returns the user and system time.
fn cpu_seconds(stat: &str) -> Option<f64> {
    Some((field(stat, 11)? + field(stat, 12)?) / TICKS)
}

/// Returns the start of the process in seconds after the boot.
fn start_seconds(stat: &str) -> Option<f64> {
    Some(field(stat, 19)? / TICKS)
}

/// Returns the time of the boot in seconds since 1970.
fn boot_time(text: &str) -> Option<f64> {
    let mut lines = text.lines();
    lines
        .find_map(|line| line.strip_prefix("btime "))?
        .trim()
        .parse()
        .ok()
}

fn memory(status: &str, name: &str) -> Option<f64> {
    let mut lines = status.lines();
    let value = lines.find_map(|line| line.strip_prefix(name))?;
    let kibibytes: f64 = value.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * KIBIBYTE)
}

fn open_files() -> Option<f64> {
    // One of them is the folder that is read here.
    let count = fs::read_dir("/proc/self/fd").ok()?.count();
    Some(count.saturating_sub(1) as f64)
}

/// Returns the soft limit, or infinity if it is not limited.
fn max_files(limits: &str) -> Option<f64> {
    let mut lines = limits.lines();
    let rest = lines.find_map(|line| line.strip_prefix("Max open files"))?;
    match rest.split_whitespace().next()? {
        "unlimited" => Some(f64::INFINITY),
        number => number.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_proc_are_read() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194304 100 0 0 0 150 50 0 0 20 0 3 0 900 1000 20 18";
        assert_eq!(cpu_seconds(stat), Some(2.0));
        assert_eq!(start_seconds(stat), Some(9.0));
        assert_eq!(boot_time("cpu 1 2\nbtime 1700000000\n"), Some(1.7e9));
        assert_eq!(
            memory("Name:\tx\nVmRSS:\t    12 kB\n", "VmRSS:"),
            Some(12288.0)
        );
        assert_eq!(
            max_files("Max open files   1024  4096  files\n"),
            Some(1024.0)
        );
        let unlimited = "Max open files            unlimited            unlimited            files";
        assert_eq!(max_files(unlimited), Some(f64::INFINITY));
        assert_eq!(cpu_seconds(""), None);
    }
}
