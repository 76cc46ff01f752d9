//! Support for tests: [`PostgresServer`] runs PostgreSQL in a temporary folder, and [`SlowProxy`]
//! delays what passes between a client and a server.

mod postgres_server;
mod slow_proxy;

pub use postgres_server::PostgresServer;
pub use slow_proxy::SlowProxy;
