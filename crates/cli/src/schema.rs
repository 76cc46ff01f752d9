//! Reads the JSON schema of `--schema`.

use std::path::Path;

use crate::encoding;
use crate::exit::CommandError;

/// A JSON schema and its name in the request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Schema {
    pub(crate) name: String,
    pub(crate) value: serde_json::Value,
}

impl Schema {
    /// Reads a schema and names it after the file. The server checks that it can enforce it.
    pub(crate) fn read(path: &Path) -> Result<Self, CommandError> {
        let shown = path.display();
        let bytes = std::fs::read(path).map_err(|error| {
            CommandError::usage(format!("cannot read the schema {shown}: {error}"))
        })?;
        let text = encoding::decode(&bytes)
            .map_err(|error| CommandError::usage(format!("the schema {shown} {error}")))?;
        let value: serde_json::Value = serde_json::from_str(&text).map_err(|error| {
            CommandError::usage(format!("the schema {shown} is not JSON: {error}"))
        })?;
        if !value.is_object() {
            return Err(CommandError::usage(format!(
                "the schema {shown} is not a JSON object"
            )));
        }
        Ok(Self {
            name: schema_name(path),
            value,
        })
    }
}

/// Returns the file's stem in the characters that a schema's name may have, at most 64.
fn schema_name(path: &Path) -> String {
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
    use super::schema_name;
    use std::path::Path;

    #[test]
    fn names_consist_of_permitted_characters() {
        assert_eq!(schema_name(Path::new("dir/person.json")), "person");
        assert_eq!(
            schema_name(Path::new("Ünser schema.v2.json")),
            "_nser_schema_v2"
        );
        assert_eq!(schema_name(Path::new("..")), "schema");
        assert_eq!(schema_name(Path::new(&"x".repeat(99))).len(), 64);
    }
}
