//! `orouter init`: creates the configuration file, the database and the first management key of a
//! server.
//!
//! The file gets its name last, so that a run that ends early can be repeated.

mod database_url;
mod template;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use orouter_server::config::{Config, Secret, StoreConfig};
use orouter_server::store::{AccountId, KeyFilter, NewKey, Store};

use crate::exit::CommandError;
use crate::interrupt::interruptible;
use crate::private_file::{self, Unpublished};
use crate::terminal::{print_notice, sanitized};
use crate::values::file;
use crate::{config_file, database, keys, sqlite_file};

use database_url::DatabaseUrl;

/// Name of the key.
const KEY_NAME: &str = "management";

#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct InitArgs {
    /// Folder of the configuration file and the database [default: the current folder]
    #[arg(value_name = "FOLDER", value_parser = file)]
    folder: Option<PathBuf>,
    /// Variable with the URL of the database, such as DATABASE_URL; the file refers to the variable
    #[arg(long, value_name = "NAME", conflicts_with = "database_url")]
    database_env: Option<String>,
    /// URL of the database, as sqlite:FILE or postgres://USER:PASSWORD@HOST/NAME [default:
    /// sqlite:orouter.db]; the file refers to the variable DATABASE_URL for PostgreSQL
    #[arg(long, value_name = "URL", value_parser = secret)]
    database_url: Option<Secret>,
}

const AFTER_HELP: &str = "\
Then:
  orouter serve                      reads orouter.toml in the current folder
  orouter keys create NAME           creates a key for requests
  orouter credits add AMOUNT         limits the account to prepaid credits

Other users of the machine can see arguments: prefer --database-env for a URL with a password.";

/// Reads the option. It accepts every text, because the message of clap would show it.
#[expect(clippy::unnecessary_wraps, reason = "the type of a parser of values")]
fn secret(text: &str) -> Result<Secret, std::convert::Infallible> {
    Ok(Secret::new(text))
}

pub(crate) async fn run(args: InitArgs) -> Result<(), CommandError> {
    let url = DatabaseUrl::choose(args.database_url, args.database_env)?;
    let path = match &args.folder {
        Some(folder) => folder.join(config_file::NAME),
        None => PathBuf::from(config_file::NAME),
    };
    if fs::symlink_metadata(&path).is_ok() {
        return Err(exists(&path));
    }
    let text = template::text(&url.in_file());
    let config = read(&text, &path, &url)?;
    let mut unpublished = Unpublished::create(&path).map_err(|error| unwritable(&path, &error))?;
    unpublished
        .write_all(text.as_bytes())
        .and_then(|()| unpublished.sync())
        .map_err(|error| unwritable(&path, &error))?;

    let store = interruptible(open(&config)).await?;
    let created = create_key(store.as_ref()).await?;
    unpublished.publish().map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => exists(&path),
        _ => unwritable(&path, &error),
    })?;
    advise(&path, &url, created);
    Ok(())
}

/// Reads `[store]` of the new file, as the server will.
fn read(text: &str, path: &Path, url: &DatabaseUrl) -> Result<StoreConfig, CommandError> {
    let config = Config::from_toml(text, path, |name| url.variable(name));
    let config = config.map_err(|errors| {
        let texts = errors.mistakes.iter().map(|mistake| mistake.text.as_str());
        let texts: Vec<&str> = texts.collect();
        CommandError::usage(format!("{} {}", url.option(), texts.join("; ")))
    })?;
    let missing = || CommandError::failed("the new configuration has no [store]");
    config.store.ok_or_else(missing)
}

/// Creates the database, or opens it if it exists.
async fn open(config: &StoreConfig) -> Result<std::sync::Arc<dyn Store>, CommandError> {
    if let Some(folder) = sqlite_file::path(config).and_then(Path::parent) {
        private_file::create_directory(folder).map_err(|error| unwritable(folder, &error))?;
    }
    database::open(config).await
}

/// Creates and prints the first management key, unless the database has keys. Returns `true` if it did.
async fn create_key(store: &dyn Store) -> Result<bool, CommandError> {
    let mut filter = KeyFilter::new(AccountId::default());
    filter.count = 1;
    filter.include_disabled = true;
    filter.include_expired = true;
    if !store.keys(filter).await?.is_empty() {
        return Ok(false);
    }
    let mut new = NewKey::new(KEY_NAME);
    new.management = true;
    keys::issue(store, new, false).await?;
    Ok(true)
}

fn advise(path: &Path, url: &DatabaseUrl, created: bool) {
    let mut lines = vec![format!("orouter: wrote {}", path.display())];
    lines.push(if created {
        "orouter: the line on standard output is the management key. It cannot be printed again: keep it in a password manager".to_owned()
    } else {
        "orouter: the database has keys already, so no management key was created; `orouter keys create NAME --management` creates one".to_owned()
    });
    if let Some(variable) = url.needed_variable() {
        lines.push(format!(
            "orouter: the file does not contain the URL of the database: set the variable {variable} to it for `orouter serve` and the other commands"
        ));
    }
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let place = folder.map_or_else(String::new, |folder| format!(" in {}", folder.display()));
    lines.push(format!(
        "orouter: next{place}: `orouter serve`, and `orouter keys create NAME` for a key for requests"
    ));
    for line in lines {
        print_notice(&sanitized(&line));
    }
}

fn exists(path: &Path) -> CommandError {
    CommandError::usage(format!(
        "{} exists and is not changed; edit it, or name another folder: `orouter init FOLDER`",
        path.display()
    ))
}

fn unwritable(path: &Path, error: &std::io::Error) -> CommandError {
    CommandError::failed(format!("cannot write {}: {error}", path.display()))
}
