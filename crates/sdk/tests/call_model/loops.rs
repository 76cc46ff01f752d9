//! The loop: requests, inputs, the order of outputs, and the forced tool choice.

use std::time::Duration;

use orouter::{
    ErrorKind, FnTool, FunctionTool, Item, Message, ReasoningItem, RequestOptions, Response,
    ResponseStatus, ResponsesRequest, StopReason, Tool, ToolChoice, ToolContext, Usage,
    testing::Reply,
};
use serde_json::Value;

use super::*;
use crate::support::replay;

#[tokio::test]
async fn a_run_without_calls_is_one_request() {
    let (client, transport, _) = replay([Reply::text("Yes.")]);
    let run = client.call_model(request()).await.unwrap();
    assert_eq!(run.text(), "Yes.");
    assert_eq!(run.response().output_text(), "Yes.");
    assert_eq!(run.steps().len(), 1);
    assert_eq!(run.stop_reason(), StopReason::Finished);
    assert_eq!(run.stop_condition(), None);
    assert!(run.pending_calls().is_empty());
    let requests = transport.responses_requests();
    assert_eq!(requests, [request()]);
}

#[tokio::test]
async fn a_tool_is_run_and_its_output_returned() {
    let runs = Runs::default();
    let (client, transport, _) = replay([call("get_weather"), Reply::text("It is 21 °C.")]);
    let run = client
        .call_model(request().instructions("Be brief."))
        .tool(weather(&runs))
        .await
        .unwrap();
    assert_eq!(run.text(), "It is 21 °C.");
    assert_eq!(runs.count(), 1);
    assert_eq!(run.steps().len(), 2);
    assert_eq!(run.usage().total_tokens, 30);
    assert_eq!(
        outputs(&run.steps()[0].outputs),
        [(
            "call_1".to_owned(),
            r#"{"city":"Paris","celsius":21}"#.to_owned()
        )]
    );
    let requests = transport.responses_requests();
    assert_eq!(requests.len(), 2);
    for request in &requests {
        assert_eq!(request.instructions.as_deref(), Some("Be brief."));
        assert_eq!(request.tools, [Tool::from(definition("get_weather"))]);
        assert_eq!(request.tool_choice, None);
    }
    let items = input(&transport, 1);
    assert_eq!(items.len(), 3);
    assert_eq!(
        items[0].as_message().unwrap().text(),
        "Is it warm in Paris?"
    );
    assert_eq!(items[1].as_function_call().unwrap().name, "get_weather");
    assert_eq!(outputs(&items), outputs(&run.steps()[0].outputs));
    assert_eq!(run.conversation().len(), 4);
}

