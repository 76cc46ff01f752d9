use rig::{
    agent::{AgentBuilder, stream_to_stdout},
    providers::openrouter,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let model = openrouter::from_env()?.chat("openai/gpt-4o");
    let agent = AgentBuilder::new(model).build();
    let mut stream = agent.prompt("Tell me a joke").stream();
    stream_to_stdout(&mut stream).await?;
    Ok(())
}
