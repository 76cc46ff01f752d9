//! `orouter records`: the records of generations, in the database of a configuration file.

use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use orouter_server::store::{
    AccountId, ExportCursor, ExportQuery, GenerationRecord, Store, Timestamp, csv_header,
    write_csv, write_json_line,
};

use crate::account_values::{account, time};
use crate::database::DatabaseArgs;
use crate::exit::CommandError;
use crate::interrupt::interruptible;
use crate::private_file::Unpublished;
use crate::terminal::{Stdout, print_notice, sanitized};
use crate::values::file;

#[derive(Args, Debug)]
pub(crate) struct RecordsArgs {
    #[command(subcommand)]
    command: RecordsCommand,
    #[command(flatten)]
    database: DatabaseArgs,
}

#[derive(Debug, Subcommand)]
enum RecordsCommand {
    /// Print the records of generations in the order of their end: caller, model, tokens, cost, times
    ///
    /// Records have no prompts and no responses. A record is in the database within a few seconds after
    /// the end of its generation, and later if the database did not answer at that time.
    Export(ExportArgs),
}

#[derive(Args, Debug)]
struct ExportArgs {
    /// Format of the records
    #[arg(long, default_value = "csv")]
    format: Format,
    /// Only generations that ended at this time or later: 2026-05-01 or 2026-05-01T09:30:00Z (UTC)
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<Timestamp>,
    /// Only generations that ended before this time; a date is the beginning of the day
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<Timestamp>,
    /// Only generations of this account [default: all]
    #[arg(long, value_name = "ID", value_parser = account)]
    account: Option<AccountId>,
    /// File to write, which only you can read; it is replaced when all records are written [default:
    /// standard output]
    #[arg(short, long, value_name = "FILE", value_parser = file)]
    output: Option<PathBuf>,
}

/// Format of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Comma-separated values, with a header
    Csv,
    /// One JSON object a line, with all attempts
    Jsonl,
}

impl Format {
    fn header(self) -> String {
        match self {
            Self::Csv => csv_header(),
            Self::Jsonl => String::new(),
        }
    }

    fn write(self, record: &GenerationRecord, text: &mut String) {
        match self {
            Self::Csv => write_csv(record, text),
            Self::Jsonl => write_json_line(record, text),
        }
    }
}

pub(crate) async fn run(args: RecordsArgs) -> Result<(), CommandError> {
    let RecordsCommand::Export(export_args) = args.command;
    if let (Some(since), Some(until)) = (export_args.since, export_args.until)
        && since >= until
    {
        return Err(CommandError::usage("--since is not before --until"));
    }
    let store = args.database.open().await?;
    interruptible(export(store.as_ref(), export_args)).await
}

/// Writes the records page by page.
async fn export(store: &dyn Store, args: ExportArgs) -> Result<(), CommandError> {
    let mut output = Output::open(args.output)?;
    let mut query = ExportQuery::default();
    query.account = args.account;
    query.since = args.since;
    query.until = args.until;
    let mut text = args.format.header();
    let mut records = 0;
    loop {
        let page = store.export(query.clone()).await?;
        for record in &page {
            args.format.write(record, &mut text);
        }
        output.write(&text)?;
        text.clear();
        records += page.len();
        let Some(last) = page.last() else {
            return output.finish(records);
        };
        query.after = Some(ExportCursor::of(last));
    }
}

/// Destination of an export.
enum Output {
    Stdout(Stdout),
    File(Unpublished, PathBuf),
}

impl Output {
    fn open(path: Option<PathBuf>) -> Result<Self, CommandError> {
        let Some(path) = path else {
            return Ok(Self::Stdout(Stdout::new()));
        };
        match Unpublished::create(&path) {
            Ok(file) => Ok(Self::File(file, path)),
            Err(error) => Err(unwritable(&path, &error)),
        }
    }

    fn write(&mut self, text: &str) -> Result<(), CommandError> {
        match self {
            // A terminal needs no carriage return.
            Self::Stdout(out) if out.is_terminal() => out.text(&text.replace("\r\n", "\n")),
            Self::Stdout(out) => out.text(text),
            Self::File(file, path) => file
                .write_all(text.as_bytes())
                .map_err(|error| unwritable(path, &error)),
        }
    }

    fn finish(self, records: usize) -> Result<(), CommandError> {
        let Self::File(file, path) = self else {
            return Ok(());
        };
        file.replace().map_err(|error| unwritable(&path, &error))?;
        let noun = if records == 1 { "record" } else { "records" };
        let line = format!("orouter: {}: {records} {noun}", path.display());
        print_notice(&sanitized(&line));
        Ok(())
    }
}

fn unwritable(path: &std::path::Path, error: &std::io::Error) -> CommandError {
    CommandError::failed(format!("cannot write {}: {error}", path.display()))
}
