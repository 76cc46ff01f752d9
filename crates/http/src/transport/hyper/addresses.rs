//! Connects to the first of several addresses that accepts.

use std::{
    future::Future,
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::net::TcpStream;

use crate::{clock::Clock as _, send::BoxFuture, tokio_clock::TokioClock};

/// Time after which the next address is tried as well, while earlier ones have not answered.
const NEXT_ADDRESS_DELAY: Duration = Duration::from_millis(250);

/// Maximum number of addresses that are tried.
const MAX_ADDRESSES: usize = 16;

/// Connects to the addresses in the order given, alternating between IPv6 and IPv4. The next address is
/// tried after a failure, and after 250 ms without an answer. The first connection is returned.
pub(super) async fn connect(addresses: Vec<SocketAddr>) -> io::Result<TcpStream> {
    let mut addresses = alternating(addresses);
    if let (Some(only), 1) = (addresses.first(), addresses.len()) {
        return TcpStream::connect(*only).await;
    }
    addresses.reverse();
    Race {
        waiting: addresses,
        running: Vec::new(),
        delay: None,
        last_error: None,
    }
    .await
}

/// Orders addresses so that the families alternate, beginning with that of the first address.
fn alternating(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let first_is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (first, second): (Vec<_>, Vec<_>) = addresses
        .into_iter()
        .partition(|address| address.is_ipv6() == first_is_v6);
    let mut ordered = Vec::with_capacity(first.len() + second.len());
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    loop {
        let pair = (first.next(), second.next());
        if pair == (None, None) {
            break;
        }
        ordered.extend(pair.0);
        ordered.extend(pair.1);
    }
    ordered.truncate(MAX_ADDRESSES);
    ordered
}

type Connecting = Pin<Box<dyn Future<Output = io::Result<TcpStream>> + Send>>;

/// Attempts that run at the same time.
struct Race {
    /// Addresses that are not tried yet, the next one last.
    waiting: Vec<SocketAddr>,
    running: Vec<Connecting>,
    delay: Option<BoxFuture<'static, ()>>,
    last_error: Option<io::Error>,
}

impl Future for Race {
    type Output = io::Result<TcpStream>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let race = &mut *self;
        loop {
            let mut connected = None;
            race.running
                .retain_mut(|attempt| match attempt.as_mut().poll(cx) {
                    Poll::Pending => true,
                    Poll::Ready(Ok(stream)) => {
                        connected.get_or_insert(stream);
                        false
                    }
                    Poll::Ready(Err(error)) => {
                        race.last_error = Some(error);
                        false
                    }
                });
            if let Some(stream) = connected {
                return Poll::Ready(Ok(stream));
            }
            let next_is_due = race.running.is_empty()
                || race
                    .delay
                    .as_mut()
                    .is_some_and(|delay| delay.as_mut().poll(cx).is_ready());
            if !next_is_due {
                return Poll::Pending;
            }
            match race.waiting.pop() {
                Some(address) => {
                    race.running.push(Box::pin(TcpStream::connect(address)));
                    race.delay = Some(TokioClock.sleep(NEXT_ADDRESS_DELAY));
                }
                None if race.running.is_empty() => {
                    let error = race.last_error.take();
                    return Poll::Ready(Err(error.unwrap_or_else(no_address)));
                }
                None => {
                    race.delay = None;
                    return Poll::Pending;
                }
            }
        }
    }
}

/// Returns the error of a name without addresses.
pub(super) fn no_address() -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, "the host has no address")
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};

    use super::*;

    #[test]
    fn families_alternate() {
        let v4 = |n| SocketAddr::from((Ipv4Addr::new(192, 0, 2, n), 80));
        let v6 = |n| SocketAddr::from((Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, n), 80));
        assert_eq!(
            alternating(vec![v6(1), v6(2), v6(3), v4(1)]),
            [v6(1), v4(1), v6(2), v6(3)]
        );
        assert_eq!(alternating(vec![v4(1), v6(1)]), [v4(1), v6(1)]);
        assert_eq!(alternating(vec![v4(1); 100]).len(), MAX_ADDRESSES);
    }

    #[tokio::test]
    async fn the_next_address_is_tried_after_a_failure() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let open = listener.local_addr().unwrap();
        let closed = TcpListener::bind("127.0.0.1:0").unwrap();
        let refused = closed.local_addr().unwrap();
        drop(closed);
        let stream = connect(vec![refused, open]).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), open);
        let error = connect(vec![refused, refused]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
        assert!(connect(Vec::new()).await.is_err());
    }
}
