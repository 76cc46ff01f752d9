//! URLs of images, files, audio and video that point inside the network: no upstream gets them.

use orouter_server::Limits;
use orouter_upstream_double::{Reply, Upstream, Vendor};
use serde_json::{Value, json};

use super::bad_input::router;
use crate::support::Client;
use crate::support::router::ask;

/// Returns the error of a request with this input.
async fn refused(client: &Client, input: Value) -> Value {
    let mut request = ask("test/model", false);
    request["input"] = input;
    let answer = client.ask(&request).await;
    assert_eq!(answer.status, 400, "{request}: {}", answer.text());
    answer.error()
}

fn user(part: &Value) -> Value {
    json!([{"role": "user", "content": [{"type": "input_text", "text": "Look:"}, part]}])
}

fn call() -> Value {
    json!({"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"})
}

#[tokio::test]
async fn urls_inside_the_network_never_reach_an_upstream() {
    for vendor in Vendor::ALL {
        let (server, upstream) = router(vendor, Limits::default()).await;
        let client = server.client();
        for url in [
            "http://169.254.169.254/x.png",
            "http://127.0.0.1/x.png",
            "http://2130706433/x.png",
            "http://[::1]/",
            "http://[::ffff:10.0.0.1]/",
            "http://localhost/",
            "https://metadata.google.internal/",
            "file:///etc/passwd",
            "ftp://example.com/x.png",
            "/etc/secret.png",
        ] {
            let file = json!({"type": "input_file", "file_url": url, "filename": "a.pdf"});
            let image = json!({"type": "input_image", "image_url": url, "detail": "auto"});
            for (part, member) in [(&file, "file_url"), (&image, "image_url")] {
                let error = refused(&client, user(part)).await;
                let path = format!("input[0].content[1].{member}");
                assert_eq!(error["param"], path, "{vendor:?} {error}");
                let message = error["message"].as_str().unwrap();
                assert!(message.contains(&path) && message.contains(url), "{error}");
                assert!(message.contains("`data:` URL"), "{error}");
            }
        }
        assert_eq!(upstream.accepted(), 0, "{vendor:?}");
    }
}

#[tokio::test]
async fn every_place_of_a_url_is_checked() {
    let url = "http://10.0.0.1/x";
    let image = json!({"type": "input_image", "image_url": url});
    let file = json!({"type": "input_file", "file_url": url});
    let data = json!({"type": "input_file", "file_data": url, "filename": "a.pdf"});
    let audio = json!({"type": "input_audio", "input_audio": {"data": url, "format": "wav"}});
    let video = json!({"type": "input_video", "video_url": url});
    let nested = json!({"type": "input_image", "image_url": {"url": url}});
    let new_audio = json!({"type": "audio_link", "audio_url": {"url": url}});
    let new_item = json!({"type": "new_output", "parts": [image]});
    let output = |kind: &str, part: &Value| json!({"type": kind, "call_id": "c", "output": [part]});
    let screenshot = json!({"type": "computer_call_output", "call_id": "c",
        "output": {"type": "computer_screenshot", "image_url": url}});
    for vendor in Vendor::ALL {
        let (server, upstream) = router(vendor, Limits::default()).await;
        let client = server.client();
        for (input, param) in [
            (user(&image), "input[0].content[1].image_url"),
            (user(&file), "input[0].content[1].file_url"),
            (user(&data), "input[0].content[1].file_data"),
            (user(&audio), "input[0].content[1].input_audio.data"),
            (user(&video), "input[0].content[1].video_url"),
            (user(&nested), "input[0].content[1].image_url.url"),
            (user(&new_audio), "input[0].content[1].audio_url.url"),
            (
                json!([{"role": "assistant", "content": [image]}, {"role": "user", "content": "Hi"}]),
                "input[0].content[0].image_url",
            ),
            (
                json!([call(), output("function_call_output", &image)]),
                "input[1].output[0].image_url",
            ),
            (
                json!([call(), output("function_call_output", &nested)]),
                "input[1].output[0].image_url.url",
            ),
            (
                json!([call(), output("custom_tool_call_output", &file)]),
                "input[1].output[0].file_url",
            ),
            (
                json!([{"role": "user", "content": "Hi"}, screenshot]),
                "input[1].output.image_url",
            ),
            (
                json!([{"role": "user", "content": "Hi"}, new_item]),
                "input[1].parts[0].image_url",
            ),
        ] {
            let shown = input.to_string();
            let error = refused(&client, input).await;
            assert_eq!(error["param"], param, "{vendor:?} {shown}: {error}");
        }
        let mut request = ask("test/model", true);
        request["tools"] =
            json!([{"type": "image_generation", "input_image_mask": {"image_url": url}}]);
        let answer = client.ask(&request).await;
        assert_eq!(answer.status, 400, "{vendor:?} {}", answer.text());
        let param = "tools[0].input_image_mask.image_url";
        assert_eq!(answer.error()["param"], param);
        assert_eq!(upstream.accepted(), 0, "{vendor:?}");
    }
}

