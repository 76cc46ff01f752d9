//! Records of generations: [`generation`] has the record, [`settlement`] adds the leases that pay,
//! [`activity`] has the sums per day, [`export`] writes records as CSV and JSON lines.

mod activity;
mod export;
mod generation;
mod settlement;

pub use activity::{ActivityQuery, ActivityRow};
pub use export::{csv_header, write_csv, write_json_line};
pub use generation::{
    AttemptRecord, ClientFields, GenerationOutcome, GenerationRecord, TokenCounts,
};
pub use settlement::Settlement;
