//! Options of `orouter serve`.

use std::path::PathBuf;

use clap::Args;

use crate::http_args::HttpArgs;
use crate::limit_args::LimitArgs;
use crate::log_args::LogArgs;
use crate::values::{address, file};

#[derive(Args, Debug)]
pub(crate) struct ServeArgs {
    /// Configuration file; options and variables override it [default: orouter.toml in the current
    /// folder, if it exists]
    #[arg(short, long, value_name = "FILE", env = "OROUTER_CONFIG", hide_env_values = true, value_parser = file)]
    pub(crate) config: Option<PathBuf>,
    /// Address to listen on, as HOST:PORT; port 0 selects a free port [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS", env = "OROUTER_LISTEN", hide_env_values = true, value_parser = address)]
    pub(crate) listen: Option<String>,
    /// Address of a listener for administrators, with GET /metrics, as HOST:PORT
    #[arg(long, value_name = "ADDRESS", env = "OROUTER_ADMIN_LISTEN", hide_env_values = true, value_parser = address)]
    pub(crate) admin_listen: Option<String>,
    /// GGUF file of the embedded model
    #[arg(long, value_name = "FILE")]
    pub(crate) model_path: Option<PathBuf>,
    /// Maximum number of responses that the model generates at the same time [default: 4]
    #[arg(long, value_name = "N", env = "OROUTER_PARALLEL", hide_env_values = true, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) parallel: Option<u16>,
    /// Maximum number of requests that wait for the model; others are refused with 503 [default: 32]
    #[arg(long, value_name = "N", env = "OROUTER_QUEUE", hide_env_values = true)]
    pub(crate) queue: Option<u16>,
    #[command(flatten)]
    pub(crate) http: HttpArgs,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    #[command(flatten)]
    pub(crate) log: LogArgs,
}
