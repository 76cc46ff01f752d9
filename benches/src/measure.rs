//! Time measurement, and tables of the results.

use std::time::{Duration, Instant};

/// Result of one measurement: name, time of the best round, allocations.
pub struct Row {
    pub name: &'static str,
    pub nanoseconds: f64,
    pub allocations: f64,
}

/// Piece of work, with the name of its peer.
pub type Work<'a> = (&'static str, Box<dyn FnMut() + 'a>);

/// Returns the time of each piece of work, divided by `per`: the best of many rounds. In each round
/// the pieces of work alternate, so that other load on the machine affects all of them.
pub fn compare(per: usize, mut works: Vec<Work<'_>>, budget: Duration) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut repeats = Vec::new();
    for (name, work) in &mut works {
        work();
        let started = Instant::now();
        work();
        let once = started.elapsed().max(Duration::from_nanos(20));
        // A round takes about 200 µs, so the cost of reading the clock is negligible.
        repeats.push((200_000 / once.as_nanos()).clamp(1, 10_000) as u32);
        let allocations = crate::allocations::count(work) as f64 / per as f64;
        rows.push(Row {
            name,
            nanoseconds: f64::MAX,
            allocations,
        });
    }
    let started = Instant::now();
    while started.elapsed() < budget {
        for ((row, (_, work)), repeats) in rows.iter_mut().zip(&mut works).zip(&repeats) {
            let round = Instant::now();
            for _ in 0..*repeats {
                work();
            }
            let each = round.elapsed().as_nanos() as f64 / f64::from(*repeats) / per as f64;
            row.nanoseconds = row.nanoseconds.min(each);
        }
    }
    rows
}

/// Prints the rows with ratios to the first.
pub fn table(title: &str, unit: &str, rows: &[Row]) {
    println!("\n**{title}**\n\n| | {unit} | ratio | allocations |\n|---|---:|---:|---:|");
    let first = rows.first().map_or(1.0, |row| row.nanoseconds);
    for row in rows {
        let (time, ratio) = (scaled(row.nanoseconds, unit), row.nanoseconds / first);
        println!(
            "| {} | {time} | {ratio:.2} | {} |",
            row.name,
            short(row.allocations)
        );
    }
}

fn scaled(nanoseconds: f64, unit: &str) -> String {
    match unit.split_once(' ').map_or(unit, |(first, _)| first) {
        "ms" => format!("{:.3}", nanoseconds / 1e6),
        "µs" => format!("{:.2}", nanoseconds / 1e3),
        _ => format!("{nanoseconds:.1}"),
    }
}

fn short(count: f64) -> String {
    if count.fract() == 0.0 || count >= 100.0 {
        format!("{count:.0}")
    } else {
        format!("{count:.2}")
    }
}
