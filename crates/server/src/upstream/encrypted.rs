//! [`Issuers`]: the endpoints that issued encrypted contents and signatures. Only the issuer can
//! decrypt or verify them, and other upstreams refuse a request that contains them.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use orouter_protocols::seals;
use orouter_wire::{Item, ResponsesRequest, StreamEvent};

/// Maximum number of texts in each of the two generations of the table, and of endpoints.
const MAX_TEXTS: usize = 32_768;
const MAX_ENDPOINTS: usize = 65_535;

/// The endpoints that issued encrypted contents and signatures: at most 65,536 texts, of which only
/// hashes are kept. The oldest half is dropped when the table is full.
#[derive(Default)]
pub(super) struct Issuers {
    hasher: RandomState,
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    endpoints: Vec<Arc<str>>,
    newer: HashMap<u64, u16>,
    older: HashMap<u64, u16>,
}

impl Issuers {
    /// Records the issuer of the encrypted contents and signatures in an event of its reply.
    pub(super) fn record(&self, event: &StreamEvent, endpoint: &str) {
        match event {
            StreamEvent::OutputItemDone(done) => {
                if let Some(item) = done.item.as_deref() {
                    self.add_item(item, endpoint);
                }
            }
            event if event.is_terminal() => {
                let Some(response) = event.response() else {
                    return;
                };
                for item in &response.output {
                    self.add_item(item, endpoint);
                }
            }
            _ => {}
        }
    }

    /// Returns `true` if the text may be sent to this endpoint: it issued it, or the issuer is not
    /// known.
    pub(super) fn accepts(&self, text: &str, endpoint: &str) -> bool {
        self.of(text).is_none_or(|issuer| *issuer == *endpoint)
    }

    /// Returns the issuer of the last encrypted content or signature in the request whose issuer is
    /// known.
    pub(super) fn of_request(&self, request: &ResponsesRequest) -> Option<Arc<str>> {
        let items = request.input.as_ref()?.items();
        let mut texts = items
            .iter()
            .rev()
            .flat_map(|item| seals(item).into_iter().rev());
        texts.find_map(|text| self.of(&text))
    }

    fn of(&self, text: &str) -> Option<Arc<str>> {
        let hash = self.hasher.hash_one(text);
        let table = self.lock();
        let index = table.newer.get(&hash).or_else(|| table.older.get(&hash))?;
        table.endpoints.get(usize::from(*index)).cloned()
    }

    fn add_item(&self, item: &Item, endpoint: &str) {
        for text in seals(item) {
            self.add(&text, endpoint);
        }
    }

    fn add(&self, text: &str, endpoint: &str) {
        let hash = self.hasher.hash_one(text);
        let mut table = self.lock();
        let known = table
            .endpoints
            .iter()
            .position(|known| **known == *endpoint);
        let index = known.unwrap_or_else(|| {
            if table.endpoints.len() >= MAX_ENDPOINTS {
                *table = Table::default();
            }
            table.endpoints.push(Arc::from(endpoint));
            table.endpoints.len() - 1
        });
        let Ok(index) = u16::try_from(index) else {
            return;
        };
        if table.newer.len() >= MAX_TEXTS {
            table.older = mem::take(&mut table.newer);
        }
        table.newer.insert(hash, index);
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(text: &str) -> StreamEvent {
        let event = format!(
            r#"{{"type":"response.output_item.done","item":{{"type":"reasoning","encrypted_content":"{text}"}}}}"#
        );
        orouter_wire::from_str(&event).unwrap()
    }

    fn request(texts: &[&str]) -> ResponsesRequest {
        let items: Vec<String> = texts
            .iter()
            .map(|text| format!(r#"{{"type":"reasoning","encrypted_content":"{text}"}}"#))
            .collect();
        orouter_wire::from_str(&format!(r#"{{"input":[{}]}}"#, items.join(","))).unwrap()
    }

    #[test]
    fn content_is_sent_to_its_issuer_only() {
        let issuers = Issuers::default();
        issuers.record(&done("one"), "a");
        issuers.record(&done("two"), "b");
        assert!(issuers.accepts("one", "a") && issuers.accepts("two", "b"));
        assert!(!issuers.accepts("one", "b") && !issuers.accepts("two", "a"));
        assert!(issuers.accepts("unknown", "a"));
        let of = |texts: &[&str]| issuers.of_request(&request(texts));
        assert_eq!(of(&["two", "one", "unknown"]).as_deref(), Some("a"));
        assert_eq!(of(&["unknown"]), None);
    }

    #[test]
    fn a_whole_response_is_recorded() {
        let issuers = Issuers::default();
        let event = r#"{"type":"response.completed","response":{"output":[
            {"type":"reasoning","encrypted_content":"x"},{"type":"compaction","encrypted_content":"y"}]}}"#;
        issuers.record(&orouter_wire::from_str(event).unwrap(), "a");
        assert!(!issuers.accepts("x", "b") && !issuers.accepts("y", "b"));
    }

    #[test]
    fn signatures_are_recorded() {
        for item in [
            r#"{"type":"reasoning","signature":"SEAL"}"#,
            r#"{"type":"reasoning","content":[{"type":"reasoning_text","text":"t","signature":"SEAL"}]}"#,
            r#"{"type":"function_call","call_id":"c","extra_content":{"google":{"thought_signature":"SEAL"}}}"#,
            r#"{"type":"custom_tool_call","call_id":"c","extra_content":{"google":{"thought_signature":"SEAL"}}}"#,
            r#"{"type":"agent_message","content":[{"type":"encrypted_content","encrypted_content":"SEAL"}]}"#,
        ] {
            let done = format!(r#"{{"type":"response.output_item.done","item":{item}}}"#);
            let whole =
                format!(r#"{{"type":"response.completed","response":{{"output":[{item}]}}}}"#);
            for event in [done, whole] {
                let issuers = Issuers::default();
                issuers.record(&orouter_wire::from_str(&event).unwrap(), "a");
                assert!(
                    issuers.accepts("SEAL", "a") && !issuers.accepts("SEAL", "b"),
                    "{event}"
                );
                let request = format!(r#"{{"input":[{item},{{"role":"user","content":"hi"}}]}}"#);
                let request = orouter_wire::from_str(&request).unwrap();
                assert_eq!(issuers.of_request(&request).as_deref(), Some("a"), "{item}");
            }
        }
    }

    #[test]
    fn the_table_is_bounded() {
        let issuers = Issuers::default();
        for index in 0..200_000 {
            issuers.add(&index.to_string(), "a");
        }
        let table = issuers.lock();
        assert!(table.newer.len() <= MAX_TEXTS && table.older.len() <= MAX_TEXTS);
        drop(table);
        assert!(!issuers.accepts("199999", "b") && issuers.accepts("0", "b"));
    }
}
