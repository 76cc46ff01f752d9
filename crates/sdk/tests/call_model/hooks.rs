//! Hooks before and after each step.

use std::sync::Mutex;

use orouter::{Error, ErrorKind, testing::Reply};

use super::*;
use crate::support::replay;

#[tokio::test]
async fn a_hook_changes_the_request_of_its_step_only() {
    let runs = Runs::default();
    let (client, transport, _) =
        replay([call("get_weather"), call("get_weather"), Reply::text("ok")]);
    let run = client
        .call_model(request())
        .tool(weather(&runs))
        .before_step(|step| async move {
            let mut request = step.request;
            if step.number == 2 {
                request.model = Some(format!("cheap-{}", step.usage.total_tokens));
            }
            Ok(request)
        })
        .before_step(|step| async move { Ok(step.request.user("second")) })
        .await
        .unwrap();
    assert_eq!(run.text(), "ok");
    let models: Vec<Option<String>> = transport
        .responses_requests()
        .into_iter()
        .map(|request| {
            assert_eq!(request.user.as_deref(), Some("second"));
            request.model
        })
        .collect();
    let expected = ["m", "cheap-15", "m"];
    assert_eq!(models, expected.map(|model| Some(model.to_owned())));
    let state = serde_json::to_value(run.into_state()).unwrap();
    assert_eq!(state["run"]["request"]["model"], "m");
    assert_eq!(state["run"]["request"].get("user"), None);
}

#[tokio::test]
async fn hooks_run_after_each_step_that_is_done() {
    let runs = Runs::default();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (client, ..) = replay([call("get_weather"), Reply::text("ok")]);
    let run = client.call_model(request()).tool(weather(&runs));
    let run = {
        let seen = Arc::clone(&seen);
        run.after_step(move |step| {
            let seen = Arc::clone(&seen);
            async move {
                seen.lock().unwrap().push((step.outputs.len(), step.text()));
                Ok(())
            }
        })
    };
    run.await.unwrap();
    assert_eq!(
        *seen.lock().unwrap(),
        [(1, String::new()), (0, "ok".to_owned())]
    );
}

#[tokio::test]
async fn errors_of_hooks_end_the_run() {
    let runs = Runs::default();
    let refuse = || Error::custom(ErrorKind::Other, "the budget is spent");
    let (client, transport, _) = replay([call("get_weather"), Reply::text("ok")]);
    let run = client.call_model(request()).tool(weather(&runs));
    let error = run
        .before_step(move |_| async move { Err(refuse()) })
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "the budget is spent");
    assert_eq!(
        (
            transport.requests().len(),
            error.model_run().unwrap().steps().len()
        ),
        (0, 0)
    );

    let run = client.call_model(request()).tool(weather(&runs));
    let error = run
        .after_step(move |_| async move { Err(refuse()) })
        .await
        .unwrap_err();
    let run = error.into_model_run().unwrap();
    assert_eq!((run.steps().len(), runs.count()), (1, 1));
    // The run continues after the step whose calls have run.
    let run = client
        .resume_model(run.into_state())
        .tool(weather(&runs))
        .await
        .unwrap();
    assert_eq!((run.text().as_str(), runs.count()), ("ok", 1));
}
