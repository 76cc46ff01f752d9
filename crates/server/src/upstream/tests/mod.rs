//! Calls of upstreams over sockets: replies, faults, cancellation, connections.

mod calls;
mod connections;
mod encrypted_reasoning;
mod faults;
mod gemini;
mod support;
