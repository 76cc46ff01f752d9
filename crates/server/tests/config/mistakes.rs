//! A table of mistakes. `¦` marks the place that the message must have.

use orouter_server::config::{Config, ConfigErrors};

/// A provider that the cases below can use. It has 3 lines.
pub(crate) const PROVIDER: &str =
    "[providers.p]\nprotocol = \"chat\"\nbase_url = \"http://127.0.0.1:1/v1\"\n";

/// A model of that provider, as far as its endpoint. It has 6 lines with the endpoint's provider.
pub(crate) const ENDPOINT: &str =
    "[[models]]\nid = \"a/b\"\n[[models.endpoints]]\nprovider = \"p\"\n";

pub(crate) fn read(text: &str) -> Result<Config, ConfigErrors> {
    let variable = |name: &str| match name {
        "EMPTY" => Some(String::new()),
        "BROKEN" => Some("two\nlines".to_owned()),
        "PADDED" => Some(" key ".to_owned()),
        "UMLAUT" => Some("schlüssel".to_owned()),
        "KEY" => Some("hunter2".to_owned()),
        _ => None,
    };
    Config::from_toml(text, "orouter.toml", variable)
}

/// Removes the marks. Returns the places that they had.
fn marked(text: &str) -> (String, Vec<(usize, usize)>) {
    let (mut plain, mut places) = (String::new(), Vec::new());
    let (mut line, mut column) = (1, 1);
    for character in text.chars() {
        match character {
            '¦' => {
                places.push((line, column));
                continue;
            }
            '\n' => (line, column) = (line + 1, 1),
            '\u{feff}' => {}
            _ => column += 1,
        }
        plain.push(character);
    }
    (plain, places)
}

/// Checks that the text has exactly the marked mistakes, and that the messages contain the words.
#[track_caller]
pub(crate) fn check(text: &str, words: &[&str]) {
    let (plain, places) = marked(text);
    assert_eq!(
        places.len(),
        words.len(),
        "the case has as many marks as words"
    );
    let errors = match read(&plain) {
        Err(errors) => errors,
        Ok(_) => panic!("no mistake in\n{plain}"),
    };
    let found: Vec<_> = errors.mistakes.iter().map(|m| m.place.unwrap()).collect();
    assert_eq!(found, places, "{errors}\n{plain}");
    for (mistake, word) in errors.mistakes.iter().zip(words) {
        let shown = mistake.to_string();
        assert!(shown.contains(word), "{word:?} is not in {shown:?}");
        let (line, column) = mistake.place.unwrap();
        assert!(
            shown.starts_with(&format!("orouter.toml:{line}:{column}: ")),
            "{shown}"
        );
        assert!(!shown.contains('\n'), "{shown}");
    }
}

/// Checks one mistake.
#[track_caller]
pub(crate) fn one(text: &str, word: &str) {
    check(text, &[word]);
}

/// Checks a member of `[providers.p]`.
#[track_caller]
pub(crate) fn provider(line: &str, word: &str) {
    one(&format!("{PROVIDER}{line}\n"), word);
}

/// Checks a member of an endpoint.
#[track_caller]
pub(crate) fn endpoint(line: &str, word: &str) {
    one(&format!("{PROVIDER}{ENDPOINT}{line}\n"), word);
}

/// Checks a member of a model that has an endpoint.
#[track_caller]
pub(crate) fn model(line: &str, word: &str) {
    let text = format!("{PROVIDER}[[models]]\n{line}\n[[models.endpoints]]\nprovider = \"p\"\n");
    one(&text, word);
}

#[test]
fn syntax() {
    one("a ¦b = 1\n", "key");
    one("x = ¦sk-or-v1-0123\n", "quoted");
    one("[server¦\nlisten = \"a:1\"\n", "unclosed");
    one("catalog = \"a¦", "string");
    one("catalog = [¦", "array");
    one(
        "[server]\ndrain = \"30s\"\n¦drain = \"31s\"\n",
        "duplicate key",
    );
    one(
        "[log]\nlevel = \"info\"\n[¦log]\nformat = \"json\"\n",
        "duplicate key",
    );
    one("a = ¦2026-13-01\n", "month");
    one("a = \"\\¦q\"\n", "escape");
}

