//! Encrypted connections.

use redis::{Client, ConnectionAddr};

pub(super) const IS_THERE: bool = true;

/// Chooses how this process encrypts. By itself `rustls` panics where the build has no
/// implementation, or several.
pub(super) fn provide_cryptography(client: &Client) {
    let address = client.get_connection_info().addr();
    if matches!(address, ConnectionAddr::TcpTls { .. }) {
        // It fails if the application has chosen already.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}
