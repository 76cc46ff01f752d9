//! A table of mistakes in models and endpoints, in the form of [`mistakes`](crate::mistakes).

use crate::mistakes::{ENDPOINT, PROVIDER, check, endpoint, model, one, read};

#[test]
fn models() {
    for (id, word) in [
        ("gpt-4o", "write author/slug"),
        ("/gpt", "write author/slug"),
        ("openai/", "write author/slug"),
        ("a//b", "write author/slug"),
        ("", "is empty"),
        ("a b/c", "white space"),
        ("~openai/gpt-latest", "reserved"),
        ("openai/gpt-4o:nitro", ":nitro"),
        ("openai/gpt-4o:online", ":online"),
        ("openai/*", "cannot have"),
    ] {
        model(&format!("id = ¦\"{id}\""), word);
    }
    model("id = \"a/b\"\ncontext_length = ¦0", "at least 1");
    model("id = \"a/b\"\ncontext_length = ¦-1", "at least 1");
    for (date, word) in [
        ("\"May 2026\"", "is not a date"),
        ("\"2026-02-30\"", "is not a date"),
        ("\"1969-12-31\"", "before 1970"),
        ("\"2026-05-01T12:00:00\"", "offset"),
        ("12:00:00", "without a date"),
        ("1777593600", "must be a date"),
    ] {
        model(&format!("id = \"a/b\"\ncreated = ¦{date}"), word);
    }
    model("id = \"a/b\"\nfamily = ¦\"a b\"", "is not a family");
    for (efforts, word) in [
        ("[¦\"hgih\"]", "is not one of none, minimal, low"),
        ("[\"low\", ¦\"low\"]", "occurs twice"),
        ("¦\"low\"", "must be a list"),
    ] {
        model(
            &format!("id = \"a/b\"\nsupported_efforts = {efforts}"),
            word,
        );
    }
    model("id = \"a/b\"\naliases = ¦[\"A/B\"]", "occurs twice");
    model("id = \"a/b\"\naliases = [\"x\", ¦\"X\"]", "occurs twice");
    model("id = \"a/b\"\naliases = [¦\"x y\"]", "white space");
    let second = "[[models]]\nid = ¦\"A/B\"\n[[models.endpoints]]\nprovider = \"p\"\n";
    one(
        &format!("{PROVIDER}{ENDPOINT}{second}"),
        "occurs twice, first at 5:6",
    );
    one(
        &format!("{PROVIDER}¦[[models]]\n[[models.endpoints]]\nprovider = \"p\"\n"),
        "models[0].id: is missing",
    );
    one(
        &format!("{PROVIDER}¦[[models]]\nid = \"a/b\"\n"),
        "has no [[models.endpoints]]",
    );
}

#[test]
fn endpoints() {
    one(
        &format!("{PROVIDER}[[models]]\nid = \"a/b\"\n¦[[models.endpoints]]\nmodel = \"x\"\n"),
        "provider: is missing",
    );
    one(
        "[[models]]\nid = \"a/b\"\n[[models.endpoints]]\nprovider = ¦\"openai\"\n",
        "add [providers.openai]",
    );
    one(
        "[providers.openai]\nprotocol = \"chat\"\nbase_url = \"http://a\"\n[[models]]\nid = \"a/b\"\n[[models.endpoints]]\nprovider = ¦\"opnai\"\n",
        "did you mean \"openai\"?",
    );
    one(
        &format!("{PROVIDER}{ENDPOINT}¦[[models.endpoints]]\nprovider = \"p\"\n"),
        "\"p\" occurs twice in the model, first at 6:1",
    );
    one(
        &format!(
            "{PROVIDER}{ENDPOINT}tier = \"default\"\n¦[[models.endpoints]]\nprovider = \"p\"\nmodel = \"other\"\n"
        ),
        "occurs twice",
    );
    one(
        &format!(
            "{PROVIDER}{ENDPOINT}region = \"eu\"\ntier = \"flex\"\n¦[[models.endpoints]]\nprovider = \"p\"\ntier = \"flex\"\nregion = \"EU\"\n"
        ),
        "\"p/EU/flex\" occurs twice",
    );
    endpoint("model = ¦\"\"", "is empty");
    endpoint("model = ¦\"a b\"", "white space");
    check(
        &format!("{PROVIDER}{ENDPOINT}price = ¦¦{{}}\n"),
        &["price.prompt: is missing", "price.completion: is missing"],
    );
    endpoint("price = ¦{ prompt = 1 }", "completion: is missing");
    for (number, word) in [
        ("-1", "negative"),
        ("-0.5", "negative"),
        ("nan", "not nan"),
        ("inf", "at most"),
        ("-inf", "negative"),
        ("1e400", ""),
        ("1000001", "at most"),
        ("99999999999999999999", "at most"),
    ] {
        endpoint(
            &format!("price = {{ prompt = 1, completion = ¦{number} }}"),
            word,
        );
        endpoint(
            &format!("price = {{ prompt = 1, completion = 1, image = ¦{number} }}"),
            word,
        );
    }
    endpoint("max_concurrent = ¦0", "at least 1");
    endpoint("max_concurrent = ¦-3", "at least 1");
    endpoint("max_output_tokens = ¦0", "at least 1");
    endpoint("quantization = ¦\"q4\"", "is not `int4`");
    endpoint("data_collection = ¦\"never\"", "is not `allow` or `deny`");
    endpoint(
        "tier = ¦\"fast\"",
        "is not `default` or `priority` or `flex`",
    );
    endpoint("region = ¦\"us east\"", "is not a region");
    endpoint("region = ¦\"flex\"", "service tier");
    endpoint(
        "input_modalities = [\"text\", ¦\"pictures\"]",
        "is not one of text, image",
    );
    endpoint("input_modalities = [\"text\", ¦\"text\"]", "occurs twice");
    endpoint("input_modalities = [¦\"imgae\"]", "did you mean \"image\"?");
}

#[test]
fn the_embedded_provider() {
    let embedded = |line: &str| {
        format!(
            "[[models]]\nid = \"a/small\"\n[[models.endpoints]]\nprovider = \"local\"\n{line}\n"
        )
    };
    if !cfg!(feature = "local") {
        one(
            &embedded("").replace("\"local\"", "¦\"local\""),
            "without the embedded model",
        );
        return;
    }
    one(&embedded("model = ¦\"gpt-4o\""), "smollm2-135m-instruct");
    one(
        &embedded("").replace("[[models.e", "¦[[models.e"),
        "smollm2-135m-instruct",
    );
    assert!(read(&embedded("model = \"smollm2-135m-instruct\"")).is_ok());
    assert!(read(&embedded("").replace("a/small", "a/SmolLM2-135M-Instruct")).is_ok());
}
