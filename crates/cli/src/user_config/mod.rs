//! The user's configuration file, `config.toml`: defaults of `send`, `chat` and `models`.
//!
//! An option overrides a variable, a variable overrides the file, and the file overrides the
//! defaults of the command. The file of `orouter serve` is another one.

mod edit;
mod file;
mod message;
mod read;
mod settings;

pub(crate) use self::edit::Edit;
pub(crate) use self::settings::{KEYS, UserConfig};

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_key_is_known_and_described() {
        for (key, help) in KEYS {
            let text = format!("{key} = 1979-05-27");
            let (_, mistakes) = read::read(&text, Path::new("config.toml"));
            let text: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
            assert!(
                text.len() == 1 && text.iter().all(|text| text.contains(", not a date")),
                "{key}: {text:?}"
            );
            assert!(!help.is_empty());
        }
    }

    #[test]
    fn aliases_are_replaced_and_other_names_kept() {
        let (config, mistakes) = read::read(
            "[aliases]\nfast = \"a/b\"\n\"gpt-4.1\" = \"openai/gpt-4.1\"",
            Path::new("config.toml"),
        );
        assert_eq!(mistakes, []);
        assert_eq!(config.model_named("fast"), "a/b");
        assert_eq!(config.model_named("gpt-4.1"), "openai/gpt-4.1");
        assert_eq!(config.model_named("Fast"), "Fast");
        assert_eq!(config.model_named("a/b"), "a/b");
    }
}
