//! The tables: one for each protocol of the upstream, and one of memory.

use crate::gateways::Gateway;
use crate::measures::{MEASURES, Rounds, value};
use crate::process::Process;
use crate::samples::Protocol;

/// The results of one gateway and one protocol.
pub struct Column {
    /// Index among the running gateways.
    pub gateway: usize,
    pub name: String,
    pub rounds: Rounds,
}

/// The pairs of gateways whose ratio is printed, if both run.
const RATIOS: [(&str, &str); 3] = [
    ("orouter", "busbar"),
    ("orouter-sqlite", "orouter"),
    ("orouter-postgres", "orouter"),
];

/// Prints the table of one protocol of the upstream.
pub fn print(upstream: Protocol, columns: &[Column]) {
    let Some((direct, columns)) = columns.split_first() else {
        return;
    };
    println!("\n**Responses → {}**\n", upstream.name());
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let run = |name: &str| names.contains(&name);
    let ratios = RATIOS.iter().filter(|(one, other)| run(one) && run(other));
    let ratios: Vec<_> = ratios.collect();
    let titles: Vec<String> = ratios
        .iter()
        .map(|(one, other)| format!(" {one} / {other} |"))
        .collect();
    println!("| | {} |{}", names.join(" | "), titles.concat());
    println!("|---|{}", "---:|".repeat(names.len() + ratios.len()));
    for measure in &MEASURES {
        let values: Vec<Option<f64>> = columns
            .iter()
            .map(|column| value(measure, &column.rounds, &direct.rounds))
            .collect();
        let of = |name: &str| {
            let found = names.iter().position(|known| *known == name)?;
            values[found]
        };
        let better = if measure.rate {
            " (more is better)"
        } else {
            ""
        };
        let cells: Vec<String> = values.iter().map(|value| cell(*value)).collect();
        let quotients = ratios.iter().map(|(one, other)| {
            let quotient = of(one).zip(of(other)).map(|(one, other)| one / other);
            quotient.map_or(" |".to_owned(), |quotient| format!(" {quotient:.2} |"))
        });
        let quotients: String = quotients.collect();
        println!(
            "| {}{better} | {} |{quotients}",
            measure.name,
            cells.join(" | ")
        );
    }
    let rate = MEASURES.iter().find(|measure| measure.rate);
    let rate = rate.and_then(|measure| value(measure, &direct.rounds, &direct.rounds));
    println!(
        "\nThe mock alone: {} requests/s with 8 connections.",
        cell(rate)
    );
}

fn cell(value: Option<f64>) -> String {
    match value {
        None => "–".to_owned(),
        Some(value) if value.abs() < 100.0 => format!("{value:.1}"),
        Some(value) => format!("{value:.0}"),
    }
}

/// Resident memory of a gateway, in MiB.
pub struct Memory {
    idle: f64,
    load: f64,
    after: f64,
}

impl Memory {
    pub fn idle(gateway: &Gateway) -> Self {
        let idle = gateway.process.as_ref().map_or(0.0, Process::memory);
        Self {
            idle,
            load: idle,
            after: idle,
        }
    }

    /// Records the memory during the load.
    pub fn loaded(&mut self, gateway: &Gateway) {
        let peak = gateway.process.as_ref().map_or(0.0, Process::peak_memory);
        self.load = self.load.max(peak);
    }

    /// Records the memory after the load.
    pub fn after(&mut self, gateway: &Gateway) {
        self.after = gateway.process.as_ref().map_or(0.0, Process::memory);
    }
}

/// Prints the table of memory.
pub fn print_memory(gateways: &[Gateway], memory: &[Memory]) {
    println!("\n**Resident memory, MiB**\n");
    println!("| | idle | maximum under load | 10 s after the load |");
    println!("|---|---:|---:|---:|");
    for (gateway, memory) in gateways.iter().zip(memory) {
        if gateway.process.is_some() {
            let Memory { idle, load, after } = memory;
            println!("| {} | {idle:.1} | {load:.1} | {after:.1} |", gateway.name);
        }
    }
}
