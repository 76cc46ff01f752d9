//! [`Api`]: the abilities of an upstream's API.

use super::part::Part;

/// The abilities of an upstream's API that decide how a request is read.
#[derive(Debug)]
pub(crate) struct Api {
    /// The name of the API in messages: `Chat Completions`.
    pub(crate) name: &'static str,
    /// The results of tools can have images and files.
    pub(crate) media_in_results: bool,
    /// An image can be the id of a file that the upstream stores.
    pub(crate) image_ids: bool,
    /// An image has a `detail`.
    pub(crate) image_detail: bool,
    /// A file can be a URL that the upstream fetches.
    pub(crate) file_urls: bool,
    /// Images that the model makes have settings.
    pub(crate) image_config: bool,
    /// Messages of the user can have audio.
    pub(crate) audio: bool,
    /// Messages of the user can have videos.
    pub(crate) video: bool,
    /// Marks for the prompt cache that are sent.
    pub(crate) cache_marks: CacheMarks,
    /// Checks that the API takes an image, a file, audio or a video for a model. The error is the end
    /// of a sentence about the member that has it.
    pub(crate) check_media: fn(&Part<'_>, &str) -> Result<(), &'static str>,
    /// Returns `true` if the name of a tool can be sent as it is. The names `[A-Za-z_][A-Za-z0-9_-]*`
    /// of at most 64 characters are always allowed.
    pub(crate) allows_name: fn(&str) -> bool,
}

/// The marks for the prompt cache that an API has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CacheMarks {
    /// Marks are sent if the endpoint lists them, or if its parameters are not known.
    Listed,
    /// Marks are part of the API.
    Sent,
    /// The API has no marks.
    Absent,
}
