use openrouter_rs::{
    OpenRouterClient,
    api::chat::{ChatCompletionRequest, Message},
    types::{ResponseFormat, Role},
};
use schemars::{JsonSchema, schema_for};
use serde::Deserialize;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Person {
    name: String,
    age: i32,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = OpenRouterClient::builder()
        .api_key(std::env::var("OPENROUTER_API_KEY")?)
        .build()?;
    let schema = serde_json::to_value(schema_for!(Person))?;
    let request = ChatCompletionRequest::builder()
        .model("openai/gpt-4o")
        .messages(vec![Message::new(
            Role::User,
            "Maria Lopez is 34 years old.",
        )])
        .response_format(ResponseFormat::json_schema("person", true, schema))
        .build()?;
    let response = client.chat().create(&request).await?;
    let text = response.choices[0].content().ok_or("no text")?;
    let person: Person = serde_json::from_str(text)?;
    println!("{} is {}", person.name, person.age);
    Ok(())
}
