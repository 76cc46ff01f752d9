//! The HTTP surface: routes, and the checks around all of them.

mod accounts;
mod authenticate;
mod body;
mod buffer;
mod content_coding;
mod cors;
mod decode;
mod generation_id;
mod header_options;
mod health;
mod host_check;
mod json_body;
mod logged;
mod media_type;
mod metrics;
mod model_entry;
mod model_filter;
mod model_query;
mod model_sort;
mod models;
mod providers;
mod ready;
mod responses;
mod routes;
mod sender;
mod trailing_slash;

pub(crate) use logged::serve;
pub(crate) use routes::{Routes, Surface};
