//! Stage 4 of 5: turns a provider's events into one valid stream ([`stream()`]) or body
//! ([`body()`]). [`event_relay`] does the work without I/O.

mod body;
mod client_event;
mod echo;
mod echo_limit;
mod event_relay;
mod final_text;
mod frame_writer;
mod stream;

pub(crate) use body::body;
pub(crate) use stream::stream;
