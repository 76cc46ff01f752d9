//! Wall and CPU time, rounds in which the peers alternate, and tables of the results.

use std::time::Instant;

use rustix::time::{ClockId, clock_gettime};

/// Duration in nanoseconds.
#[derive(Clone, Copy)]
pub struct Time {
    pub wall: f64,
    /// CPU time of all threads, user and system. More precise than `getrusage`.
    pub cpu: f64,
}

/// Measures the time of `work`.
pub async fn time(work: impl Future<Output = ()>) -> Time {
    let (wall, cpu) = (Instant::now(), cpu());
    work.await;
    Time {
        wall: wall.elapsed().as_nanos() as f64,
        cpu: self::cpu() - cpu,
    }
}

fn cpu() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
}

/// Results of one peer: one time per round.
pub struct Row {
    pub name: String,
    pub times: Vec<Time>,
    pub allocations: Option<f64>,
}

impl Row {
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            times: Vec::new(),
            allocations: None,
        }
    }

    fn sorted(&self, of: fn(&Time) -> f64) -> Vec<f64> {
        let mut values: Vec<f64> = self.times.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values
    }
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Prints the rows. The last two columns are medians over the rounds of the ratio to the SDK and to
/// the baseline (the first two rows) in the same round.
pub fn table(title: &str, unit: &str, divisor: f64, digits: usize, rows: &[Row]) {
    println!(
        "\n**{title}, {unit}** ({} rounds)\n\n| | wall, best | wall, median | CPU, best | CPU, median | allocations | CPU, ratio to `orouter` | CPU above reqwest |",
        rows[0].times.len()
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|");
    for row in rows {
        let (wall, cpu) = (row.sorted(|time| time.wall), row.sorted(|time| time.cpu));
        let show = |nanoseconds: f64| format!("{:.digits$}", nanoseconds / divisor);
        let allocations = row
            .allocations
            .map_or_else(|| "not counted".to_owned(), |count| format!("{count:.2}"));
        let beside = |other: &Row, with: fn(f64, f64) -> f64| {
            let pairs = row.times.iter().zip(&other.times);
            median(pairs.map(|(one, other)| with(one.cpu, other.cpu)).collect())
        };
        println!(
            "| {} | {} | {} | {} | {} | {allocations} | {:.2} | {} |",
            row.name,
            show(wall[0]),
            show(wall[wall.len() / 2]),
            show(cpu[0]),
            show(cpu[cpu.len() / 2]),
            beside(&rows[1], |one, other| one / other),
            show(beside(&rows[0], |one, other| one - other)),
        );
    }
}
