//! Webhooks on their way out: to whom something may be sent, how it is signed, sent, tried again and written down.
//!
//! | part | what it does |
//! |---|---|
//! | [`egress`] | judges addresses |
//! | [`network`] | what the network is asked for |
//! | [`connect`] | connects to an address that was judged, and to no other |
//! | [`signature`] | signs, after Standard Webhooks |
//! | [`sender`] | sends one event once, and says what came of it |
//! | [`schedule`] | when it is tried again |
//! | `store` | writes down how far each webhook has got, and what became of each delivery |
//! | `turn` | sends one webhook what is next |
//! | [`mod@worker`] | gives each webhook that has something to be sent a turn |

pub mod connect;
pub mod egress;
pub mod network;
pub mod schedule;
pub mod sender;
pub mod signature;
mod store;
mod turn;
pub mod worker;

use crate::app::App;
use rustls::RootCertStore;
use std::sync::Arc;

/// The name of the worker's lease.
const WORKER: &str = "webhooks";

/// A worker that sends over the system's network, and trusts whom the system trusts.
///
/// # Errors
/// The cryptography that the service is built with cannot speak TLS: a defect.
pub fn worker(app: Arc<App>) -> Result<worker::Worker, rustls::Error> {
    let allows_private = app.settings.allow_private_webhooks;
    let connector = connect::Connector::new(Arc::new(network::SystemNetwork), roots(), allows_private)?;
    Ok(worker::Worker::new(app, sender::Sender::new(connector, sender::Limits::default())))
}

/// The certificates that the system trusts.
fn roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    let (usable, _) = roots.add_parsable_certificates(found.certs);
    if usable == 0 {
        tracing::warn!(
            "This machine has no certificates to trust, so no webhook can be sent to: install ca-certificates, or name a \
             file in SSL_CERT_FILE"
        );
    }
    roots
}