#[tokio::test]
async fn all_items_of_a_response_are_sent_back_unchanged() {
    let mut reasoning = ReasoningItem::default();
    reasoning.id = Some("rs_1".to_owned());
    reasoning.encrypted_content = Some("c2VhbGVk".to_owned());
    let mut first = Response::new("", "m");
    first.status = ResponseStatus::Completed;
    let unknown: Item = orouter::from_str(r#"{"type":"hologram","id":"h1","depth":3}"#).unwrap();
    let call: Item = orouter::from_str(
        r#"{"type":"function_call","id":"fc_1","call_id":"c1","name":"get_weather","arguments":"{\"city\":\"Oslo\"}","signature":"s"}"#,
    )
    .unwrap();
    first.output = vec![
        reasoning.into(),
        Message::assistant("Let me look.").into(),
        unknown,
        call,
    ];
    let expected = first.output.clone();
    let (client, transport, _) = replay([Reply::response(first), Reply::text("Cold.")]);
    let runs = Runs::default();
    let earlier = [Message::user("Hello"), Message::user("Is it warm in Oslo?")];
    let asked = ResponsesRequest::new("m").input(earlier);
    client.call_model(asked).tool(weather(&runs)).await.unwrap();
    let items = input(&transport, 1);
    let sent: Vec<String> = items[2..6].iter().map(orouter::to_string).collect();
    for (item, sent) in expected.iter().zip(&sent) {
        // The double gives ids to items without one.
        if item.id().is_some() {
            assert_eq!(&orouter::to_string(item), sent);
        }
    }
    assert!(sent[0].contains("c2VhbGVk"));
    assert!(sent[3].contains(r#""signature":"s""#));
    assert_eq!(outputs(&items).len(), 1);
}

#[tokio::test]
async fn calls_of_a_step_run_at_the_same_time_and_outputs_keep_their_order() {
    let (client, transport, _) = replay([
        Reply::tool_calls([("slow", "{}"), ("fast", "{}"), ("slow", "{}")]),
        Reply::text("done"),
    ]);
    let (sender, receiver) = tokio::sync::watch::channel(0);
    // `slow` ends only once `fast` has run.
    let slow = FnTool::new(FunctionTool::without_parameters("slow"), move |_: Value| {
        let mut receiver = receiver.clone();
        async move {
            receiver.wait_for(|count| *count > 0).await?;
            Ok("slow")
        }
    });
    let fast = FnTool::new(FunctionTool::without_parameters("fast"), move |_: Value| {
        sender.send_modify(|count| *count += 1);
        async { Ok("fast") }
    });
    client
        .call_model(request())
        .tools([slow, fast])
        .await
        .unwrap();
    let texts: Vec<(String, String)> = outputs(&input(&transport, 1));
    let expected = [("call_1", "slow"), ("call_2", "fast"), ("call_3", "slow")];
    assert_eq!(
        texts,
        expected.map(|(id, text)| (id.to_owned(), text.to_owned()))
    );
}

#[tokio::test]
async fn no_more_calls_than_the_limit_run_at_the_same_time() {
    for (limit, expected) in [(0, 1), (1, 1), (3, 3), (100, 10)] {
        let active = Runs::default();
        let most = Runs::default();
        let tool = {
            let (active, most) = (active.clone(), most.clone());
            FnTool::new(FunctionTool::without_parameters("t"), move |_: Value| {
                let (active, most) = (active.clone(), most.clone());
                async move {
                    let now = active.add();
                    most.0.fetch_max(now, Ordering::SeqCst);
                    tokio::task::yield_now().await;
                    active.0.fetch_sub(1, Ordering::SeqCst);
                    Ok(())
                }
            })
        };
        let (client, transport, _) =
            replay([Reply::tool_calls([("t", "{}"); 10]), Reply::text("done")]);
        let run = client.call_model(request()).tool(tool);
        run.max_concurrent_tools(limit).await.unwrap();
        assert_eq!(most.count(), expected);
        assert_eq!(outputs(&input(&transport, 1)).len(), 10);
    }
}

#[tokio::test]
async fn a_forced_choice_becomes_auto_after_its_call() {
    let allowed = |mode: &str| ToolChoice::allowed_tools(mode, ["get_weather"]);
    for (choice, second) in [
        (ToolChoice::required(), ToolChoice::auto()),
        (ToolChoice::function("get_weather"), ToolChoice::auto()),
        (allowed("required"), allowed("auto")),
        (allowed("auto"), allowed("auto")),
        (ToolChoice::auto(), ToolChoice::auto()),
        // Another tool was called.
        (ToolChoice::function("other"), ToolChoice::function("other")),
    ] {
        let runs = Runs::default();
        let (client, transport, _) = replay([call("get_weather"), Reply::text("ok")]);
        let asked = request().tool_choice(choice.clone());
        let run = client.call_model(asked).tool(weather(&runs));
        run.tool(returning("other", || Ok(1))).await.unwrap();
        let requests = transport.responses_requests();
        assert_eq!(requests[0].tool_choice, Some(choice));
        assert_eq!(requests[1].tool_choice, Some(second));
    }
}

#[tokio::test]
async fn an_unknown_tool_is_reported_to_the_model() {
    let runs = Runs::default();
    let (client, transport, _) =
        replay([call("get_whether"), call("get_weather"), Reply::text("ok")]);
    let run = client
        .call_model(request())
        .tool(weather(&runs))
        .await
        .unwrap();
    assert_eq!((run.text().as_str(), runs.count()), ("ok", 1));
    let output = &outputs(&input(&transport, 1))[0].1;
    assert_eq!(
        output,
        r#"{"error":"unknown tool \"get_whether\"; the tools are: get_weather"}"#
    );
}

#[tokio::test]
async fn options_apply_to_every_request() {
    let runs = Runs::default();
    let (client, transport, _) = replay([call("get_weather"), Reply::text("ok")]);
    client
        .call_model(request())
        .tool(weather(&runs))
        .header("x-trace", "1")
        .options(RequestOptions::new().header("x-team", "2"))
        .await
        .unwrap();
    for request in transport.requests() {
        assert_eq!(request.headers()["x-trace"], "1");
        assert_eq!(request.headers()["x-team"], "2");
    }
}

#[tokio::test]
async fn a_request_that_streams_is_streamed_in_every_step() {
    let runs = Runs::default();
    let (client, transport, _) = replay([call("get_weather"), Reply::text("ok")]);
    let asked = request().stream(true);
    let run = client.call_model(asked).tool(weather(&runs)).await.unwrap();
    assert_eq!(run.text(), "ok");
    for request in transport.responses_requests() {
        assert_eq!(request.stream, Some(true));
    }
}

#[tokio::test]
async fn failed_requests_are_retried_within_their_step() {
    let runs = Runs::default();
    let (client, transport, clock) = replay([
        call("get_weather"),
        Reply::status(503).header("retry-after", "7"),
        Reply::text("ok"),
    ]);
    let run = client
        .call_model(request())
        .tool(weather(&runs))
        .await
        .unwrap();
    assert_eq!((run.text().as_str(), runs.count()), ("ok", 1));
    assert_eq!(transport.requests().len(), 3);
    assert_eq!(clock.elapsed(), Duration::from_secs(7));
}

#[tokio::test]
async fn usage_is_the_sum_of_all_steps() {
    let runs = Runs::default();
    let (client, ..) = replay([
        costing(call("get_weather"), 100, 0.25),
        costing(call("get_weather"), 200, 0.5),
        costing(Reply::text("ok"), 300, 1.0),
    ]);
    let run = client
        .call_model(request())
        .tool(weather(&runs))
        .await
        .unwrap();
    let usage: &Usage = run.usage();
    assert_eq!((usage.input_tokens, usage.total_tokens), (600, 600));
    assert_eq!(usage.cost, Some(1.75));
    assert_eq!(run.steps()[1].usage().cost, Some(0.5));
}

#[tokio::test]
async fn the_context_names_the_call() {
    let tool = FnTool::with_context(
        definition("where"),
        |_: Value, context: ToolContext| async move {
            Ok(format!(
                "{} {} {}",
                context.step(),
                context.name(),
                context.call_id()
            ))
        },
    );
    let (client, transport, _) = replay([call("where"), call("where"), Reply::text("ok")]);
    client.call_model(request()).tool(tool).await.unwrap();
    let texts: Vec<String> = outputs(&input(&transport, 2))
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    assert_eq!(texts, ["1 where call_1", "2 where call_2"]);
}

#[tokio::test]
async fn a_run_is_a_future_like_any_other() {
    let runs = Runs::default();
    let (client, ..) = replay([call("get_weather"), Reply::text("ok")]);
    let run = client.call_model(request()).tool(weather(&runs));
    assert!(format!("{run:?}").contains("get_weather"));
    let task = tokio::spawn(run);
    assert_eq!(task.await.unwrap().unwrap().text(), "ok");

    let (client, ..) = replay([Reply::never()]);
    let mut run = client.call_model(request());
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(std::pin::Pin::new(&mut run).poll(&mut cx).is_pending());
    let error = run.header("x-late", "1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(
        error.to_string().contains("before the first poll"),
        "{error}"
    );
    assert!(error.maybe_billed());

    let (client, ..) = replay([Reply::never()]);
    let mut run = client.call_model(request());
    assert!(std::pin::Pin::new(&mut run).poll(&mut cx).is_pending());
    let mut events = run.stream();
    let error = events.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn middleware_sees_each_request() {
    use orouter::{
        Error, Meta, SendOutput,
        middleware::{CallRequest, Middleware, NextCall},
        transport::BoxFuture,
    };
    struct Count(Runs);
    impl Middleware for Count {
        fn on_call<'a>(
            &'a self,
            mut call: CallRequest,
            next: NextCall<'a>,
        ) -> BoxFuture<'a, Result<(SendOutput, Meta), Error>> {
            self.0.add();
            call.request.user = Some("someone".to_owned());
            next.run(call)
        }
    }
    let (runs, calls) = (Runs::default(), Runs::default());
    let transport = ReplayTransport::new([call("get_weather"), Reply::text("ok")]);
    let client = crate::support::builder()
        .transport(transport.clone())
        .middleware(Count(calls.clone()))
        .build()
        .unwrap();
    let run = client
        .call_model(request())
        .tool(weather(&runs))
        .await
        .unwrap();
    assert_eq!((run.text().as_str(), calls.count()), ("ok", 2));
    // The change is the middleware's, not the run's.
    let sent = transport.responses_requests();
    assert!(
        sent.iter()
            .all(|request| request.user.as_deref() == Some("someone"))
    );
    let stored = serde_json::to_string(&run.into_state()).unwrap();
    assert!(!stored.contains("someone"));
}

#[test]
fn blocking_code_has_the_same_run() {
    let transport = ReplayTransport::new([call("get_weather"), Reply::text("ok")]);
    let client =
        orouter::blocking::OpenRouter::from_builder(crate::support::builder().transport(transport))
            .unwrap();
    let runs = Runs::default();
    let run = client
        .call_model(request())
        .tool(weather(&runs))
        .call()
        .unwrap();
    assert_eq!((run.text().as_str(), runs.count()), ("ok", 1));
    let text: Result<String, _> = client.call_model(request()).stream_text().collect();
    assert_eq!(text.unwrap(), "ok");
    let events = client.call_model(request()).stream();
    assert!(events.filter(Result::is_ok).count() > 3);
}
