//! Inputs of the benchmarks, generated with the structure and size of real traffic.

use bytes::Bytes;

const ITEM: &str = "msg_0123456789abcdef0123456789abcdef0123456789abcdef";

/// Delta in OpenAI's member order. `obfuscation` is padding.
pub fn delta(obfuscation: bool) -> String {
    let padding = if obfuscation {
        r#","obfuscation":"aZ3kQ9x""#
    } else {
        ""
    };
    format!(
        r#"{{"type":"response.output_text.delta","sequence_number":12,"item_id":"{ITEM}","output_index":0,"content_index":0,"delta":" wonderful","logprobs":[]{padding}}}"#
    )
}

/// The same JSON with the members of every object sorted by name, as some relays send them.
pub fn by_name(text: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(text).expect("JSON");
    value.to_string()
}

/// The same delta with irregularities: a member of the wrong type, a missing one, an unknown one,
/// and the type last.
pub fn odd_delta() -> String {
    format!(
        r#"{{"sequence_number":"12","item_id":"{ITEM}","output_index":0,"content_index":0,"delta":" wonderful","vendor":{{"a":[1,2]}},"type":"response.output_text.delta"}}"#
    )
}

/// Message of 10 KB with these annotations.
pub fn message(annotations: &str) -> String {
    let text = r#"The quick brown fox jumps over the lazy dog, as \"they\" say.\n"#.repeat(160);
    format!(
        r#"{{"id":"{ITEM}","type":"message","status":"completed","content":[{{"type":"output_text","annotations":[{annotations}],"logprobs":[],"text":"{text}"}}],"role":"assistant"}}"#
    )
}

/// Response of about 17 KB in OpenAI's member order: settings, 12 tools, reasoning, a message of 10
/// KB, a call.
pub fn response() -> String {
    let tools: Vec<String> = (0..12)
        .map(|at| {
            format!(
                r#"{{"type":"function","description":"Looks something up and gives back what it found, in a few words.","name":"tool_{at}","parameters":{{"type":"object","properties":{{"path":{{"type":"string","description":"Where to look, from the root."}},"limit":{{"type":"integer","description":"The most lines to give back."}},"pattern":{{"type":"string","description":"What to look for."}}}},"required":["path","limit"],"additionalProperties":false}},"strict":true}}"#
            )
        })
        .collect();
    let tools = tools.join(",");
    let output = [
        r#"{"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"A joke is wanted; a fox is a safe choice."}]}"#.to_owned(),
        message(
            r#"{"type":"url_citation","end_index":20,"start_index":0,"title":"Foxes","url":"https://example.com/fox"}"#,
        ),
        r#"{"id":"fc_1","type":"function_call","status":"completed","arguments":"{\"path\":\"/a\",\"limit\":10}","call_id":"call_1","name":"tool_3"}"#.to_owned(),
    ]
    .join(",");
    format!(
        r#"{{"id":"resp_0123456789abcdef0123456789abcdef0123456789abcdef","object":"response","created_at":1785748346,"status":"completed","background":false,"completed_at":1785748350,"error":null,"frequency_penalty":0.0,"incomplete_details":null,"instructions":"Be kind and brief.","max_output_tokens":4096,"max_tool_calls":null,"model":"openai/gpt-4o","output":[{output}],"parallel_tool_calls":true,"presence_penalty":0.0,"previous_response_id":null,"prompt_cache_key":null,"reasoning":{{"effort":"low","summary":"auto"}},"safety_identifier":null,"service_tier":"default","store":false,"temperature":1.0,"text":{{"format":{{"type":"text"}},"verbosity":"medium"}},"tool_choice":"auto","tools":[{tools}],"top_logprobs":0,"top_p":1.0,"truncation":"disabled","usage":{{"input_tokens":900,"input_tokens_details":{{"cached_tokens":0}},"output_tokens":1500,"output_tokens_details":{{"reasoning_tokens":64}},"total_tokens":2400}},"user":null,"metadata":{{}}}}"#
    )
}

/// Event that ends a stream and contains that response.
pub fn completed() -> String {
    let response = response();
    format!(r#"{{"type":"response.completed","response":{response},"sequence_number":400}}"#)
}

/// `count` frames of deltas, with or without `event:` lines, in chunks of `size` bytes or one frame
/// per chunk.
pub fn chunks(count: usize, named: bool, size: Option<usize>) -> Vec<Bytes> {
    let name = if named {
        "event: response.output_text.delta\n"
    } else {
        ""
    };
    let frame = format!("{name}data: {}\n\n", delta(false));
    let all = Bytes::from(frame.repeat(count));
    let size = size.unwrap_or(frame.len());
    (0..all.len())
        .step_by(size)
        .map(|at| all.slice(at..(at + size).min(all.len())))
        .collect()
}

/// One event of `size` bytes of data, in chunks of 16 KiB.
pub fn large(size: usize) -> Vec<Bytes> {
    let all = Bytes::from(format!("data: {}\n\n", "QUJD".repeat(size / 4)));
    (0..all.len())
        .step_by(16384)
        .map(|at| all.slice(at..(at + 16384).min(all.len())))
        .collect()
}
