//! Content parts from bytes: `from_bytes` and `from_bytes_as`.

use super::error::InputError;
use super::kind::Kind;
use crate::base64::encode;
use crate::content::{AudioFormat, InputAudio, InputFile, InputImage, InputVideo};

impl InputImage {
    /// Creates a part from the bytes of an image: PNG, JPEG, GIF, WebP, BMP, TIFF, AVIF, HEIC, JPEG XL
    /// or SVG. Models accept the first four; for the others, see the model's documentation.
    ///
    /// ```
    /// use orouter_wire::InputImage;
    ///
    /// let image = InputImage::from_bytes(b"GIF89a..")?;
    /// assert_eq!(image.image_url.as_deref(), Some("data:image/gif;base64,R0lGODlhLi4="));
    /// # Ok::<(), orouter_wire::InputError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the data is empty or is not an image in one of these formats.
    pub fn from_bytes(bytes: impl AsRef<[u8]>) -> Result<Self, InputError> {
        Self::from_named(bytes.as_ref(), None)
    }

    /// Creates a part from the bytes of an image of this media type, such as `image/png`.
    ///
    /// # Errors
    ///
    /// Returns an error if the data is empty, or the media type has not the form `type/subtype`.
    pub fn from_bytes_as(bytes: impl AsRef<[u8]>, media_type: &str) -> Result<Self, InputError> {
        let url = Kind::Image.data_url(bytes.as_ref(), media_type)?;
        Ok(Self::from_url(url))
    }

    pub(super) fn from_named(bytes: &[u8], name: Option<&str>) -> Result<Self, InputError> {
        Self::from_bytes_as(bytes, Kind::Image.media_type(bytes, name)?)
    }
}

impl InputVideo {
    /// Creates a part from the bytes of a video: MP4, QuickTime, WebM, Matroska, MPEG or AVI.
    ///
    /// # Errors
    ///
    /// Returns an error if the data is empty or is not a video in one of these formats.
    pub fn from_bytes(bytes: impl AsRef<[u8]>) -> Result<Self, InputError> {
        Self::from_named(bytes.as_ref(), None)
    }

    /// Creates a part from the bytes of a video of this media type, such as `video/mp4`.
    ///
    /// # Errors
    ///
    /// Returns an error if the data is empty, or the media type has not the form `type/subtype`.
    pub fn from_bytes_as(bytes: impl AsRef<[u8]>, media_type: &str) -> Result<Self, InputError> {
        let url = Kind::Video.data_url(bytes.as_ref(), media_type)?;
        Ok(Self::from_url(url))
    }

    pub(super) fn from_named(bytes: &[u8], name: Option<&str>) -> Result<Self, InputError> {
        Self::from_bytes_as(bytes, Kind::Video.media_type(bytes, name)?)
    }
}

impl InputFile {
    /// Creates a part from a file's name and bytes. The name should have an extension, which some
    /// providers require.
    ///
    /// The media type is that of the extension, or else that of the first bytes (such as a PDF's), or
    /// else `text/plain` for UTF-8 and `application/octet-stream` for other data.
    ///
    /// ```
    /// use orouter_wire::InputFile;
    ///
    /// let file = InputFile::from_bytes("notes.txt", "hi")?;
    /// assert_eq!(file.file_data.as_deref(), Some("data:text/plain;base64,aGk="));
    /// # Ok::<(), orouter_wire::InputError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the data is empty.
    pub fn from_bytes(
        filename: impl Into<String>,
        bytes: impl AsRef<[u8]>,
    ) -> Result<Self, InputError> {
        let (filename, bytes) = (filename.into(), bytes.as_ref());
        let media_type = Kind::File.media_type(bytes, Some(&filename))?;
        Self::from_bytes_as(filename, bytes, media_type)
    }

    /// Creates a part from a file's name, bytes and media type, such as `application/pdf`.
    ///
    /// # Errors
    ///
    /// Returns an error if the data is empty, or the media type has not the form `type/subtype`.
    pub fn from_bytes_as(
        filename: impl Into<String>,
        bytes: impl AsRef<[u8]>,
        media_type: &str,
    ) -> Result<Self, InputError> {
        let url = Kind::File.data_url(bytes.as_ref(), media_type)?;
        Ok(Self::from_data(filename, url))
    }
}

impl InputAudio {
    /// Creates a part from the bytes of audio.
    ///
    /// Recognises MP3 and WAV, which the specification names, and FLAC, Ogg, M4A, AIFF and AAC, which
    /// only some models accept.
    ///
    /// ```
    /// use orouter_wire::{AudioFormat, InputAudio};
    ///
    /// let audio = InputAudio::from_bytes(b"RIFF\x04\0\0\0WAVE")?;
    /// assert_eq!(audio.input_audio.format, Some(AudioFormat::Wav));
    /// # Ok::<(), orouter_wire::InputError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the data is empty or is not audio in one of these formats.
    pub fn from_bytes(bytes: impl AsRef<[u8]>) -> Result<Self, InputError> {
        Self::from_named(bytes.as_ref(), None)
    }

    /// Creates a part from the bytes of audio in this format. A format without a variant is written as
    /// text: `AudioFormat::from("pcm16")`.
    ///
    /// # Errors
    ///
    /// Returns an error if the data is empty.
    pub fn from_bytes_as(bytes: impl AsRef<[u8]>, format: AudioFormat) -> Result<Self, InputError> {
        let bytes = bytes.as_ref();
        Kind::Audio.check_size(bytes)?;
        let mut data = String::new();
        encode(bytes, &mut data);
        Ok(Self::new(data, format))
    }

    pub(super) fn from_named(bytes: &[u8], name: Option<&str>) -> Result<Self, InputError> {
        let format = match Kind::Audio.media_type(bytes, name)? {
            "audio/mpeg" => AudioFormat::Mp3,
            "audio/wav" => AudioFormat::Wav,
            "audio/mp4" => AudioFormat::from("m4a"),
            other => AudioFormat::from(other.trim_start_matches("audio/")),
        };
        Self::from_bytes_as(bytes, format)
    }
}
