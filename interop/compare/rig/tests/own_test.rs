use rig::{
    agent::{Agent, AgentBuilder},
    completion::PromptError,
    test_utils::MockCompletionModel,
};

async fn joke(agent: &Agent) -> Result<String, PromptError> {
    Ok(agent.prompt("Tell me a joke").await?.output().to_string())
}

#[tokio::test]
async fn joke_returns_the_text_of_the_response() {
    let model = MockCompletionModel::text("A horse walks into a bar.");
    let agent = AgentBuilder::new(model).build();
    assert_eq!(joke(&agent).await.unwrap(), "A horse walks into a bar.");
}
