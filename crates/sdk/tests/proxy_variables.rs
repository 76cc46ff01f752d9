//! Unusable proxy variables, and the forms of `NO_PROXY`, in child processes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use orouter::{
    RetryConfig,
    testing::{ScriptedServer, Step, http_response},
};
use support::{RESPONSE, again, builder, request, soon};

/// The variable with the server that the child process calls.
const CHILD: &str = "OROUTER_TEST_CALL";

/// Makes a call with the default transport and prints its outcome, in a child process. Returns `false`
/// in the parent.
async fn called() -> bool {
    let Ok(url) = std::env::var(CHILD) else {
        return false;
    };
    let outcome = match builder()
        .server_url(url)
        .retries(RetryConfig::none())
        .build()
    {
        Ok(client) => soon(client.responses().create(request())).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(_) => eprintln!("said ok"),
        Err(error) => eprintln!("said {:?}: {error} {error:?}", error.kind()),
    }
    true
}

/// Starts a server that responds to every request, or a proxy that responds in place of the server.
async fn answering() -> ScriptedServer {
    let headers = [
        ("content-type", "application/json"),
        ("connection", "close"),
    ];
    let answer = http_response(200, &headers, RESPONSE);
    ScriptedServer::start([vec![Step::send(answer), Step::Close]])
        .await
        .unwrap()
}

const VARIABLES: [&str; 6] = [
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
];

#[tokio::test]
async fn a_variable_that_cannot_be_used_is_an_error_and_nothing_is_sent() {
    const SELF: &str = "a_variable_that_cannot_be_used_is_an_error_and_nothing_is_sent";
    if called().await {
        return;
    }
    let server = answering().await;
    let mut values = vec![
        "socks6://me:hush@proxy:1080",
        "ftp://proxy",
        "http://",
        "http://me:hush@:3128",
        "http://proxy:99999",
        "proxy:http",
        "http://me:hush@pro xy:3128",
        "http://me:1#hush@proxy",
        "http://[::1",
        "pro^xy",
        "http://proxy.example/proxy.pac",
    ];
    if cfg!(not(feature = "socks")) {
        values.push("socks5://me:hush@127.0.0.1:1080");
    }
    let count = values.len();
    for variable in VARIABLES {
        // Each variable with some values, and each value with some variables.
        let shift = VARIABLES.iter().position(|it| *it == variable).unwrap();
        for value in (0..4).map(|index| values[(3 * index + shift) % count]) {
            let environment = [(CHILD, server.url()), (variable, value.to_owned())];
            let printed = again(SELF, &environment).await;
            let said = format!("said Configuration: {variable} ");
            assert!(printed.contains(&said), "{value}: {printed}");
            assert!(!printed.contains("hush"), "{printed}");
        }
    }
    for value in values {
        let environment = [(CHILD, server.url()), ("ALL_PROXY", value.to_owned())];
        let printed = again(SELF, &environment).await;
        assert!(
            printed.contains("said Configuration: ALL_PROXY "),
            "{value}: {printed}"
        );
    }
    assert_eq!(server.accepted_connections(), 0);
}

#[tokio::test]
async fn a_variable_is_checked_even_if_this_request_would_not_use_it() {
    const SELF: &str = "a_variable_is_checked_even_if_this_request_would_not_use_it";
    if called().await {
        return;
    }
    let server = answering().await;
    let good = format!("http://{}", server.address());
    for environment in [
        &[("HTTPS_PROXY", "ftp://x")][..],
        &[("HTTP_PROXY", "ftp://x"), ("NO_PROXY", "*")],
        &[
            ("HTTP_PROXY", &good),
            ("HTTPS_PROXY", &good),
            ("ALL_PROXY", "ftp://x"),
        ],
    ] {
        let url = server.url();
        let environment = [&[(CHILD, url.as_str())], environment].concat();
        let printed = again(SELF, &environment).await;
        assert!(printed.contains("said Configuration: "), "{printed}");
    }
    assert_eq!(server.accepted_connections(), 0);
    // Ignored variables: blank ones, and those with a lower precedence than another.
    for environment in [
        &[("HTTP_PROXY", " \t"), ("ALL_PROXY", "")][..],
        &[("HTTP_PROXY", &good), ("http_proxy", "ftp://x")],
        &[("HTTP_PROXY", "ftp://x"), ("REQUEST_METHOD", "GET")],
        &[("NO_PROXY", "10.*")],
    ] {
        let url = server.url();
        let environment = [&[(CHILD, url.as_str())], environment].concat();
        let printed = again(SELF, &environment).await;
        assert!(printed.contains("said ok"), "{environment:?}: {printed}");
    }
}

