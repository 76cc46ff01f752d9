use std::error::Error;

use async_openai::{
    Client,
    config::OpenAIConfig,
    types::responses::{
        CreateResponseArgs, EasyInputMessage, FunctionCallOutput, FunctionCallOutputItemParam,
        FunctionTool, InputItem, InputParam, Item, OutputItem, Tool,
    },
};
use schemars::{JsonSchema, schema_for};
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize, JsonSchema)]
struct WeatherArgs {
    city: String,
}

fn get_weather(args: WeatherArgs) -> serde_json::Value {
    json!({"city": args.city, "celsius": 21})
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let config = OpenAIConfig::new()
        .with_api_base("https://openrouter.ai/api/v1")
        .with_api_key(std::env::var("OPENROUTER_API_KEY")?);
    let client = Client::with_config(config);
    let tool = Tool::Function(FunctionTool {
        name: "get_weather".into(),
        description: Some("Get the weather of a city".into()),
        parameters: Some(serde_json::to_value(schema_for!(WeatherArgs))?),
        ..Default::default()
    });
    let question = EasyInputMessage::from("What is the weather in Paris?");
    let mut input: Vec<InputItem> = vec![question.into()];
    loop {
        let request = CreateResponseArgs::default()
            .model("openai/gpt-4o")
            .input(InputParam::Items(input.clone()))
            .tools([tool.clone()])
            .build()?;
        let response = client.responses().create(request).await?;
        let mut outputs = Vec::new();
        for item in &response.output {
            if let OutputItem::FunctionCall(call) = item {
                let weather = get_weather(serde_json::from_str(&call.arguments)?);
                outputs.push(Item::FunctionCallOutput(FunctionCallOutputItemParam {
                    call_id: Some(call.call_id.clone()),
                    output: FunctionCallOutput::Text(weather.to_string()),
                    id: None,
                    status: None,
                    name: None,
                    namespace: None,
                    caller: None,
                }));
            }
        }
        if outputs.is_empty() {
            println!("{}", response.output_text().unwrap_or_default());
            return Ok(());
        }
        input.extend(response.output.into_iter().map(InputItem::from));
        input.extend(outputs.into_iter().map(InputItem::from));
    }
}