#[test]
fn unknown_keys() {
    one("¦provider = 1\n", "did you mean \"providers\"?");
    one("¦colour = 1\n", "known: ");
    one("[¦servers]\nlisten = \"a:1\"\n", "did you mean \"server\"?");
    one(
        "[server]\n¦listne = \"a:1\"\n",
        "server.listne: unknown key; did you mean \"listen\"?",
    );
    one("[server]\n¦max-body = 1\n", "did you mean \"max_body\"?");
    one("[server]\n¦port = 1\n", "known: listen");
    one("[log]\n¦file = \"x\"\n", "known: level, format");
    one("[store]\nurl = \"sqlite:a\"\n¦pool = 1\n", "unknown key");
    one("[records]\n¦content = true\n", "unknown key");
    provider("¦protocoll = \"chat\"", "did you mean \"protocol\"?");
    provider("¦key = \"x\"", "unknown key");
    provider("timeouts = { ¦total = \"1s\" }", "known: connect");
    provider("api_key = { ¦variable = \"KEY\" }", "known: env, file");
    model("id = \"a/b\"\n¦context = 1", "unknown key");
    endpoint(
        "¦prices = { prompt = 1, completion = 1 }",
        "did you mean \"price\"?",
    );
    endpoint(
        "price = { prompt = 1, completion = 1, ¦cached = 1 }",
        "unknown key",
    );
    one(
        "[[keys]]\nname = \"a\"\nkey = { env = \"KEY\" }\n¦limit = 1\n",
        "unknown key",
    );
    one("[¦\"ü\"]\n", "ü: unknown key");
}

#[test]
fn wrong_types() {
    one("server = ¦1\n", "must be a table, not an integer");
    one(
        "¦[[server]]\nlisten = \"a:1\"\n",
        "must be a table, not a list",
    );
    one("providers = ¦\"openai\"\n", "must be a table, not a string");
    one(
        "providers.openai = ¦true\n",
        "must be a table, not a boolean",
    );
    one("¦[models]\nid = \"a/b\"\n", "write [[models]]");
    one(
        "models = ¦\"a/b\"\n",
        "must be a list of tables, not a string",
    );
    one(
        "models = [¦\"a/b\"]\n",
        "models[0]: must be a table, not a string",
    );
    one("¦[keys]\nname = \"a\"\n", "write [[keys]]");
    one(
        &format!("{PROVIDER}[[models]]\nid = \"a/b\"\n¦[models.endpoints]\nprovider = \"p\"\n"),
        "",
    );
    one(
        "[server]\nlisten = ¦8080\n",
        "must be a string, not an integer",
    );
    one(
        "[server]\nallow_origins = ¦\"*\"\n",
        "must be a list, not a string",
    );
    one(
        "[server]\nallow_unpriced = ¦\"yes\"\n",
        "must be true or false, not a string",
    );
    one(
        "[server]\ndrain = ¦30\n",
        "must be a string, not an integer",
    );
    one(
        "[server]\nmax_connections = ¦\"10\"\n",
        "must be an integer, not a string",
    );
    one(
        "[server]\nmax_connections = ¦1.5\n",
        "must be an integer, not a number",
    );
    provider("models = ¦\"*\"", "must be a list, not a string");
    provider("headers = ¦[]", "not a list");
    provider("headers = { a = ¦1 }", "must be a string");
    provider("timeouts = ¦\"5s\"", "must be a table, not a string");
    provider("api_key = ¦7", "not an integer");
    model("id = ¦7", "must be a string, not an integer");
    model("id = \"a/b\"\ncreated = ¦true", "must be a date");
    endpoint("price = ¦2.5", "must be a table, not a number");
    endpoint(
        "price = { prompt = ¦\"2.5\", completion = 1 }",
        "a number without quotes",
    );
    endpoint("zdr = ¦\"true\"", "must be true or false, not a string");
    endpoint(
        "supported_parameters = [\"tools\", ¦1]",
        "must be a string, not an integer",
    );
}

