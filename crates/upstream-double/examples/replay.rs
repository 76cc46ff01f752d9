//! Serves recordings to any client: `replay PROTOCOL [STREAM.sse [BODY.json]]`. Without recordings,
//! replies with a short text. Prints the base URL.

use std::io;
use std::net::SocketAddr;

use orouter_upstream_double::{Reply, Upstream, Vendor, frames};

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let vendor = match arguments.next().as_deref() {
        Some("chat") => Vendor::Chat,
        Some("responses") => Vendor::Responses,
        Some("anthropic") => Vendor::Anthropic,
        Some("gemini") => Vendor::Gemini,
        _ => {
            return Err(io::Error::other(
                "usage: replay chat|responses|anthropic|gemini [STREAM [BODY]]",
            ));
        }
    };
    let stream = arguments.next().map(std::fs::read_to_string).transpose()?;
    let body = arguments.next().map(std::fs::read_to_string).transpose()?;
    let stream = stream.map(|text| frames(&text));
    let address = SocketAddr::from(([127, 0, 0, 1], 0));
    let upstream = Upstream::listen(address, move |request| {
        match (request.is_streamed(), &stream, &body) {
            (true, Some(stream), _) => Reply::stream(stream),
            (false, _, Some(body)) => Reply::json(200, body),
            _ => vendor.reply(request, "Hello from a recording"),
        }
    })
    .await?;
    println!("{}", upstream.base_url());
    std::future::pending().await
}
