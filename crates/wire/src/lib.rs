//! What travels on POST /responses: requests, responses, items, events, errors and SSE framing. No I/O, no async.

pub mod sse;
