//! A server with a provider that this program defines; its model repeats the input.
//!
//! ```text
//! cargo run -p orouter-server --no-default-features --example own_provider
//! curl http://127.0.0.1:8080/api/v1/responses -H 'content-type: application/json' \
//!     -d '{"model": "example/echo", "input": "hello"}'
//! ```

use orouter_server::provider::{BoxFuture, Price};
use orouter_server::{EventStream, Failure, Load, Model, Provider, ProviderRequest, Server};
use orouter_wire::assemble::events_of;
use orouter_wire::{Input, Message, Response, ResponseStatus, Usage};

struct Echo {
    models: [Model; 1],
}

impl Provider for Echo {
    fn name(&self) -> &str {
        "example"
    }

    fn models(&self) -> &[Model] {
        &self.models
    }

    fn load(&self) -> Load {
        Load::default()
    }

    fn generate(&self, request: ProviderRequest) -> BoxFuture<Result<EventStream, Failure>> {
        Box::pin(async move {
            let Some(Input::Text(text)) = &request.request.input else {
                return Err(Failure::invalid(
                    "input",
                    "`input` must be a string: this model does not read items",
                ));
            };
            // The server sets the response's id and the members that repeat the request.
            let mut response = Response::new("", request.model);
            response.status = ResponseStatus::Completed;
            response.output = vec![Message::assistant(text.as_str()).id("msg_1").into()];
            response.usage = Some(Usage::new(1, 1));
            Ok(EventStream::ready(events_of(&response).collect::<Vec<_>>()))
        })
    }
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let mut model = Model::new("example/echo");
    model.name = "Echo".to_owned();
    model.description = "Repeats its input.".to_owned();
    model.context_length = 32_768;
    // USD per token, as `GET /models` lists it.
    model.price = Some(Price::per_million(0.1, 0.4));
    model.input_modalities = vec!["text".to_owned()];
    model.tokenizer = "Other".to_owned();
    let server = Server::builder().provider(Echo { models: [model] }).build();
    let bound = server.bind("127.0.0.1:8080").await?;
    println!("listening on {}", bound.base_url());
    bound.serve(std::future::pending()).await
}
