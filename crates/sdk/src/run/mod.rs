//! The data of a run: its steps, its calls, and the form in which it is stored. No I/O.
//!
//! | File | Holds |
//! |---|---|
//! | `step.rs` | a step: a response and the outputs of its calls |
//! | `call_record.rs` | a call of the last step and its progress |
//! | `data.rs` | the state of a run, which the loop in `agent/` changes |
//! | `model_run.rs` | the result of a run |
//! | `state.rs` | the stored form |

mod call_record;
mod data;
mod model_run;
mod state;
mod step;

pub(crate) use self::{
    call_record::{CallRecord, CallStatus},
    data::RunData,
    step::usage_of,
};
pub use self::{
    model_run::{ModelRun, PendingCall, PendingReason, StopReason},
    state::RunState,
    step::Step,
};
