//! Replaces the file URLs in a request by the files' data.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use orouter_protocols::Notes;
use orouter_wire::{ContentPart, InputFile, Item, MessageContent, ResponsesRequest, ToolOutput};
use tokio::sync::SemaphorePermit;
use url::Url;

use super::client::{FetchError, Fetched, UrlFetcher};
use crate::failure::Failure;

/// Maximum number of files that are fetched for one request, and their total size in bytes.
const MAX_FILES: usize = 8;
const MAX_TOTAL_BYTES: usize = 40 << 20;

/// A request with the data of its files.
pub(in crate::upstream) struct WithFiles<'a> {
    pub(in crate::upstream) request: Arc<ResponsesRequest>,
    /// The share of the memory for such requests.
    _slot: Option<SemaphorePermit<'a>>,
}

impl UrlFetcher {
    /// Returns the request with the data of each file that it names by a URL. `None` if it names
    /// none.
    ///
    /// # Errors
    /// A 400 that names the part whose URL cannot be fetched.
    pub(in crate::upstream) async fn with_files(
        &self,
        request: &ResponsesRequest,
        notes: &Notes,
    ) -> Result<Option<WithFiles<'_>>, Failure> {
        let items = request
            .input
            .as_ref()
            .map_or(&[][..], |input| input.items());
        if !items.iter().flat_map(parts).any(|part| has_url(part)) {
            return Ok(None);
        }
        let slot = self.slot().await;
        let mut request = request.clone();
        let (mut files, mut total) = (0, 0);
        let items = request.input.as_mut().map(items_mut).unwrap_or_default();
        for (index, item) in items.iter_mut().enumerate() {
            let (member, parts) = parts_mut(item);
            for (position, part) in parts.iter_mut().enumerate() {
                let ContentPart::InputFile(file) = part else {
                    continue;
                };
                let Some(url) = file.file_url.take_if(|url| !url.is_empty()) else {
                    continue;
                };
                let path = format!("input[{index}].{member}[{position}].file_url");
                files += 1;
                if files > MAX_FILES {
                    let message = format!("the server fetches at most {MAX_FILES} files");
                    return Err(Failure::invalid(path, message));
                }
                let fetched = self.fetch(&url).await;
                let fetched = fetched.and_then(|fetched| {
                    total += fetched.bytes.len();
                    (total <= MAX_TOTAL_BYTES)
                        .then_some(fetched)
                        .ok_or(FetchError::TooLarge)
                });
                let fetched =
                    fetched.map_err(|error| Failure::invalid(&*path, error.to_string()))?;
                fill(file, &url, &fetched);
                notes.converted(
                    path,
                    "the provider takes no file URLs; the server fetched it",
                );
            }
        }
        Ok(Some(WithFiles {
            request: Arc::new(request),
            _slot: slot,
        }))
    }
}

/// Sets the data and the name of a file.
fn fill(file: &mut InputFile, url: &str, fetched: &Fetched) {
    let Fetched { media_type, bytes } = fetched;
    file.file_data = Some(format!(
        "data:{media_type};base64,{}",
        STANDARD.encode(bytes)
    ));
    if file.filename.is_none() {
        let url = Url::parse(url).ok();
        let name = url
            .as_ref()
            .and_then(|url| url.path_segments()?.next_back());
        file.filename = name.filter(|name| !name.is_empty()).map(str::to_owned);
    }
}

fn has_url(part: &ContentPart) -> bool {
    matches!(part, ContentPart::InputFile(file) if file.file_url.as_ref().is_some_and(|url| !url.is_empty()))
}

fn items_mut(input: &mut orouter_wire::Input) -> &mut [Item] {
    match input {
        orouter_wire::Input::Items(items) => items,
        _ => &mut [],
    }
}

/// Returns the parts of an item's content.
fn parts(item: &Item) -> &[ContentPart] {
    match item {
        Item::Message(message) => match &message.content {
            Some(MessageContent::Parts(parts)) => parts,
            _ => &[],
        },
        Item::FunctionCallOutput(output) => match &output.output {
            Some(ToolOutput::Parts(parts)) => parts,
            _ => &[],
        },
        _ => &[],
    }
}

/// As [`parts`], for changes, with the name of the member.
fn parts_mut(item: &mut Item) -> (&'static str, &mut [ContentPart]) {
    match item {
        Item::Message(message) => match &mut message.content {
            Some(MessageContent::Parts(parts)) => ("content", parts),
            _ => ("content", &mut []),
        },
        Item::FunctionCallOutput(output) => match &mut output.output {
            Some(ToolOutput::Parts(parts)) => ("output", parts),
            _ => ("output", &mut []),
        },
        _ => ("content", &mut []),
    }
}

#[cfg(test)]
mod tests {
    use orouter_http::testing::{ScriptedServer, Step, http_response};
    use orouter_http::transport::HyperTransport;

    use super::super::client::Allowed;
    use super::*;

    fn fetcher() -> UrlFetcher {
        let allowed = Allowed {
            address: |_| true,
            port: |_| true,
        };
        UrlFetcher::with_allowed(HyperTransport::new().unwrap(), allowed)
    }

    fn request(url: &str) -> ResponsesRequest {
        let json = format!(
            r#"{{"input":[{{"role":"user","content":[{{"type":"input_text","text":"x"}},
                {{"type":"input_file","file_url":"{url}"}}]}},
                {{"type":"function_call_output","call_id":"c","output":[
                {{"type":"input_file","file_url":"{url}","filename":"own.txt"}}]}}]}}"#
        );
        orouter_wire::from_str(&json).unwrap()
    }

    #[tokio::test]
    async fn urls_become_data() {
        let reply = http_response(200, &[("content-type", "text/plain")], "hello");
        let server = ScriptedServer::start([vec![Step::Send(reply)]])
            .await
            .unwrap();
        let url = format!("{}/report.txt?x=1", server.url());
        let notes = Notes::default();
        let fetcher = fetcher();
        let changed = fetcher.with_files(&request(&url), &notes).await.unwrap();
        let text = orouter_wire::to_string(&*changed.unwrap().request);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let data = "data:text/plain;base64,aGVsbG8=";
        let (first, second) = (
            &value["input"][0]["content"][1],
            &value["input"][1]["output"][0],
        );
        assert_eq!(
            (&first["file_data"], &first["filename"]),
            (&data.into(), &"report.txt".into())
        );
        assert_eq!(
            (&second["file_data"], &second["filename"]),
            (&data.into(), &"own.txt".into())
        );
        assert!(!text.contains("file_url"), "{text}");
        let noted: Vec<String> = notes.list().into_iter().map(|note| note.param).collect();
        assert_eq!(
            noted,
            [
                "input[0].content[1].file_url",
                "input[1].output[0].file_url"
            ]
        );
    }

    #[tokio::test]
    async fn a_failure_names_the_part_and_not_the_url() {
        let server = ScriptedServer::start([vec![Step::Send(http_response(404, &[], ""))]]);
        let server = server.await.unwrap();
        let fetcher = fetcher();
        let outcome = fetcher
            .with_files(&request(&server.url()), &Notes::default())
            .await;
        let failure = outcome.err().unwrap();
        assert_eq!(failure.status(), 400);
        assert_eq!(failure.param_path(), Some("input[0].content[1].file_url"));
        assert!(!failure.message().contains("127.0.0.1"), "{failure}");
        let plain = orouter_wire::from_str(r#"{"input":"hi"}"#).unwrap();
        assert!(
            fetcher
                .with_files(&plain, &Notes::default())
                .await
                .unwrap()
                .is_none()
        );
    }
}
