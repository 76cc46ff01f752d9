"""The behaviours that each proxy must have. A case is a function; its name and docstring describe it."""
from curl import Client
from model import LIMIT
from programs import KEY, wait_until
from recorder import Recorder

AUTHORIZATION = ("--header", f"authorization: Bearer {KEY}")
BODY_LIMIT = 32 * 1024 * 1024
VERSIONS = ("--http1.1", "--http2")
# Versions and options for large bodies: with Content-Length, and without.
LARGE = (("--http1.1", ()), ("--http2", ("--header", "transfer-encoding: chunked")))

CASES = []


def case(function):
    CASES.append(function)
    return function


class Setup:
    """The model, the server and the proxy of a run."""

    def __init__(self, model, server, proxy):
        self.model, self.server, self.proxy = model, server, proxy
        model.forget()
        self.direct = self.authorized(Client(server.url))

    def client(self, version="--http1.1"):
        return self.authorized(self.proxy.client(version))

    @staticmethod
    def authorized(client):
        client.options += AUTHORIZATION
        return client

    def request(self, stream=True):
        return {"model": "scripted/m", "input": "Hi", "stream": stream}

    def stream(self, client):
        """Begins a stream, and returns it and the model's side of it."""
        stream = client.stream("/api/v1/responses", self.request())
        return stream, self.model.generation()


def equal(found, expected):
    if found != expected:
        raise AssertionError(f"{found!r} and not {expected!r}")


@case
def http2(setup):
    """HTTP/2 is used, and HTTP/1.1 for clients without it."""
    equal(setup.client("--http2").send("/api/v1/models").version, "HTTP/2")
    equal(setup.client("--http1.1").send("/api/v1/models").version, "HTTP/1.1")


@case
def embedded_model(setup):
    """The embedded model streams its response."""
    body = {"model": "local/smollm2-135m-instruct", "input": "What is the capital of Germany?", "stream": True}
    stream = setup.client("--http2").stream("/v1/responses", body)
    line = stream.until(lambda line: "response.output_text.done" in line and line.startswith("data"))
    if "Berlin" not in line:
        raise AssertionError(line)
    stream.until_end()


@case
def event_by_event(setup):
    """Each event arrives before the model sends the next one."""
    for version in VERSIONS:
        stream, generation = setup.stream(setup.client(version))
        for text in ("one", "two", "three"):
            generation.send(text)
            stream.until_text(text)
        generation.finish()
        stream.until_end()


@case
def silent_stream(setup):
    """Comments keep a silent stream open for longer than the read timeout of the proxy."""
    setup.proxy.read_timeout = "2s"
    setup.proxy.reload()
    for version in VERSIONS:
        stream, generation = setup.stream(setup.client(version))
        generation.send("one")
        stream.until_text("one")
        # At 250 ms each, twice the read timeout of 2 s.
        for _ in range(16):
            stream.until_comment()
        generation.send("two")
        generation.finish()
        stream.until_text("two")
        stream.until_end()
    setup.proxy.read_timeout = "1h"
    setup.proxy.reload()


@case
def disconnect(setup):
    """A client that disconnects stops the generation, and the server logs it as cancelled."""
    for version in VERSIONS:
        before = setup.server.text().count('outcome="cancelled"')
        stream, generation = setup.stream(setup.client(version))
        generation.send("one")
        stream.until_text("one")
        stream.disconnect()
        if not generation.gone.wait(LIMIT):
            raise AssertionError(f"the generation was not stopped ({version})")
        wait_until(lambda: setup.server.text().count('outcome="cancelled"') > before, "a cancelled line in the log")


@case
def disconnect_without_stream(setup):
    """A client that disconnects before a complete response stops the generation too."""
    for version in VERSIONS:
        waiting = setup.client(version).stream("/api/v1/responses", setup.request(stream=False))
        generation = setup.model.generation()
        waiting.disconnect()
        if not generation.gone.wait(LIMIT):
            raise AssertionError(f"the generation was not stopped ({version})")


def padded(size):
    body = b'{"model":"scripted/m","input":"Hi"'
    return body + b" " * (size - len(body) - 1) + b"}"


@case
def largest_body(setup):
    """A body of 32 MiB passes, with a length and in chunks."""
    # The tests of the server check that it accepts the same size.
    with Recorder(setup) as recorder:
        for version, options in LARGE:
            equal(setup.client(version).send("/v1/embeddings", padded(BODY_LIMIT), *options).status, 200)
            equal(recorder.body_bytes, BODY_LIMIT)


@case
def too_large_body(setup):
    """A larger body is a 413 with an error of the API's shape, with a length and in chunks."""
    for version, options in LARGE:
        reply = setup.client(version).send("/v1/responses", padded(BODY_LIMIT + 1), *options)
        equal((version, options, reply.status), (version, options, 413))
        equal(reply.json()["error"]["metadata"]["error_type"], "payload_too_large")


