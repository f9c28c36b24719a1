//! Webhooks on their way out: to whom something may be sent, how it is signed, sent, tried again and written down.

pub mod egress;
