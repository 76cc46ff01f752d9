//! The embedded model, if its weights are available.

use std::sync::OnceLock;

use orouter_local::weights::{self, WeightsOptions};
use orouter_local::{Engine, EngineOptions};
use orouter_server::LocalModel;

/// Loads the model. Returns `None` and prints a message if the weights are not available. Each call
/// loads a model of its own, so that each test has its own counts.
pub fn model(parallel: usize, queue: usize) -> Option<LocalModel> {
    static PATH: OnceLock<Option<std::path::PathBuf>> = OnceLock::new();
    let path =
        PATH.get_or_init(
            || match weights::ensure(&WeightsOptions::default(), &mut |_| {}) {
                Ok(path) => Some(path),
                Err(error) => {
                    let strict = std::env::var_os("OROUTER_TEST_REQUIRE_MODEL").is_some();
                    assert!(
                        !strict,
                        "the model's weights are required and not available: {error}"
                    );
                    eprintln!("SKIPPED: the model's weights are not available: {error}");
                    None
                }
            },
        );
    let path = path.as_ref()?;
    let mut options = EngineOptions::default();
    options.parallel = parallel;
    options.queue = queue;
    Some(LocalModel::new(Engine::load(path, options).unwrap()))
}
