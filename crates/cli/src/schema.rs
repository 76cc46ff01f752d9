//! The file of `--schema`: read, checked as far as the command can, and given a name.

use std::path::Path;

use crate::encoding;
use crate::exit::Failure;

/// A JSON schema and the name that it goes by on the wire.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Schema {
    pub(crate) name: String,
    pub(crate) value: serde_json::Value,
}

impl Schema {
    /// Reads a schema; the file's name gives the schema's. Whether it can be enforced is for
    /// the server to say.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let shown = path.display();
        let bytes = std::fs::read(path)
            .map_err(|error| Failure::usage(format!("cannot read the schema {shown}: {error}")))?;
        let text = encoding::decode(&bytes)
            .map_err(|error| Failure::usage(format!("the schema {shown} {error}")))?;
        let value: serde_json::Value = serde_json::from_str(&text)
            .map_err(|error| Failure::usage(format!("{shown} is not JSON: {error}")))?;
        if !value.is_object() {
            return Err(Failure::usage(format!(
                "{shown} is not a JSON schema: not an object"
            )));
        }
        Ok(Self {
            name: name_of(path),
            value,
        })
    }
}

/// The file's stem in the letters that a schema's name may have, at most 64 of them.
fn name_of(path: &Path) -> String {
    let stem = path
        .file_stem()
        .map(|stem| stem.to_string_lossy())
        .unwrap_or_default();
    let name: String = stem
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '-' {
                c
            } else {
                '_'
            }
        })
        .take(64)
        .collect();
    if name.is_empty() {
        "schema".to_owned()
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::name_of;
    use std::path::Path;

    #[test]
    fn names_are_made_of_letters_that_servers_take() {
        assert_eq!(name_of(Path::new("dir/person.json")), "person");
        assert_eq!(
            name_of(Path::new("Ünser schema.v2.json")),
            "_nser_schema_v2"
        );
        assert_eq!(name_of(Path::new("..")), "schema");
        assert_eq!(name_of(Path::new(&"x".repeat(99))).len(), 64);
    }
}
