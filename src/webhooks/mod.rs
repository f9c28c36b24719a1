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

pub mod connect;
pub mod egress;
pub mod network;
pub mod schedule;
pub mod sender;
pub mod signature;
