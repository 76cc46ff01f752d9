//! No line of a comment begins with a question word: a doc comment starts with the noun or the verb
//! that it is about, and a line that does not is easy to write without noticing.

#![allow(clippy::expect_used, reason = "this is a test")]

use std::{
    fs,
    path::{Path, PathBuf},
};

const QUESTION_WORDS: [&str; 4] = ["What", "How", "Whether", "Who"];

#[test]
fn no_comment_begins_with_a_question_word() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = Vec::new();
    let mut files = 0;
    for folder in ["benches", "checks", "crates", "fuzz"] {
        for file in rust_files(&root.join(folder)) {
            files += 1;
            let text = fs::read_to_string(&file).expect("a source file is text");
            for (number, line) in text.lines().enumerate() {
                if begins_with_question_word(line) {
                    found.push(format!(
                        "{}:{}: {}",
                        file.display(),
                        number + 1,
                        line.trim()
                    ));
                }
            }
        }
    }
    assert!(files > 300, "only {files} files were found");
    assert!(
        found.is_empty(),
        "{} comments begin with What, How, Whether or Who:\n{}",
        found.len(),
        found.join("\n")
    );
}

#[test]
fn question_words_are_found() {
    for line in [
        "/// What it is.",
        "    //! Whether.",
        "// How",
        "//Who",
        "/// Who's",
    ] {
        assert!(begins_with_question_word(line), "{line}");
    }
    for line in [
        "/// Whatever",
        "let x = 1; // What",
        "/// Returns what",
        "//// What",
        "What",
    ] {
        assert!(!begins_with_question_word(line), "{line}");
    }
}

fn begins_with_question_word(line: &str) -> bool {
    let Some(comment) = line.trim_start().strip_prefix("//") else {
        return false;
    };
    let text = comment
        .strip_prefix(['/', '!'])
        .unwrap_or(comment)
        .trim_start_matches(' ');
    QUESTION_WORDS.iter().any(|word| {
        let rest = text.strip_prefix(word);
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    })
}

/// Returns the Rust files below a folder, without those that a build made.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder can be listed") {
        let path = entry.expect("an entry").path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}
