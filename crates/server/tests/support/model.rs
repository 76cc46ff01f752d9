//! The embedded model, where its weights are to be had.

use std::sync::OnceLock;

use orouter_local::weights::{self, WeightsOptions};
use orouter_local::{Engine, EngineOptions};
use orouter_server::LocalModel;

/// The model, or `None` with a word about it. Each call loads one of its own: counts of active
/// answers are then this test's alone.
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
                        "the model's weights are required and not to be had: {error}"
                    );
                    eprintln!("SKIPPED: the model's weights are not to be had: {error}");
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
