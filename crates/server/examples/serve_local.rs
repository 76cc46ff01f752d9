//! A server with the embedded model. The model is downloaded first if it is not in the cache.
//!
//! ```text
//! cargo run -p orouter-server --example serve_local
//! curl http://127.0.0.1:8080/api/v1/responses -H 'content-type: application/json' \
//!     -d '{"model": "local/smollm2-135m-instruct", "input": "What is the capital of Germany?"}'
//! ```

use std::error::Error;

use orouter_local::weights::{self, WeightsOptions};
use orouter_local::{Engine, EngineOptions};
use orouter_server::{LocalModel, Server};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let path = tokio::task::spawn_blocking(|| {
        weights::ensure(&WeightsOptions::default(), &mut |progress| {
            println!("{progress:?}");
        })
    })
    .await??;
    let model = LocalModel::loading(move || Engine::load(&path, EngineOptions::default()));
    let bound = Server::builder()
        .provider(model)
        .build()
        .bind("127.0.0.1:8080")
        .await?;
    println!("listening on {}", bound.base_url());
    bound.serve(std::future::pending()).await?;
    Ok(())
}
