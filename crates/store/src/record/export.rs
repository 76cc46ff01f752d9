//! Writes records as CSV and as JSON lines.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::generation::GenerationRecord;

/// The columns of an export, in order.
const COLUMNS: [&str; 29] = [
    "id",
    "request_id",
    "account",
    "key",
    "caller",
    "created_at",
    "completed_at",
    "model",
    "model_permaslug",
    "provider",
    "endpoint",
    "outcome",
    "error_type",
    "cost",
    "upstream_cost",
    "tokens_prompt",
    "tokens_completion",
    "tokens_reasoning",
    "tokens_cached",
    "tokens_cache_write",
    "estimated",
    "latency_ms",
    "generation_ms",
    "finish_reason",
    "streamed",
    "user_agent",
    "http_referer",
    "origin",
    "session_id",
];

/// Returns the first line of a CSV export, with its line end.
#[must_use]
pub fn csv_header() -> String {
    format!("{}\r\n", COLUMNS.join(","))
}

/// Appends the record as a line of CSV (RFC 4180). A text that a spreadsheet would read as a formula
/// begins with an apostrophe, because client fields are chosen by clients. Amounts are exact.
pub fn write_csv(record: &GenerationRecord, out: &mut String) {
    let members = members(record);
    for (index, name) in COLUMNS.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        match members.get(*name) {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) => write_field(text, out),
            Some(value) => {
                let _ = write!(out, "{value}"); // a String does not fail
            }
        }
    }
    out.push_str("\r\n");
}

fn write_field(text: &str, out: &mut String) {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    // Some spreadsheets separate by semicolons or tabs, after which a formula could begin.
    let quoted = is_formula || text.contains(['"', ',', ';', '\t', '\n', '\r']);
    if !quoted {
        out.push_str(text);
        return;
    }
    out.push('"');
    if is_formula {
        out.push('\'');
    }
    out.push_str(&text.replace('"', "\"\""));
    out.push('"');
}

/// Appends the record as a line of JSON, with the columns of the CSV export and the attempts. Amounts
/// are texts, so that no digit is lost.
pub fn write_json_line(record: &GenerationRecord, out: &mut String) {
    let mut members = members(record);
    let attempts = record.attempts.iter().map(|attempt| {
        json!({
            "id": attempt.id, "endpoint": attempt.endpoint, "model": attempt.model,
            "provider": attempt.provider, "latency_ms": attempt.latency_ms,
            "status": attempt.status, "service_tier": attempt.service_tier,
        })
    });
    members.insert("attempts".to_owned(), attempts.collect());
    let _ = writeln!(out, "{}", Value::Object(members)); // a String does not fail
}

fn members(record: &GenerationRecord) -> Map<String, Value> {
    let (tokens, client) = (&record.tokens, &record.client);
    let values = [
        json!(record.id),
        json!(record.request_id),
        json!(record.account.as_str()),
        json!(record.key.map(|key| key.to_string())),
        json!(record.caller),
        json!(record.created_at.to_string()),
        json!(record.completed_at.to_string()),
        json!(record.model),
        json!(record.model_permaslug),
        json!(record.provider),
        json!(record.endpoint),
        json!(record.outcome.as_str()),
        json!(record.error_type),
        json!(record.cost.to_string()),
        json!(record.upstream_cost.map(|cost| cost.to_string())),
        json!(tokens.prompt),
        json!(tokens.completion),
        json!(tokens.reasoning),
        json!(tokens.cached),
        json!(tokens.cache_write),
        json!(record.estimated),
        json!(record.latency_ms),
        json!(record.generation_ms),
        json!(record.finish_reason),
        json!(record.streamed),
        json!(client.user_agent),
        json!(client.http_referer),
        json!(client.origin),
        json!(client.session_id),
    ];
    let names = COLUMNS.iter().map(|name| (*name).to_owned());
    names.zip(values).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;
    use crate::usd::Usd;

    fn record() -> GenerationRecord {
        let mut record = GenerationRecord::new("gen-1", Timestamp::from_millis(0));
        record.model = "a/b".to_owned();
        record.cost = Usd::from_nanos(2_500);
        record.client.user_agent = Some("=cmd(\"x\"), y".to_owned());
        record
    }

    #[test]
    fn a_line_of_csv_has_every_column_and_no_formula() {
        let mut line = String::new();
        write_csv(&record(), &mut line);
        assert!(line.contains(",0.0000025,"), "{line}");
        assert!(line.contains(r#","'=cmd(""x""), y","#), "{line}");
        assert_eq!(csv_header().matches(',').count(), COLUMNS.len() - 1);
        assert!(line.ends_with("\r\n"));
    }

    #[test]
    fn text_that_begins_a_cell_for_some_spreadsheet_is_quoted() {
        for (text, field) in [
            ("\n=1", "\"'\n=1\""),
            ("a;=1", "\"a;=1\""),
            ("a\t=1", "\"a\t=1\""),
            ("a b", "a b"),
        ] {
            let mut out = String::new();
            write_field(text, &mut out);
            assert_eq!(out, field);
        }
    }

    #[test]
    fn a_line_of_json_is_one_line() {
        let mut line = String::new();
        write_json_line(&record(), &mut line);
        let value: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(value["cost"], "0.0000025");
        assert_eq!(value["user_agent"], "=cmd(\"x\"), y");
        assert_eq!(line.matches('\n').count(), 1);
    }
}
