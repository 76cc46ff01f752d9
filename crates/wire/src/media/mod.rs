//! Images, audio, video and files as input, from their bytes or from a path.
//!
//! | Constructor | Of | Media type |
//! |---|---|---|
//! | `from_bytes` | [`InputImage`](crate::InputImage), [`InputAudio`](crate::InputAudio), [`InputFile`](crate::InputFile), [`InputVideo`](crate::InputVideo) | recognised from the first bytes; of a file from its name |
//! | `from_bytes_as` | the same | given by the caller |
//! | `from_path` | the same; feature `fs` | recognised from the first bytes and the extension |
//!
//! The data becomes part of the request, in base64. For large files, pass a URL that the provider can
//! fetch (`from_url`).
//!
//! ```
//! use orouter_wire::{ImageDetail, InputImage, Message};
//!
//! # fn png() -> Vec<u8> { b"\x89PNG\r\n\x1a\n".to_vec() }
//! let image = InputImage::from_bytes(png())?.detail(ImageDetail::Low);
//! let message = Message::user("Describe this picture.").part(image);
//! # let _ = message;
//! # Ok::<(), orouter_wire::InputError>(())
//! ```

mod detect;
mod error;
mod kind;
mod parts;
#[cfg(feature = "fs")]
mod path;

pub use error::{InputError, InputErrorKind};
