//! The measures: each is a row of a table, computed from rounds of one kind of load.

use crate::client::Prepared;
use crate::gateways::Gateway;
use crate::load::{self, Round, median};
use crate::samples::{self, EVENTS, Protocol, Shape};

/// One kind of load.
#[derive(Clone, Copy)]
pub struct Lane {
    pub shape: Shape,
    pub connections: usize,
    /// Number of requests in a round.
    pub requests: usize,
}

pub const LANES: [Lane; 7] = [
    Lane {
        shape: Shape::Small,
        connections: 1,
        requests: 2000,
    },
    Lane {
        shape: Shape::Small,
        connections: 8,
        requests: 8000,
    },
    Lane {
        shape: Shape::Stream,
        connections: 1,
        requests: 300,
    },
    Lane {
        shape: Shape::Stream,
        connections: 8,
        requests: 800,
    },
    Lane {
        shape: Shape::Paced,
        connections: 1,
        requests: 10,
    },
    Lane {
        shape: Shape::Paced,
        connections: 8,
        requests: 80,
    },
    Lane {
        shape: Shape::Large,
        connections: 1,
        requests: 300,
    },
];

/// One row: a name, a lane's index, and the figure of a round. The figure of the mock itself is
/// subtracted from it if `added`.
pub struct Measure {
    pub name: &'static str,
    pub lane: usize,
    pub figure: fn(&Round) -> f64,
    pub added: bool,
    /// `true` if more is better.
    pub rate: bool,
}

const fn added(name: &'static str, lane: usize, figure: fn(&Round) -> f64) -> Measure {
    Measure {
        name,
        lane,
        figure,
        added: true,
        rate: false,
    }
}

const fn cpu(name: &'static str, lane: usize, figure: fn(&Round) -> f64) -> Measure {
    Measure {
        name,
        lane,
        figure,
        added: false,
        rate: false,
    }
}

const fn rate(name: &'static str, lane: usize) -> Measure {
    Measure {
        name,
        lane,
        figure: |round| round.per_second,
        added: false,
        rate: true,
    }
}

pub const MEASURES: [Measure; 15] = [
    added("added latency p50, µs", 0, |round| round.p50),
    added("added latency p99, µs", 0, |round| round.p99),
    cpu("CPU a request, 1 connection, µs", 0, |round| round.cpu),
    cpu("CPU a request, 8 connections, µs", 1, |round| round.cpu),
    rate("requests/s, 8 connections", 1),
    added("added time to first token p50, µs", 2, |round| {
        round.first_p50
    }),
    added("added time to first token p99, µs", 2, |round| {
        round.first_p99
    }),
    cpu("CPU an event, 1 connection, µs", 2, |round| {
        round.cpu / EVENTS as f64
    }),
    cpu("CPU an event, 8 connections, µs", 3, |round| {
        round.cpu / EVENTS as f64
    }),
    rate("streams/s, 8 connections", 3),
    added("paced: added time to first token p50, µs", 4, |round| {
        round.first_p50
    }),
    cpu("paced: CPU an event, 1 connection, µs", 4, |round| {
        round.cpu / EVENTS as f64
    }),
    cpu("paced: CPU an event, 8 connections, µs", 5, |round| {
        round.cpu / EVENTS as f64
    }),
    added("100 KB prompt: added latency p50, µs", 6, |round| {
        round.p50
    }),
    cpu("100 KB prompt: CPU a request, µs", 6, |round| round.cpu),
];

/// Returns the request of a lane to a gateway; `None` if the gateway does not support it.
///
/// A gateway is asked in the Responses API, and the mock itself in its own protocol.
pub fn prepare(gateway: &Gateway, upstream: Protocol, shape: Shape) -> Option<Prepared> {
    let client = if gateway.process.is_some() {
        Protocol::Responses
    } else {
        upstream
    };
    let model = gateway.model(upstream)?;
    let body = samples::request(client, shape, model);
    let first = shape.is_stream().then(|| samples::first_content(client));
    Some(Prepared::new(
        &gateway.path(client, shape.is_stream()),
        gateway.headers(),
        &body,
        first,
    ))
}

/// Runs one round of a lane.
///
/// # Errors
/// The first error of a request.
pub async fn round(
    gateway: &Gateway,
    upstream: Protocol,
    lane: Lane,
    divisor: usize,
) -> std::io::Result<Option<Round>> {
    let Some(request) = prepare(gateway, upstream, lane.shape) else {
        return Ok(None);
    };
    let requests = (lane.requests / divisor).max(lane.connections);
    let process = gateway.process.as_ref();
    let round = load::run(
        gateway.address,
        &request,
        lane.connections,
        requests,
        process,
    );
    round.await.map(Some)
}

/// All rounds of one gateway and one protocol: for each lane.
pub type Rounds = [Vec<Round>; LANES.len()];

/// Returns the median of a measure; `None` without rounds.
pub fn value(measure: &Measure, rounds: &Rounds, direct: &Rounds) -> Option<f64> {
    let (own, direct) = (&rounds[measure.lane], &direct[measure.lane]);
    if own.is_empty() {
        return None;
    }
    let figure = measure.figure;
    if measure.added {
        let pairs = own.iter().zip(direct);
        Some(median(
            pairs.map(|(own, direct)| figure(own) - figure(direct)),
        ))
    } else {
        Some(median(own.iter().map(figure)))
    }
}
