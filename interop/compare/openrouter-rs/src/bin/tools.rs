use openrouter_rs::{
    OpenRouterClient,
    api::chat::{ChatCompletionRequest, Message},
    types::{Role, typed_tool::TypedTool},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Serialize, Deserialize, JsonSchema)]
struct GetWeather {
    city: String,
}

impl TypedTool for GetWeather {
    fn name() -> &'static str {
        "get_weather"
    }

    fn description() -> &'static str {
        "Get the weather of a city"
    }
}

fn get_weather(args: GetWeather) -> serde_json::Value {
    json!({"city": args.city, "celsius": 21})
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = OpenRouterClient::builder()
        .api_key(std::env::var("OPENROUTER_API_KEY")?)
        .build()?;
    let question = Message::new(Role::User, "What is the weather in Paris?");
    let mut messages = vec![question];
    loop {
        let request = ChatCompletionRequest::builder()
            .model("openai/gpt-4o")
            .messages(messages.clone())
            .typed_tool::<GetWeather>()
            .build()?;
        let response = client.chat().create(&request).await?;
        let choice = &response.choices[0];
        let Some(calls) = choice.tool_calls().filter(|calls| !calls.is_empty()) else {
            println!("{}", choice.content().unwrap_or(""));
            return Ok(());
        };
        messages.push(Message::try_from(choice.message().ok_or("no message")?)?);
        for call in calls {
            let weather = get_weather(call.parse_params()?);
            messages.push(Message::tool_response(call.id(), weather.to_string()));
        }
    }
}
