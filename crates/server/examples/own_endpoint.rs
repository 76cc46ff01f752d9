//! A server whose answers come from code of yours: here, one that repeats what it is told.
//!
//! ```text
//! cargo run -p orouter-server --no-default-features --example own_endpoint
//! curl http://127.0.0.1:8080/api/v1/responses -d '{"model": "example/echo", "input": "hello"}'
//! ```

use orouter_server::endpoint::{BoxFuture, Price};
use orouter_server::{Call, Endpoint, EventStream, Failure, Load, Model, Server};
use orouter_wire::assemble::events_of;
use orouter_wire::{Input, Message, Response, ResponseStatus, Usage};

struct Echo {
    models: [Model; 1],
}

impl Endpoint for Echo {
    fn provider(&self) -> &str {
        "example"
    }

    fn models(&self) -> &[Model] {
        &self.models
    }

    fn load(&self) -> Load {
        Load::default()
    }

    fn answer(&self, call: Call) -> BoxFuture<Result<EventStream, Failure>> {
        Box::pin(async move {
            let Some(Input::Text(text)) = &call.request.input else {
                return Err(Failure::invalid(
                    "input",
                    "`input` must be a string: echoes are simple",
                ));
            };
            // The response's own id and the echo of the request are the server's business.
            let mut response = Response::new("", call.model);
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
    model.price = Some(Price::new("0.0000001", "0.0000004"));
    model.input_modalities = vec!["text".to_owned()];
    model.tokenizer = "Other".to_owned();
    let server = Server::builder().endpoint(Echo { models: [model] }).build();
    let bound = server.bind("127.0.0.1:8080").await?;
    println!("listening on {}", bound.base_url());
    bound.serve(std::future::pending()).await
}