@case
def errors(setup):
    """Errors of the server pass unchanged, with their headers."""
    requests = [
        ("/api/v1/responses", {"model": "scripted/m"}, 400),
        ("/api/v1/responses", {"model": "unknown", "input": "Hi"}, 404),
        ("/api/v1/nothing", None, 404),
        ("/api/v1/responses", None, 405),
    ]
    for version in VERSIONS:
        for path, body, status in requests:
            same(setup.direct.send(path, body), setup.client(version).send(path, body), status)
        without_key = setup.proxy.client(version)
        same(Client(setup.server.url).send(*requests[0][:2]), without_key.send(*requests[0][:2]), 401)
        # The response comes before the server has read the whole body.
        equal(without_key.send("/api/v1/responses", padded(4 * 1024 * 1024)).status, 401)


def same(direct, proxied, status):
    equal(direct.status, status)
    equal((proxied.status, proxied.body), (direct.status, direct.body))
    # Of one connection, or of one request, or of the proxy itself.
    others = {"connection", "keep-alive", "date", "server", "via", "alt-svc", "x-revision", "transfer-encoding"}
    generation = {"x-generation-id", "x-request-id"}
    kept = {name: value for name, value in direct.headers.items() if name not in others | generation}
    found = {name: value for name, value in proxied.headers.items() if name not in others | generation}
    equal(found, kept)
    equal(generation <= proxied.headers.keys(), True)


@case
def hidden_routes(setup):
    """Only the API is reachable: no metrics, no state of the server, no management."""
    hidden = [
        "/metrics", "/metrics/", "//metrics", "/api/v1/../../metrics", "/api/v1/%2e%2e/%2e%2e/metrics",
        "/%6detrics", "/health", "/ready", "/version", "/",
        "/api/v1/keys", "/v1/keys/0a", "/api/v1/%6beys", "/api/v1//keys", "/api//v1/keys", "/api/v1/models/../keys",
        "/api/v1/keys/", "/api/v1/credits", "/v1/activity",
    ]  # fmt: skip
    for version in VERSIONS:
        before = setup.server.text()
        for path in hidden:
            reply = setup.client(version).send(path)
            equal((path, reply.status), (path, 404))
            equal(reply.json()["error"]["metadata"]["error_type"], "not_found")
        # The server logs all requests but those for its own state.
        passed = [line for line in setup.server.text()[len(before) :].splitlines() if " path=" in line]
        equal(passed, [])
    equal(setup.direct.send("/health").status, 200)
    equal(setup.direct.send("/metrics").status, 200)


@case
def forwarded_headers(setup):
    """The server gets the client's Host, and no forwarded headers that the client chose."""
    chosen = ["x-forwarded-for: 203.0.113.9", "x-forwarded-proto: gopher", "x-forwarded-host: a.example"]
    options = [word for header in [*chosen, "forwarded: for=203.0.113.9"] for word in ("--header", header)]
    for version in VERSIONS:
        with Recorder(setup) as recorder:
            setup.client(version).send("/v1/models", None, *options)
        received = recorder.headers
        equal(received["host"].split(":")[0], "api.example.com")
        equal(received["x-forwarded-for"], "127.0.0.1")
        equal(received["x-forwarded-proto"], "https")
        equal(received["x-forwarded-host"].split(":")[0], "api.example.com")
        equal(received.get("forwarded"), None)
        equal(received["authorization"], f"Bearer {KEY}")


@case
def connection_reuse(setup):
    """Requests of several clients share connections to the server."""
    with Recorder(setup) as recorder:
        for version in VERSIONS * 4:
            equal(setup.client(version).send("/api/v1/models").status, 200)
    # Under load, Caddy opens another one before the last one is free.
    if len(recorder.connections) > 4:
        raise AssertionError(f"{len(recorder.connections)} connections for 8 requests in turn")


@case
def reload(setup):
    """A reload of the proxy does not cut a running stream."""
    for version in VERSIONS:
        stream, generation = setup.stream(setup.client(version))
        generation.send("one")
        stream.until_text("one")
        setup.proxy.reload()
        equal(setup.client(version).send("/api/v1/models").status, 200)
        generation.send("two")
        stream.until_text("two")
        generation.finish()
        stream.until_end()


@case
def no_retry(setup):
    """A request whose connection breaks is sent once, and is a 502 with an error of the API's shape."""
    for version in VERSIONS:
        with Recorder(setup) as recorder:
            equal(setup.client(version).send("/v1/models").status, 200)
            # On the connection that is open now.
            reply = setup.client(version).send("/v1/responses", setup.request(stream=False))
        equal(reply.status, 502)
        equal(reply.json()["error"]["metadata"]["error_type"], "provider_unavailable")
        equal(recorder.generations, 1)


@case
def server_down(setup):
    """Without a server, requests are a 502; with a new one, they are served."""
    setup.server.stop()
    equal(setup.client().send("/v1/models").status, 502)
    setup.server.begin()
    equal(setup.client().send("/v1/models").status, 200)
