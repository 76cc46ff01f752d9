use rig::{agent::AgentBuilder, providers::openrouter};
use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Deserialize, JsonSchema)]
struct Person {
    name: String,
    age: i32,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let model = openrouter::from_env()?.chat("openai/gpt-4o");
    let agent = AgentBuilder::new(model).build();
    let response = agent
        .prompt_typed::<Person>("Maria Lopez is 34 years old.")
        .await?;
    let person = response.output;
    println!("{} is {}", person.name, person.age);
    Ok(())
}