#[test]
fn server_values() {
    for address in [
        "",
        "8080",
        ":8080",
        "localhost",
        "localhost:",
        "a:65536",
        "a:+1",
        "a:x",
        "::1:80",
        "http://a:1",
        "a b:1",
    ] {
        one(
            &format!("[server]\nlisten = ¦\"{address}\"\n"),
            "127.0.0.1:8080",
        );
    }
    one(
        "[server]\nallow_origins = [\"https://a\", ¦\"a.example\"]\n",
        "is not an origin",
    );
    one(
        "[server]\nallow_hosts = [¦\"http://a\"]\n",
        "is not a host name",
    );
    for (time, word) in [
        ("30", "write 30s"),
        ("soon", "a number and a unit"),
        ("30x", "unknown unit"),
        ("", "a number"),
        ("-1s", "a number"),
        ("400d", "at most"),
    ] {
        one(&format!("[server]\ndrain = ¦\"{time}\"\n"), word);
    }
    for member in ["body_timeout", "head_timeout", "keep_alive_timeout"] {
        one(&format!("[server]\n{member} = ¦\"0s\"\n"), "more than zero");
    }
    for (size, word) in [
        ("\"0\"", "size"),
        ("\"lots\"", "size"),
        ("0", "at least 1"),
        ("-1", "at least 1"),
        ("\"1.5MiB\"", "size"),
        ("\"99999999TiB\"", "size"),
        ("99999999999999999999", "too large"),
    ] {
        one(&format!("[server]\nmax_body = ¦{size}\n"), word);
        one(&format!("[server]\nmax_bodies_in_flight = ¦{size}\n"), word);
    }
    one("[server]\nmax_connections = ¦0\n", "at least 1");
    one("[server]\nmax_connections = ¦5000000000\n", "too large");
    one("[log]\nlevel = ¦\"loud\"\n", "is not `off`");
    one("[log]\nformat = ¦\"xml\"\n", "is not `text` or `json`");
    one(
        "¦[store]\non_outage = \"refuse\"\n",
        "store.url: is missing",
    );
    one("[store]\nurl = ¦\"mysql://me:hunter2@a/b\"\n", "sqlite:");
    one(
        "[store]\nurl = \"sqlite:a\"\non_outage = ¦\"panic\"\n",
        "is not `refuse` or `admit`",
    );
    one(
        "[store]\nurl = \"sqlite:a\"\nadmit_up_to = ¦5.0\n",
        "on_outage",
    );
    one(
        "[store]\nurl = \"sqlite:a\"\non_outage = \"admit\"\nadmit_up_to = ¦-5.0\n",
        "negative",
    );
    one("[records]\nretention = ¦\"0d\"\n", "more than zero");
    one(
        "[server]\nlisten = \"a:1\"\n[records]\nadmin_listen = ¦\"a:1\"\n",
        "server.listen",
    );
    one(
        "[server]\nlisten = \"0.0.0.0:1\"\n[records]\nadmin_listen = ¦\"127.0.0.1:1\"\n",
        "server.listen",
    );
    one("[records]\nadmin_listen = ¦\"8081\"\n", "host and a port");
}

#[test]
fn keys() {
    let hash = "0123456789abcdef".repeat(4);
    one(
        "¦[[keys]]\nkey = { env = \"KEY\" }\n",
        "keys[0].name: is missing",
    );
    one("¦[[keys]]\nname = \"a\"\n", "neither hash nor key");
    one(
        &format!("[[keys]]\nname = \"a\"\nhash = ¦\"{hash}\"\n"),
        "sha256:",
    );
    one(
        &format!(
            "[[keys]]\nname = \"a\"\nhash = ¦\"sha256:{}\"\n",
            &hash[1..]
        ),
        "has 63 digits",
    );
    one(
        &format!(
            "[[keys]]\nname = \"a\"\nhash = ¦\"sha256:{}g\"\n",
            &hash[1..]
        ),
        "other characters",
    );
    one(
        &format!("[[keys]]\nname = \"a\"\nhash = \"sha256:{hash}\"\nkey = ¦{{ env = \"KEY\" }}\n"),
        "both hash and key",
    );
    one(
        "[[keys]]\nname = \"a\"\nkey = ¦\"hunter2\"\n",
        "{ env = \"NAME\" }",
    );
    one(
        "[[keys]]\nname = ¦\"\"\nkey = { env = \"KEY\" }\n",
        "is empty",
    );
    one(
        &format!(
            "[[keys]]\nname = \"a\"\nkey = {{ env = \"KEY\" }}\n[[keys]]\nname = ¦\"A\"\nhash = \"sha256:{hash}\"\n"
        ),
        "key at 2:8 too",
    );
    one(
        "[[keys]]\nname = \"a\"\nkey = { env = \"KEY\" }\n[[keys]]\nname = \"b\"\nkey = ¦{ env = \"KEY\" }\n",
        "the same key as at 3:7",
    );
}

