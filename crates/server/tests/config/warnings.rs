//! Warnings: members without effect in this version, and probable oversights.

use crate::mistakes::read;

#[test]
fn members_without_effect_are_reported_once() {
    for (text, place, word) in [
        ("[server]\nallow_unpriced = true\n", "2:18", "no effect"),
        ("[records]\nclient_fields = false\n", "2:17", "no effect"),
        ("[records]\nretention = \"1d\"\n", "2:13", "no effect"),
        (
            "[records]\nrequire_keys = true\n",
            "2:16",
            "every request is refused",
        ),
        ("[server]\nmax_body = \"1GiB\"\n", "2:12", "503"),
        (
            "[providers.p]\nprotocol = \"chat\"\nbase_url = \"http://a\"\n",
            "1:12",
            "serves no model",
        ),
        (
            "[providers.p]\nprotocol = \"chat\"\nbase_url = \"http://a\"\n[[models]]\nid = \"a/b\"\n[[models.endpoints]]\nprovider = \"p\"\nsupported_parameters = [\"tols\"]\n",
            "8:25",
            "did you mean \"tools\"?",
        ),
    ] {
        let warnings = read(text).unwrap().warnings;
        assert_eq!(warnings.len(), 1, "{text}\n{warnings:?}");
        let shown = warnings[0].to_string();
        assert!(
            shown.starts_with(&format!("orouter.toml:{place}: ")),
            "{shown}"
        );
        assert!(shown.contains(word), "{shown}");
    }
}

#[test]
fn a_usual_file_has_no_warnings() {
    let text = "[server]\nlisten = \"127.0.0.1:0\"\nfetch_urls = true\n[providers.p]\nprotocol = \"chat\"\nbase_url = \"http://a\"\nmodels = [\"*\"]\n";
    assert_eq!(read(text).unwrap().warnings, []);
}
