//! Stage 3 of 5: tries the endpoints in order until one starts to generate.
//!
//! An endpoint has started once it sends content. Until then a failure leads to the next endpoint,
//! as the fallback table has it, also after `response.created` and similar events. After that there
//! is no fallback. [`run`] tries the endpoints, [`outcome`] makes the final failure, [`served`]
//! watches the events of the endpoint that generates.

mod capacity;
mod first_content;
mod outcome;
mod run;
mod served;

pub(crate) use first_content::broken_off;
pub(crate) use run::{Attempt, Job, attempt};
