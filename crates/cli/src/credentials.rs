//! The file with the keys that `orouter login` stores: one key for each server.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item, Table, value};

use crate::exit::CommandError;
use crate::secret::Secret;
use crate::server_url::normalized;
use crate::{directories, private_file};

/// Maximum size of the file in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// Comment at the head of the file.
const HEAD: &str = "# API keys that `orouter login` stored. Do not share this file.\n";

/// The stored keys.
#[derive(Debug)]
pub(crate) struct Credentials {
    path: PathBuf,
    /// Keys by the URL of their server, in normalized form.
    keys: BTreeMap<String, Secret>,
    /// Mode of the file, if other users can read or write it.
    shared_mode: Option<u32>,
}

impl Credentials {
    /// Reads the stored keys for use. Without a file, there are none.
    ///
    /// # Errors
    /// A usage error if other users can read or write the file, or it is damaged. No message
    /// contains a key.
    pub(crate) fn load() -> Result<Self, CommandError> {
        let credentials = Self::load_to_change()?;
        match credentials.problem() {
            Some(problem) => Err(CommandError::usage(problem)),
            None => Ok(credentials),
        }
    }

    /// Reads the stored keys to report or change them: [`store`](Self::store) corrects the mode.
    pub(crate) fn load_to_change() -> Result<Self, CommandError> {
        Self::read(directories::config()?.join("credentials.toml"))
    }

