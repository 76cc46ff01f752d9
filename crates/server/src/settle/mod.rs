//! Stage 5 of 5: usage and cost of a response, and its part of the request's log line. [`cost`] has
//! the arithmetic, [`tally`] counts while the response is generated, [`plausible`]
//! checks what the provider reports, [`record`] writes the log line, [`measured`]
//! the metrics, and [`bill`] the record in the store.

mod bill;
mod complete;
mod cost;
mod measured;
mod plausible;
mod record;
mod tally;

pub(crate) use bill::Bill;
pub(crate) use complete::complete;
pub(crate) use record::Record;
pub(crate) use tally::Tally;
