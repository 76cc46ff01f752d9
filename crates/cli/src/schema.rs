//! Reads the JSON schema of `--schema`, and checks the output of a response against it.

use std::path::{Path, PathBuf};

use boon::{CompileError, Compiler, SchemaIndex, Schemas, SchemeUrlLoader, ValidationError};
use boon::{ErrorKind as Difference, InstanceLocation};
use orouter::{OutputError, OutputErrorKind, Response};
use serde_json::value::RawValue;

use crate::encoding;
use crate::exit::CommandError;
use crate::json_text::compact;

/// Maximum length of the reason of a difference, in characters. It can quote values.
const SHOWN_CHARS: usize = 300;

/// URL of the schema within the validator, which has no other schemas.
const URL: &str = "schema:///";

/// A JSON schema and its name in the request.
pub(crate) struct Schema {
    pub(crate) name: String,
    pub(crate) value: serde_json::Value,
    path: PathBuf,
    compiled: Schemas,
    index: SchemaIndex,
}

impl Schema {
    /// Reads a schema and names it after the file. The server checks that it can enforce it.
    ///
    /// # Errors
    /// A usage error if the file cannot be read or is not a JSON schema.
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
        let mut compiled = Schemas::new();
        let index = compile(&value, &mut compiled).map_err(|reason| {
            CommandError::usage(format!("{shown} is not a usable JSON schema: {reason}"))
        })?;
        Ok(Self {
            name: schema_name(path),
            value,
            path: path.to_owned(),
            compiled,
            index,
        })
    }

    /// Returns the output of a complete response as one line of JSON.
    ///
    /// # Errors
    /// An error of its own exit status if the model refused, or the output is not JSON or does not match
    /// the schema. Its message has the place and the reason.
    pub(crate) fn output(&self, response: &Response) -> Result<String, CommandError> {
        let output: Box<RawValue> = response.parse_output().map_err(|error| no_json(&error))?;
        let value: serde_json::Value = serde_json::from_str(output.get()).map_err(|error| {
            CommandError::schema(format!(
                "the output cannot be compared with the schema: {error}"
            ))
        })?;
        let compared = self.compiled.validate(&value, self.index);
        compared.map_err(|error| {
            CommandError::schema(format!(
                "the output does not match the schema {}: {}",
                self.path.display(),
                describe(&error)
            ))
        })?;
        Ok(compact(output.get()))
    }
}

/// Compiles a schema, or returns the reason why it is not usable. Does not read the files and URLs that
/// it refers to.
fn compile(schema: &serde_json::Value, compiled: &mut Schemas) -> Result<SchemaIndex, String> {
    let mut compiler = Compiler::new();
    compiler.use_loader(Box::new(SchemeUrlLoader::new()));
    let added = compiler.add_resource(URL, schema.clone());
    added.map_err(|error| describe_unusable(&error))?;
    let index = compiler.compile(URL, compiled);
    index.map_err(|error| describe_unusable(&error))
}

fn describe_unusable(error: &CompileError) -> String {
    match error {
        CompileError::ValidationError { src, .. } => describe(src),
        CompileError::LoadUrlError { url, .. } | CompileError::UnsupportedUrlScheme { url } => {
            format!("it refers to {url}; copy that schema into `$defs`")
        }
        other => format!("{other:#}")
            .replace(&format!("{URL}#"), "")
            .replace(URL, ""),
    }
}

/// Returns the error for a response without a JSON value.
fn no_json(error: &OutputError) -> CommandError {
    match (error.kind(), error.text()) {
        (OutputErrorKind::Refusal, Some(text)) => {
            CommandError::schema(format!("the model refused: {text}"))
        }
        _ => CommandError::schema(error),
    }
}

/// Returns the place of a difference as a JSON pointer, and the reason.
fn describe(error: &ValidationError<'_, '_>) -> String {
    let error = most_specific(error);
    let reason = match &error.kind {
        Difference::AnyOf | Difference::OneOf(None) => {
            "the value matches none of the alternatives".to_owned()
        }
        Difference::FalseSchema => "the value is not allowed".to_owned(),
        kind => kind.to_string(),
    };
    let mut shown: String = reason.chars().take(SHOWN_CHARS).collect();
    if shown.len() < reason.len() {
        shown.push_str("..");
    }
    let place = error.instance_location.to_string();
    if place.is_empty() {
        shown
    } else {
        format!("{place}: {shown}")
    }
}

/// Returns the error that explains another one best: its first cause, or, for alternatives, the cause
/// that lies deepest in the value.
fn most_specific<'e, 's, 'v>(error: &'e ValidationError<'s, 'v>) -> &'e ValidationError<'s, 'v> {
    let depth = |location: &InstanceLocation<'_>| location.tokens.len();
    let mut causes = error.causes.iter().map(most_specific);
    match &error.kind {
        Difference::AnyOf | Difference::OneOf(_) => causes.fold(error, |best, cause| {
            if depth(&cause.instance_location) > depth(&best.instance_location) {
                cause
            } else {
                best
            }
        }),
        _ => causes.next().unwrap_or(error),
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