#[tokio::test]
async fn forms_of_no_proxy_work_or_are_refused_by_name() {
    const SELF: &str = "forms_of_no_proxy_work_or_are_refused_by_name";
    if called().await {
        return;
    }
    let (server, proxy) = (answering().await, answering().await);
    let via = format!("http://{}", proxy.address());
    let here = server.address().to_string();
    let port = server.address().port();
    let (mut proxied, mut direct) = (0, 0);
    for (entries, through_proxy) in [
        ("*", false),
        ("127.0.0.1", false),
        (here.as_str(), false),
        ("127.0.0.1:1", true),
        (&format!("*:{port}"), false),
        ("127.0.0.0/8", false),
        ("126.0.0.0/8", true),
        (" , ,x.example 127.0.0.1", false),
        (" , x.example,, ", true),
        ("::1, [::1]:80, fd00::/8, .x.example, *.x.example", true),
        ("localhost", true),
        ("127.0.0.1.x.example", true),
    ] {
        for variable in ["NO_PROXY", "no_proxy"] {
            let environment = [
                (CHILD, server.url()),
                ("HTTP_PROXY", via.clone()),
                (variable, entries.to_owned()),
            ];
            let printed = again(SELF, &environment).await;
            assert!(printed.contains("said ok"), "{entries}: {printed}");
            proxied += usize::from(through_proxy);
            direct += usize::from(!through_proxy);
            let seen = (proxy.received().len(), server.received().len());
            assert_eq!(seen, (proxied, direct), "{entries}");
        }
    }
    // Names that do not exist: only the proxy can serve them.
    for (entries, host, through_proxy) in [
        ("b.invalid", "b.invalid", false),
        ("b.invalid", "a.b.invalid", false),
        ("b.invalid", "ab.invalid", true),
        (".b.invalid", "a.b.invalid", false),
        ("*.b.invalid", "a.b.invalid", false),
        ("*.b.invalid", "b.invalid", true),
        ("b.invalid:80", "b.invalid", false),
        ("b.invalid:81", "b.invalid", true),
    ] {
        let environment = [
            (CHILD, format!("http://{host}/v1")),
            ("ALL_PROXY", via.clone()),
            ("NO_PROXY", entries.to_owned()),
        ];
        let printed = again(SELF, &environment).await;
        proxied += usize::from(through_proxy);
        assert_eq!(
            proxy.received().len(),
            proxied,
            "{entries} {host}: {printed}"
        );
        assert_eq!(printed.contains("said ok"), through_proxy, "{printed}");
    }
    for entry in [
        "10.*",
        "a.*.example",
        "10.0.0.0/33",
        "x.example:y",
        "http://x.example",
    ] {
        for variable in ["NO_PROXY", "no_proxy"] {
            let environment = [
                (CHILD, server.url()),
                ("HTTP_PROXY", via.clone()),
                (variable, format!("x.example, {entry}")),
            ];
            let printed = again(SELF, &environment).await;
            let said = format!("said Configuration: {variable} has the entry {entry:?}");
            assert!(printed.contains(&said), "{printed}");
        }
    }
    let seen = (proxy.received().len(), server.received().len());
    assert_eq!(seen, (proxied, direct));
}

#[tokio::test]
async fn a_variable_that_is_not_unicode_is_refused() {
    const SELF: &str = "a_variable_that_is_not_unicode_is_refused";
    if called().await {
        return;
    }
    #[cfg(unix)]
    {
        use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};

        let server = answering().await;
        let (url, via) = (server.url(), format!("http://{}", server.address()));
        for variable in ["HTTP_PROXY", "all_proxy", "NO_PROXY"] {
            let environment = [
                (CHILD, OsStr::new(&url)),
                ("HTTPS_PROXY", OsStr::new(&via)),
                (variable, OsStr::from_bytes(b"http://h\xff")),
            ];
            let printed = again(SELF, &environment).await;
            let said = format!("said Configuration: {variable} is not Unicode");
            assert!(printed.contains(&said), "{printed}");
        }
        assert_eq!(server.accepted_connections(), 0);
    }
}

#[cfg(feature = "socks")]
#[tokio::test]
async fn a_socks_proxy_is_used() {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::{TcpListener, TcpStream},
    };

    const SELF: &str = "a_socks_proxy_is_used";
    if called().await {
        return;
    }
    let server = answering().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = listener.local_addr().unwrap();
    let to = server.address();
    let proxied = tokio::spawn(async move {
        let (mut inner, _) = listener.accept().await.unwrap();
        let mut greeting = [0; 2];
        inner.read_exact(&mut greeting).await.unwrap();
        let mut methods = vec![0; usize::from(greeting[1])];
        inner.read_exact(&mut methods).await.unwrap();
        inner.write_all(&[5, 0]).await.unwrap();
        let mut request = [0; 5];
        inner.read_exact(&mut request).await.unwrap();
        assert_eq!(
            request[..4],
            [5, 1, 0, 3],
            "a host name is to be connected to"
        );
        let mut name = vec![0; usize::from(request[4]) + 2];
        inner.read_exact(&mut name).await.unwrap();
        inner
            .write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])
            .await
            .unwrap();
        let mut outer = TcpStream::connect(to).await.unwrap();
        let _ = tokio::io::copy_bidirectional(&mut inner, &mut outer).await;
        name
    });
    let environment = [
        (CHILD, "http://b.invalid/v1".to_owned()),
        ("ALL_PROXY", format!("socks5h://{proxy}")),
    ];
    let printed = again(SELF, &environment).await;
    assert!(printed.contains("said ok"), "{printed}");
    assert_eq!(soon(proxied).await.unwrap(), b"b.invalid\x00\x50");
    assert_eq!(server.received().len(), 1);
}

/// In a build without TLS the error names the missing feature, and the call is not retried.
#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
#[tokio::test]
async fn tls_that_is_left_out_is_named_and_not_retried() {
    use orouter::{ErrorKind, transport::ReqwestTransport};

    let server = answering().await;
    let client = builder()
        .server_url(format!("https://{}/v1", server.address()))
        .build()
        .unwrap();
    let error = soon(client.responses().create(request()))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("`rustls`"), "{error}");
    assert!(!error.is_retryable() && error.attempts() == 1);
    let proxy = format!("https://{}", server.address());
    let error = ReqwestTransport::builder()
        .proxy(proxy)
        .build()
        .unwrap_err();
    let error = orouter::Error::from(error);
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("`rustls`"), "{error}");
    assert_eq!(server.accepted_connections(), 0);
}
