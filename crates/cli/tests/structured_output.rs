//! The SDK's structured output and typed functions with the real server and the embedded model.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::io::{BufRead as _, BufReader};
use std::process::Child;
use std::time::Duration;

use orouter::schemars::{self, JsonSchema};
use orouter::{
    FunctionTool, OpenRouter, Parsed, RequestOptions, ResponseStatus, ResponsesRequest, StopReason,
    Timeouts, ToolChoice, tool_fn,
};
use serde::Deserialize;
use serde_json::json;
use support::{embedded, orouter as command};

const MODEL: &str = "local/smollm2-135m-instruct";
const PATIENCE: Duration = Duration::from_secs(1200);

/// A person that the text mentions.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
struct Person {
    /// First name and last name.
    #[schemars(length(min = 1, max = 24))]
    name: String,
    /// Age in years.
    #[schemars(range(min = 0, max = 150))]
    age: u8,
    /// Where the person lives.
    home: Home,
    employment: Employment,
    vehicle: Option<Vehicle>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
struct Home {
    #[schemars(length(max = 20))]
    city: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Employment {
    /// Works for a company.
    Employed,
    Student,
    Retired,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[allow(dead_code)]
enum Vehicle {
    Bicycle,
    Car {
        /// Number of seats.
        seats: u8,
    },
}

/// `orouter serve` with the embedded model. Ends when it is dropped.
struct Server {
    process: Child,
    url: String,
}

impl Server {
    fn start() -> Self {
        let mut process = command(["serve", "--listen", "127.0.0.1:0"])
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let url = loop {
            let line = lines.next().expect("the server prints its URL").unwrap();
            if let Some(url) = line
                .split_whitespace()
                .find(|word| word.starts_with("http://"))
            {
                break url.to_owned();
            }
        };
        Self { process, url }
    }

    fn client(&self) -> OpenRouter {
        let builder = OpenRouter::builder().env(|_| None).without_api_key();
        builder.server_url(&self.url).build().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn prompts() -> Vec<String> {
    let people = ["Maria Lopez", "Ken Sato", "Ada King", "Tom Berg", "Li Wei"];
    let lives = [
        "works at a bank and drives a car",
        "is retired and rides a bicycle",
        "studies physics and has a daughter, Eva",
        "has no car",
    ];
    let mut prompts = Vec::new();
    for (number, person) in people.iter().enumerate() {
        for (other, life) in lives.iter().enumerate() {
            let age = 21 + 7 * number + other;
            prompts.push(format!("{person}, {age}, from Lisbon, {life}."));
        }
    }
    prompts
}

#[tokio::test]
async fn twenty_extractions_give_twenty_people() {
    if !embedded::available() {
        return;
    }
    let server = Server::start();
    let client = server.client();
    let mut calls = tokio::task::JoinSet::new();
    for (number, prompt) in prompts().into_iter().enumerate() {
        let request = ResponsesRequest::new(MODEL)
            .input(prompt)
            .temperature(0.0)
            .max_output_tokens(200)
            .stream(number % 2 == 1);
        calls.spawn(client.responses().parse::<Person>(request));
    }
    let results = calls.join_all().await;
    assert_eq!(results.len(), 20);
    for result in results {
        let parsed: Parsed<Person> = result.unwrap_or_else(|error| {
            let text = error.partial_response().map(orouter::Response::output_text);
            panic!("{error:?} {text:?}")
        });
        assert_eq!(parsed.response.status, ResponseStatus::Completed);
        assert!(!parsed.value.name.is_empty(), "{parsed:?}");
    }
}

/// Returns the current weather in a city.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
struct GetWeather {
    /// Name of the city, in English.
    #[schemars(length(min = 1, max = 20))]
    city: String,
    unit: Option<Unit>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Unit {
    Celsius,
    Fahrenheit,
}

#[tokio::test]
async fn a_forced_function_is_called_once_with_arguments_of_the_type() {
    if !embedded::available() {
        return;
    }
    let server = Server::start();
    let client = server.client();
    for (city, strict) in [
        ("Paris", true),
        ("Oslo", true),
        ("Lima", false),
        ("Rome", false),
    ] {
        let tool = if strict {
            FunctionTool::of::<GetWeather>("get_weather").unwrap()
        } else {
            FunctionTool::of_lenient::<GetWeather>("get_weather").unwrap()
        };
        let request = ResponsesRequest::new(MODEL)
            .input(format!("What is the weather in {city}?"))
            .tools([tool])
            .tool_choice(ToolChoice::function("get_weather"))
            .temperature(0.0)
            .max_output_tokens(200);
        let response = client.responses().create(request).await.unwrap();
        let calls: Vec<_> = response.function_calls().collect();
        assert_eq!(calls.len(), 1, "{response:?}");
        assert_eq!(calls[0].name, "get_weather");
        let arguments: Result<GetWeather, _> = calls[0].parse_arguments();
        assert!(arguments.is_ok(), "{arguments:?}: {}", calls[0].arguments);
    }
}

#[tokio::test]
async fn twenty_runs_call_their_tool_once_and_end() {
    if !embedded::available() {
        return;
    }
    let server = Server::start();
    let client = server.client();
    let mut runs = tokio::task::JoinSet::new();
    let cities = ["Paris", "Oslo", "Lima", "Rome", "Cairo"];
    let questions = [
        "What is the weather in",
        "Is it warm in",
        "Do I need a coat in",
        "How cold is",
    ];
    for (number, (city, question)) in cities
        .iter()
        .flat_map(|city| questions.map(|question| (city, question)))
        .enumerate()
    {
        let request = ResponsesRequest::new(MODEL)
            .input(format!("{question} {city}?"))
            .tool_choice(ToolChoice::function("get_weather"))
            .temperature(0.0)
            .max_output_tokens(60);
        let (sender, mut called) = tokio::sync::mpsc::unbounded_channel();
        let weather = tool_fn("get_weather", move |args: GetWeather| {
            let sent = sender.send(args.city.clone());
            async move {
                sent?;
                Ok(json!({"city": args.city, "celsius": 21}))
            }
        });
        let run = client
            .call_model(request)
            .tool(weather.unwrap())
            // Shared machines run the model slowly.
            .options(RequestOptions::new().timeouts(Timeouts::default().first_byte(PATIENCE)))
            .before_step(|step| async move {
                let request = step.request;
                Ok(match step.number {
                    1 => request,
                    _ => request.max_output_tokens(8),
                })
            });
        runs.spawn(async move {
            let run = match number % 2 {
                0 => run.await,
                _ => run.stream().into_run().await,
            };
            let mut cities = Vec::new();
            while let Ok(city) = called.try_recv() {
                cities.push(city);
            }
            (run, cities)
        });
    }
    let results = runs.join_all().await;
    assert_eq!(results.len(), 20);
    for (run, cities) in results {
        let run = run.unwrap();
        assert_eq!(run.stop_reason(), StopReason::Finished, "{run:?}");
        assert_eq!((cities.len(), run.steps().len()), (1, 2), "{run:?}");
    }
}
