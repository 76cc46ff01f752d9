//! Attachments: files, standard input and URLs as content parts of a message.
//!
//! `file_type` detects the type of data, `attachment_url` makes parts from URLs.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use clap::Args;
use orouter::ContentPart;
use orouter_server::config::ByteSize;

use crate::attachment_url;
use crate::exit::CommandError;
use crate::file_type;
use crate::stdin;

/// Maximum size of an attachment in bytes, unless `--max-attachment` sets another one. Base64 makes it
/// a third larger, and many services accept no request above 32 MiB.
const DEFAULT_MAX_BYTES: usize = 20 << 20;

/// Files to send with a prompt.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct AttachArgs {
    /// Send a file with the prompt: an image, audio, a video, a PDF, an office document or a text.
    /// Repeatable
    ///
    /// The type is that of the content, whatever the name says. `-` is standard input. URLs with
    /// http or https are passed on for the provider to fetch; if the URL does not end in a known
    /// extension, write image:URL, video:URL or file:URL.
    #[arg(short, long, value_name = "FILE")]
    attach: Vec<OsString>,
    /// Maximum size of each attached file [default: 20MiB]
    #[arg(long, value_name = "SIZE")]
    max_attachment: Option<ByteSize>,
}

impl AttachArgs {
    /// Returns `true` if an attachment is read from standard input.
    pub(crate) fn reads_stdin(&self) -> bool {
        self.attach.iter().any(|source| source == "-")
    }

    /// Reads all attachments, in order.
    pub(crate) async fn read(&self) -> Result<Vec<ContentPart>, CommandError> {
        if self.attach.iter().filter(|source| *source == "-").count() > 1 {
            return Err(CommandError::usage(
                "--attach - is given twice; standard input can be attached once",
            ));
        }
        let mut parts = Vec::with_capacity(self.attach.len());
        for source in &self.attach {
            parts.push(read(source, self.max_bytes()).await?);
        }
        Ok(parts)
    }

    /// Returns the maximum size of an attachment in bytes.
    pub(crate) fn max_bytes(&self) -> usize {
        self.max_attachment
            .map_or(DEFAULT_MAX_BYTES, |ByteSize(bytes)| bytes)
    }
}

/// Reads an attachment: the path of a file of at most `max_bytes`, `-` for standard input, or a URL,
/// which is not fetched.
///
/// # Errors
/// A usage error that names the source.
pub(crate) async fn read(source: &OsStr, max_bytes: usize) -> Result<ContentPart, CommandError> {
    let refused = |reason: String| {
        let shown = Path::new(source).display();
        CommandError::usage(format!("cannot attach {shown}: {reason}"))
    };
    if source.is_empty() {
        return Err(CommandError::usage(
            "--attach is empty; name a file, or `-` for standard input",
        ));
    }
    if let Some(part) = source.to_str().and_then(attachment_url::part) {
        return part.map_err(refused);
    }
    if source == "-" {
        let bytes = stdin::read_bytes(max_bytes, || {
            format!("cannot attach standard input: {}", too_large(max_bytes))
        })
        .await?;
        return file_type::part("stdin", &bytes).map_err(|reason| {
            CommandError::usage(format!("cannot attach standard input: {reason}"))
        });
    }
    let path = PathBuf::from(source);
    let read = tokio::task::spawn_blocking(move || {
        let bytes = read_file(&path, max_bytes)?;
        file_type::part(&shown_name(&path), &bytes)
    });
    match read.await {
        Ok(part) => part.map_err(refused),
        Err(error) => Err(CommandError::failed(error)),
    }
}

fn read_file(path: &Path, max_bytes: usize) -> Result<Vec<u8>, String> {
    let unreadable = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => "the file does not exist".to_owned(),
        _ => format!("cannot read the file: {error}"),
    };
    let file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if metadata.is_dir() {
        return Err("it is a directory; attach its files one by one".to_owned());
    }
    let limit = max_bytes as u64;
    if metadata.len() > limit {
        return Err(too_large(max_bytes));
    }
    let mut bytes = Vec::new();
    // The limit also ends the reading of devices and of files that grow.
    file.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() > max_bytes {
        return Err(too_large(max_bytes));
    }
    Ok(bytes)
}

fn too_large(max_bytes: usize) -> String {
    format!(
        "it is larger than the limit of {}; --max-attachment raises the limit",
        size(max_bytes)
    )
}

/// Returns the name under which a model knows a file: a relative path as it is, because several files
/// of a project have the same last name, and the last name of other paths.
fn shown_name(path: &Path) -> String {
    use std::path::Component;
    let below = path
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if below {
        let parts: Vec<_> = path
            .components()
            .filter_map(|part| match part {
                Component::Normal(name) => Some(name.to_string_lossy()),
                _ => None,
            })
            .collect();
        parts.join("/")
    } else {
        path.file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default()
    }
}

/// Formats a size with the largest unit that divides it.
fn size(bytes: usize) -> String {
    match bytes {
        _ if bytes >= 1 << 20 && bytes.is_multiple_of(1 << 20) => format!("{} MiB", bytes >> 20),
        _ if bytes >= 1 << 10 && bytes.is_multiple_of(1 << 10) => format!("{} KiB", bytes >> 10),
        _ => format!("{bytes} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_relative_paths_or_last_names() {
        for (path, name) in [
            ("a.txt", "a.txt"),
            ("./src/mod.rs", "src/mod.rs"),
            ("src//b/mod.rs", "src/b/mod.rs"),
            ("/folder/a.txt", "a.txt"),
            ("../a.txt", "a.txt"),
        ] {
            assert_eq!(shown_name(Path::new(path)), name);
        }
    }

    #[test]
    fn sizes_have_their_largest_unit() {
        assert_eq!(size(20 << 20), "20 MiB");
        assert_eq!(size(3 << 10), "3 KiB");
        assert_eq!(size(1000), "1000 bytes");
    }
}