#[tokio::test]
async fn repeated_members_and_unpaired_surrogates_hide_no_url() {
    let (server, upstream) = router(Vendor::Responses, Limits::default()).await;
    for (part, member) in [
        (
            r#"{"type":"input_image","image_url":"https://a.example/","image_url":"http://10.0.0.1/"}"#,
            "image_url",
        ),
        (
            r#"{"type":"input_image","image_url":"http://10.0.0.1/","image_url":"https://a.example/"}"#,
            "image_url",
        ),
        (
            r#"{"type":"input_file","file_url":"http:\/\/10.0.0.1\/"}"#,
            "file_url",
        ),
        (
            r#"{"type":"input_file","file_url":"http://10.0.0.1/\ud83d"}"#,
            "file_url",
        ),
    ] {
        let body =
            format!(r#"{{"model":"test/model","input":[{{"role":"user","content":[{part}]}}]}}"#);
        let answer = server.client().post("/api/v1/responses", body).await;
        assert_eq!(answer.status, 400, "{part}: {}", answer.text());
        let param = format!("input[0].content[0].{member}");
        assert_eq!(answer.error()["param"], param, "{part}");
    }
    assert_eq!(upstream.accepted(), 0);
}

#[tokio::test]
async fn messages_do_not_repeat_a_long_url() {
    let (server, _upstream) = router(Vendor::Chat, Limits::default()).await;
    let url = format!("http://10.0.0.1/{}", "secret".repeat(1000));
    let part = json!({"type": "input_image", "image_url": url});
    let error = refused(&server.client(), user(&part)).await;
    assert!(error.to_string().len() < 400, "{error}");
}

#[tokio::test]
async fn other_urls_reach_the_upstream() {
    let inside = Upstream::replay([Reply::json(200, "{}")]).await.unwrap();
    // Other protocols have forms of their own for data, and refuse some URLs.
    for vendor in Vendor::OPENAI {
        let (server, upstream) = router(vendor, Limits::default()).await;
        for url in [
            "https://example.com/x.png",
            "http://8.8.8.8/x.png",
            "data:image/png;base64,iVBORw0KGgo=",
            "gs://bucket/x.png",
            "s3://bucket/x.png",
            "iVBORw0KGgo=",
        ] {
            let mut request = ask("test/model", false);
            let image = json!({"type": "input_image", "image_url": url, "detail": "auto"});
            request["input"] = json!([
                {"role": "user", "content": [image]},
                // URLs in texts and in arguments are not fetched.
                {"type": "function_call", "call_id": "c", "name": "f",
                    "arguments": json!({"image_url": inside.base_url()}).to_string()},
                {"type": "function_call_output", "call_id": "c", "output": inside.base_url()},
            ]);
            let answer = server.client().ask(&request).await;
            assert_eq!(answer.status, 200, "{vendor:?} {url}: {}", answer.text());
            let sent = upstream.received().last().unwrap().json().to_string();
            assert!(sent.contains(url), "{vendor:?} {sent}");
        }
    }
    assert_eq!(inside.accepted(), 0);
}
