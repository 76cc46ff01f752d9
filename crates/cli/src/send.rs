//! `orouter send`: sends one prompt and prints the response.

use std::convert::Infallible;
use std::path::PathBuf;

use clap::Args;
use orouter::{ContentPart, Input, Message, OpenRouter, Response, ResponsesRequest, TextFormat};

use crate::attachment::AttachArgs;
use crate::connection::Connection;
use crate::exit::{CommandError, Exit};
use crate::interrupt::{EndWhenBlocked, interruptible};
use crate::prompt::{self, Sources};
use crate::reply::{self, ReplyEnd};
use crate::request::{RequestArgs, request};
use crate::response;
use crate::schema::Schema;
use crate::target::{ServerArgs, Target};
use crate::terminal::Stdout;
use crate::user_config::UserConfig;

const AFTER_HELP: &str = "\
Output:
  Standard output gets the text as it arrives; with --schema the output as one line of JSON, and only
  if it matches; with --json the whole response. A response that only calls tools prints each call as
  a line of JSON, on a terminal as NAME(ARGUMENTS) [ID]. Everything else goes to standard error.

Exit status:
  0    a complete response
  1    the request failed: refused, unreachable, or disconnected
  2    unusable options or input; nothing was sent
  3    the response is incomplete: a limit or a filter ended it
  4    the embedded model cannot be downloaded or loaded
  5    the output does not match --schema
  130  Ctrl-C
  141  the output pipe was closed

Examples:
  orouter send what is rust
  git diff | orouter send 'Write a commit message for this change'
  orouter send -a chart.png -a report.pdf 'Does the chart agree with the report?'
  orouter send --schema person.json 'Extract: Maria Lopez is 34.' | jq .age
  orouter send -o reasoning.effort=high -s 'Be brief.' 'Why is the sky blue?'";

#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct SendArgs {
    /// The prompt; several words need no quotes. Text that is piped to standard input is appended to
    /// it. Without a prompt, or with `-`, standard input is the prompt
    #[arg(value_name = "PROMPT", allow_negative_numbers = true)]
    pub(crate) prompt: Vec<String>,
    #[command(flatten)]
    pub(crate) attach: AttachArgs,
    #[command(flatten)]
    pub(crate) request: RequestArgs,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// File with a JSON schema for the output: print the output alone, as one line of JSON
    ///
    /// Output that does not match the schema is not printed to standard output; standard error tells
    /// where and why it does not match, and the exit status is 5.
    #[arg(long, value_name = "FILE")]
    pub(crate) schema: Option<PathBuf>,
    /// Print the response object as one line of JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Print the text only when the response is complete
    #[arg(long)]
    pub(crate) no_stream: bool,
}

pub(crate) async fn run(args: SendArgs) -> Result<(), CommandError> {
    let mut out = Stdout::new();
    let outcome = interruptible(Box::pin(send(args, &mut out))).await;
    let interrupted = |error: &CommandError| error.exit == Exit::Interrupted;
    if out.is_terminal() && outcome.as_ref().is_err_and(interrupted) {
        out.end_line()?;
    }
    outcome
}

async fn send(mut args: SendArgs, out: &mut Stdout) -> Result<(), CommandError> {
    let schema = args.schema.as_deref().map(Schema::read).transpose()?;
    let config = UserConfig::load()?;
    args.request.fill(&args.server, &config)?;
    let target = Target::choose(&args.server, args.request.model.as_deref(), &config)?;
    let mut request = request(&args.request, None)?;
    if let Some(schema) = &schema {
        set_schema(&mut request, schema)?;
    }
    if args.attach.reads_stdin() && args.prompt == ["-"] {
        return Err(CommandError::usage(
            "standard input is both the prompt and an attachment; leave out one `-`",
        ));
    }
    let attachments = args.attach.read().await?;
    let text = prompt::read(Sources {
        words: &args.prompt,
        stdin_is_attached: args.attach.reads_stdin(),
        has_attachments: !attachments.is_empty(),
    })
    .await?;
    let connection = Connection::open(target).await?;

    if request.model.is_none() {
        request.model = connection.default_model.map(str::to_owned);
    }
    request.input = Some(input(text, attachments));
    let _end = EndWhenBlocked::watch();
    let client = &connection.client;
    let response = if args.json || args.no_stream {
        response::create(client, request).await?
    } else if schema.is_some() {
        response::collect(client, request).await?
    } else {
        stream(client, request, out).await?
    };
    let printed = print(&args, schema.as_ref(), &response, out);
    if args.request.usage {
        response::print_usage(&response);
    }
    printed.and_then(|()| response::check(&response))
}

/// Streams a response to standard output.
async fn stream(
    client: &OpenRouter,
    request: ResponsesRequest,
    out: &mut Stdout,
) -> Result<Response, CommandError> {
    let never = std::future::pending::<Infallible>();
    let reply = Box::pin(reply::print(client, request, out, never)).await;
    let response = match (reply.end, reply.response) {
        (ReplyEnd::Failed(error), _) => return Err(error),
        (ReplyEnd::Stopped(never), _) => match never {},
        (ReplyEnd::Ended, response) => {
            response.ok_or_else(|| CommandError::failed("the server sent no response"))?
        }
    };
    if !reply.printed {
        response::print_empty(&response);
    }
    Ok(response)
}

/// Prints a whole response as the options ask for it: standard output gets the response as JSON, or the
/// output that matches the schema, or the text, which a stream has printed already.
fn print(
    args: &SendArgs,
    schema: Option<&Schema>,
    response: &Response,
    out: &mut Stdout,
) -> Result<(), CommandError> {
    if args.json {
        out.json(&orouter::to_string(response))?;
    }
    let Some(schema) = schema else {
        return match args.no_stream && !args.json {
            true => response::print(response, out),
            false => Ok(()),
        };
    };
    let output = response::check(response).and_then(|()| schema.output(response));
    match output {
        Ok(output) if !args.json => out.json(&output),
        Ok(_) => Ok(()),
        Err(error) => {
            if !args.json {
                response::print_notices(response);
            }
            Err(error)
        }
    }
}

/// Returns the text as the input, or a message of the text followed by the attachments.
fn input(text: String, attachments: Vec<ContentPart>) -> Input {
    if attachments.is_empty() {
        return Input::from(text);
    }
    let mut message = Message::user(text);
    for part in attachments {
        message = message.part(part);
    }
    Input::from(message)
}

/// Sets the format of the output.
fn set_schema(request: &mut ResponsesRequest, schema: &Schema) -> Result<(), CommandError> {
    let text = request.text.get_or_insert_default();
    if text.format.is_some() {
        return Err(CommandError::usage(
            "--option text.format and --schema set the same member; leave one out",
        ));
    }
    let format = TextFormat::json_schema(schema.name.clone(), schema.value.clone());
    text.format = Some(format.strict(true));
    Ok(())
}