#[test]
fn providers() {
    one(
        "¦[providers.p]\nbase_url = \"http://a\"\n",
        "providers.p.protocol: is missing",
    );
    one(
        "¦[providers.p]\nprotocol = \"chat\"\n",
        "providers.p.base_url: is missing",
    );
    one(
        "[providers.p]\nprotocol = ¦\"openai\"\nbase_url = \"http://a\"\n",
        "is not `responses`",
    );
    for (url, word) in [
        ("api.openai.com/v1", "write https://api.openai.com/v1"),
        ("ftp://a", "scheme"),
        ("https://", "no host"),
        ("https://me:hunter2@a", "credentials"),
        ("https://a/v1?key=hunter2", "query"),
        ("https://a/v1/chat/completions", "write https://a/v1"),
        ("", "is empty"),
    ] {
        one(
            &format!("[providers.p]\nprotocol = \"chat\"\nbase_url = ¦\"{url}\"\n"),
            word,
        );
    }
    let rest = "protocol = \"chat\"\nbase_url = \"http://a\"\n";
    one(&format!("[providers.¦local]\n{rest}"), "built in");
    one(&format!("[providers.¦\"a b\"]\n{rest}"), "letters, digits");
    one(&format!("[providers.¦\"a/b\"]\n{rest}"), "letters, digits");
    one(&format!("[providers.¦\"\"]\n{rest}"), "letters, digits");
    one(
        &format!("[providers.a]\n{rest}[providers.¦A]\n{rest}"),
        "only in case",
    );
    provider("timeouts = { connect = ¦\"0s\" }", "more than zero");
    provider("timeouts = { idle = ¦\"1\" }", "write 1s");
    provider("models = [\"*\", ¦\"a b\"]", "not the name of a model");
    provider("models = ¦[\"*\", \"a\"]", "serves all");
    provider("models = [\"a\", ¦\"A\"]", "occurs twice");
    provider("models = [¦\"\"]", "is empty");
    for name in [
        "authorization",
        "Authorization",
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "content-type",
    ] {
        provider(&format!("headers = {{ ¦{name} = \"hunter2\" }}"), "set");
    }
    provider("headers = { ¦\"a b\" = \"x\" }", "not a header name");
    provider("headers = { ¦\"\" = \"x\" }", "not a header name");
    provider("headers = { x-a = \"1\", ¦X-A = \"2\" }", "occurs twice");
    provider("headers = { x-a = ¦\"hunter2\\n\" }", "cannot have");
    provider("headers = { x-a = { env = ¦\"UNSET\" } }", "is not set");
}

#[test]
fn every_mistake_is_reported_in_order() {
    check(
        "¦color = 1\n\
         [server]\n\
         drain = ¦\"30\"\n\
         max_body = ¦0\n\
         [providers.openai]\n\
         protocol = ¦\"open\"\n\
         base_url = ¦\"api.openai.com/v1\"\n\
         api_key = ¦\"hunter2\"\n\
         [[models]]\n\
         id = ¦\"gpt\"\n\
         [[models.endpoints]]\n\
         provider = ¦\"opnai\"\n\
         tier = ¦\"x\"\n\
         ¦[[keys]]\n\
         hash = ¦\"hunter2\"\n",
        &[
            "color",
            "30s",
            "at least",
            "open",
            "scheme",
            "env",
            "author/slug",
            "openai",
            "tier",
            "name",
            "sha256:",
        ],
    );
}

#[test]
fn mistakes_next_to_syntax_errors_are_reported_once() {
    check(
        "[server]\nlisten = ¦localhost\n[log]\nlevel = ¦\"loud\"\n",
        &["quoted", "loud"],
    );
}

#[test]
fn places_after_carriage_returns_tabs_and_other_scripts() {
    one("# ü\r\n[server]\r\n\tdrain = ¦\"30\"\r\n", "30s");
    one("[server]\n\t\tdrain\t=\t¦\"30\" # x\n", "30s");
    one(
        "models = [{ id = \"a/漢字🙂é\", endpoints = [{ provider = ¦\"x\" }] }]\n",
        "x",
    );
    one("\u{feff}[server]\ndrain = ¦\"30\"\n", "30s");
    one("\u{feff}¦x = 1\n", "unknown");
    let text = "models = [\n  { id = \"a/b\", # é\n    endpoints = [\n      { provider = ¦\"x\" },\n  ] },\n]\n";
    one(text, "[providers.x]");
    one(
        "[server]\n\n\n\"listen\" = ¦\"\"\"\n8080\"\"\"\n",
        "host and a port",
    );
}
