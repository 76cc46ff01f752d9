//! Load: many requests over one or more connections, and the figures of one round.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::client::{Client, Prepared, Times};
use crate::process::Process;

/// The figures of one round. Times are in microseconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Round {
    /// Time of the whole response.
    pub p50: f64,
    pub p99: f64,
    /// Time to the first content.
    pub first_p50: f64,
    pub first_p99: f64,
    /// CPU time of the gateway for each request.
    pub cpu: f64,
    pub per_second: f64,
}

/// Sends `count` requests over `connections` connections, which stay open between the requests.
///
/// # Errors
/// The first error of any request.
pub async fn run(
    address: SocketAddr,
    request: &Prepared,
    connections: usize,
    count: usize,
    process: Option<&Process>,
) -> std::io::Result<Round> {
    let each = count / connections;
    let mut clients = Vec::new();
    for _ in 0..connections {
        let mut client = Client::connect(address).await?;
        // A connection's first request costs more.
        client.send(request).await?;
        clients.push(client);
    }
    let cpu = || process.map_or(0.0, Process::cpu);
    let (start, cpu_before) = (Instant::now(), cpu());
    let mut times = Vec::with_capacity(count);
    if let [client] = &mut clients[..] {
        for _ in 0..each {
            times.push(client.send(request).await?);
        }
    } else {
        let tasks: Vec<_> = clients
            .into_iter()
            .map(|mut client| {
                let request = request.clone();
                tokio::spawn(async move {
                    let mut times = Vec::with_capacity(each);
                    for _ in 0..each {
                        times.push(client.send(&request).await?);
                    }
                    std::io::Result::Ok(times)
                })
            })
            .collect();
        for task in tasks {
            times.extend(task.await.map_err(std::io::Error::other)??);
        }
    }
    let (wall, cpu) = (start.elapsed(), cpu() - cpu_before);
    Ok(figures(&times, wall, cpu))
}

fn figures(times: &[Times], wall: Duration, cpu: f64) -> Round {
    let sorted = |of: fn(&Times) -> Duration| {
        let micros = |times| of(times).as_nanos() as f64 / 1000.0;
        let mut values: Vec<f64> = times.iter().map(micros).collect();
        values.sort_by(f64::total_cmp);
        values
    };
    let (all, first) = (sorted(|times| times.all), sorted(|times| times.first));
    let at = |values: &[f64], percent: usize| values[(values.len() - 1) * percent / 100];
    Round {
        p50: at(&all, 50),
        p99: at(&all, 99),
        first_p50: at(&first, 50),
        first_p99: at(&first, 99),
        cpu: cpu / times.len() as f64,
        per_second: times.len() as f64 / wall.as_secs_f64(),
    }
}

/// Returns the median; 0 without values.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