    fn read(path: PathBuf) -> Result<Self, CommandError> {
        let unreadable = |reason: &dyn std::fmt::Display| {
            CommandError::usage(format!("cannot read {}: {reason}", path.display()))
        };
        let mut text = String::new();
        let shared_mode = match File::open(&path) {
            Ok(mut file) => {
                let mode = private_file::shared_mode(&file).map_err(|error| unreadable(&error))?;
                let read = file.by_ref().take(MAX_BYTES).read_to_string(&mut text);
                read.map_err(|error| unreadable(&error))?;
                mode
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(unreadable(&error)),
        };
        let damaged = || {
            unreadable(&"it is damaged; remove it, and store the keys again with `orouter login`")
        };
        // The error of the parser would quote the line.
        let document: DocumentMut = text.parse().map_err(|_| damaged())?;
        let mut keys = BTreeMap::new();
        let table = match document.get("keys") {
            Some(item) => item.as_table_like().ok_or_else(damaged)?,
            None => &Table::new(),
        };
        for (server, item) in table.iter() {
            let key = item.as_str().and_then(|key| Secret::parse(key).ok());
            let server = normalized(server);
            match (server, key) {
                (Ok(server), Some(key)) => keys.insert(server, key),
                _ => return Err(damaged()),
            };
        }
        Ok(Self {
            path,
            keys,
            shared_mode,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the reason why the stored keys are not used.
    pub(crate) fn problem(&self) -> Option<String> {
        let mode = self.shared_mode?;
        let path = self.path.display();
        Some(format!(
            "{path} has the mode {mode:04o}, so other users can read or change the keys in it; run `chmod 600 {path}`, and replace keys that others may have read"
        ))
    }

    /// Returns the servers with a stored key.
    pub(crate) fn servers(&self) -> impl Iterator<Item = &str> {
        self.keys.keys().map(String::as_str)
    }

    /// Returns the key that was stored for exactly this server.
    pub(crate) fn key(&self, base_url: &str) -> Option<&Secret> {
        self.keys.get(&normalized(base_url).ok()?)
    }

    /// Stores the key of a server, in a file that only the user can read.
    pub(crate) fn store(&mut self, base_url: &str, key: Secret) -> Result<(), CommandError> {
        let base_url = normalized(base_url)
            .map_err(|reason| CommandError::usage(format!("the base URL {reason}")))?;
        self.keys.insert(base_url, key);
        self.save()
    }

    /// Removes the key of a server. Returns `false` if none is stored.
    pub(crate) fn remove(&mut self, base_url: &str) -> Result<bool, CommandError> {
        let known = normalized(base_url).ok();
        if known.and_then(|url| self.keys.remove(&url)).is_none() {
            return Ok(false);
        }
        self.save()?;
        Ok(true)
    }

    fn save(&self) -> Result<(), CommandError> {
        let unwritable = |error: io::Error| {
            CommandError::failed(format!("cannot write {}: {error}", self.path.display()))
        };
        if self.keys.is_empty() {
            return match std::fs::remove_file(&self.path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unwritable(error)),
                _ => Ok(()),
            };
        }
        let mut table = Table::new();
        for (server, key) in &self.keys {
            table.insert(server, value(key.reveal()));
        }
        let mut document = DocumentMut::new();
        document.insert("keys", Item::Table(table));
        let text = format!("{HEAD}\n{document}");
        private_file::replace(&self.path, text.as_bytes()).map_err(unwritable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTED: &str = "https://openrouter.ai/api/v1";

    fn stored(path: &Path) -> Credentials {
        Credentials::read(path.to_path_buf()).unwrap()
    }

    #[test]
    fn a_key_belongs_to_one_server() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("sub/credentials.toml");
        let (first, second) = (
            Secret::parse("sk-1").unwrap(),
            Secret::parse("sk-2").unwrap(),
        );
        let mut credentials = stored(&path);
        credentials
            .store("https://OpenRouter.ai/api/v1/", first.clone())
            .unwrap();
        credentials
            .store("http://127.0.0.1:8080", second.clone())
            .unwrap();

        let mut credentials = stored(&path);
        assert_eq!(credentials.key(HOSTED), Some(&first));
        assert_eq!(credentials.key("http://127.0.0.1:8080/"), Some(&second));
        for other in [
            "http://openrouter.ai/api/v1",
            "https://openrouter.ai.example/api/v1",
            "https://openrouter.ai:444/api/v1",
            "https://openrouter.ai/other",
            "http://127.0.0.1:8081",
            "not a URL",
        ] {
            assert_eq!(credentials.key(other), None, "{other}");
        }
        assert!(credentials.remove(HOSTED).unwrap());
        assert!(!credentials.remove(HOSTED).unwrap());
        assert_eq!(
            stored(&path).servers().collect::<Vec<_>>(),
            ["http://127.0.0.1:8080"]
        );
        assert!(credentials.remove("http://127.0.0.1:8080").unwrap());
        assert!(!path.exists(), "the file is removed with the last key");
    }

    #[test]
    fn messages_and_debug_hide_keys() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("credentials.toml");
        for text in [
            "keys = \"sk-secret",
            "keys = \"sk-secret\"",
            "[keys]\n\"no url\" = \"sk-secret\"",
            "[keys]\n\"https://a\" = \"sk-secret with space\"",
            "[keys]\n\"https://a\" = 5",
        ] {
            std::fs::write(&path, text).unwrap();
            let failure = Credentials::read(path.clone()).unwrap_err();
            assert!(failure.message.contains("damaged"), "{}", failure.message);
            assert!(!failure.message.contains("secret"), "{}", failure.message);
        }
        std::fs::remove_file(&path).unwrap();
        let mut credentials = stored(&path);
        credentials
            .store(HOSTED, Secret::parse("sk-secret").unwrap())
            .unwrap();
        assert!(!format!("{:?}", stored(&path)).contains("secret"));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_reported_and_corrected() {
        use std::os::unix::fs::PermissionsExt as _;

        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("credentials.toml");
        let mut credentials = stored(&path);
        credentials
            .store(HOSTED, Secret::parse("sk-secret").unwrap())
            .unwrap();
        assert_eq!(stored(&path).problem(), None);
        for mode in [0o640, 0o604, 0o602, 0o777] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let problem = stored(&path).problem().unwrap();
            assert!(problem.contains(&format!("{mode:04o}")), "{problem}");
            assert!(problem.contains("chmod 600"), "{problem}");
        }
        stored(&path)
            .store("https://a", Secret::parse("sk-a").unwrap())
            .unwrap();
        assert_eq!(stored(&path).problem(), None);
    }
}
