//! A run that asks a person before it deletes a file, stored as text between question and answer.
//!
//! `OPENROUTER_API_KEY=... cargo run -p orouter --features schema --example agent`

use orouter::{OpenRouter, ResponsesRequest, RunState, StopReason, schemars, stop, tool_fn};

/// Deletes a file.
#[derive(serde::Deserialize, schemars::JsonSchema)]
struct DeleteArgs {
    path: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = OpenRouter::from_env()?;
    let delete = tool_fn("delete_file", |args: DeleteArgs| async move {
        std::fs::remove_file(&args.path)?;
        Ok("deleted")
    })?
    .require_approval();

    let request = ResponsesRequest::new("openai/gpt-4o").input("Delete old.log, please.");
    let mut run = client
        .call_model(request)
        .tool(delete.clone())
        .stop_when(stop::step_count_is(5).or(stop::max_cost(0.10)))
        .await?;

    while run.stop_reason() == StopReason::PendingCalls {
        let pending = run.pending_calls();
        let stored = serde_json::to_string(&run.into_state())?;

        // Later, also in another process.
        let state: RunState = serde_json::from_str(&stored)?;
        let mut resumed = client.resume_model(state).tool(delete.clone());
        for call in pending {
            println!("{} with {}? y/n", call.name, call.arguments);
            let mut answer = String::new();
            std::io::stdin().read_line(&mut answer)?;
            resumed = match answer.trim() {
                "y" => resumed.approve(call.call_id),
                _ => resumed.reject(call.call_id, "the user wants to keep the file"),
            };
        }
        run = resumed.await?;
    }
    println!("{} ({:?} USD)", run.text(), run.usage().cost);
    Ok(())
}
