//! `orouter send`: sends one prompt and prints the response.

use orouter::{ResponsesRequest, TextConfig, TextFormat};

use crate::args::SendArgs;
use crate::connection::Connection;
use crate::exit::CommandError;
use crate::request::request;
use crate::schema::Schema;
use crate::target::Target;
use crate::terminal::Stdout;
use crate::{prompt, response};

pub(crate) async fn run(args: SendArgs) -> Result<(), CommandError> {
    let schema = args.schema.as_deref().map(Schema::read).transpose()?;
    let target = Target::choose(&args.server, args.request.model.as_deref())?;
    let text = prompt::read(args.prompt.as_deref()).await?;
    let connection = Connection::open(target).await?;

    let mut request = request(&args.request, connection.default_model).input(text);
    if let Some(schema) = schema {
        request = with_schema(request, schema);
    }
    let mut out = Stdout::new();
    let response = if args.json || args.no_stream {
        response::create(&connection.client, request).await?
    } else {
        response::stream(&connection.client, request, &mut out, &mut String::new()).await?
    };
    if args.json {
        out.json(&orouter::to_string(&response))?;
    } else if args.no_stream {
        out.text(&response::text_or_refusal(&response))?;
        out.end_line()?;
    }
    if args.request.usage {
        response::print_usage(&response);
    }
    response::check(&response)
}

fn with_schema(request: ResponsesRequest, schema: Schema) -> ResponsesRequest {
    let format = TextFormat::json_schema(schema.name, schema.value).strict(true);
    request.text(TextConfig::from(format))
}
