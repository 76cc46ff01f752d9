use rig::{agent::AgentBuilder, providers::openrouter, rig_tool, tool::ToolExecutionError};
use serde_json::{Value, json};

#[rig_tool(description = "Get the weather of a city", required(city))]
fn get_weather(city: String) -> Result<Value, ToolExecutionError> {
    Ok(json!({"city": city, "celsius": 21}))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let model = openrouter::from_env()?.chat("openai/gpt-4o");
    let agent = AgentBuilder::new(model).tool(GetWeather).build();
    let response = agent
        .prompt("What is the weather in Paris?")
        .max_turns(5)
        .await?;
    println!("{}", response.output());
    Ok(())
}
