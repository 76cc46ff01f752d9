//! `orouter send`: one prompt, one answer.

use orouter::{ResponsesRequest, TextConfig, TextFormat};

use crate::answer;
use crate::args::SendArgs;
use crate::connection::Connection;
use crate::exit::Failure;
use crate::prompt;
use crate::schema::Schema;
use crate::target::Target;
use crate::terminal::Answer;

pub(crate) async fn run(args: SendArgs) -> Result<(), Failure> {
    let schema = args.schema.as_deref().map(Schema::read).transpose()?;
    let target = Target::choose(&args.server, args.answer.model.as_deref())?;
    let text = prompt::read(args.prompt.as_deref()).await?;
    let connection = Connection::open(target).await?;

    let mut request = answer::request(&args.answer, connection.default_model).input(text);
    if let Some(schema) = schema {
        request = with_schema(request, schema);
    }
    let mut out = Answer::new();
    let response = if args.json || args.no_stream {
        answer::whole(&connection.client, request).await?
    } else {
        answer::stream(&connection.client, request, &mut out, &mut String::new()).await?
    };
    if args.json {
        out.json(&orouter::to_string(&response))?;
    } else if args.no_stream {
        out.text(&answer::words(&response))?;
        out.end_line()?;
    }
    if args.answer.usage {
        answer::print_usage(&response);
    }
    answer::check(&response)
}

fn with_schema(request: ResponsesRequest, schema: Schema) -> ResponsesRequest {
    let format = TextFormat::json_schema(schema.name, schema.value).strict(true);
    request.text(TextConfig::from(format))
}
