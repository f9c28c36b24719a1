//! Where a follower is.

use crate::app::read::{Counting, Moment};
use crate::app::{App, Refused};
use crate::ledger::reader;
use std::fmt;

/// A place in an order, in one life of the ledger: `<epoch>.<position>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Which life of the ledger.
    pub epoch: i64,
    /// The last position that was seen.
    pub position: i64,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.epoch, self.position)
    }
}

/// After what somebody wants to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// After everything that has happened.
    Now,
    /// After this position, in whichever life of the ledger.
    Position(i64),
    /// After this place.
    Cursor(Cursor),
}

impl After {
    /// The beginning.
    pub const NOTHING: Self = Self::Position(0);

    /// Reads a cursor or a bare position; nothing at all is the beginning.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let number = |text: &str| {
            let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<i64>().ok().filter(|_| is_plain)
        };
        match text.split_once('.') {
            None if text.is_empty() => Some(Self::NOTHING),
            None => number(text).map(Self::Position),
            Some((epoch, position)) => {
                Some(Self::Cursor(Cursor { epoch: number(epoch)?, position: number(position)? }))
            }
        }
    }
}

impl App {
    /// The place that somebody wants to go on after, as things are now.
    ///
    /// # Errors
    /// The place is of another life of the ledger, or has not come yet; or the database could not answer.
    pub async fn place(&self, after: After, counting: Counting) -> Result<Cursor, Refused> {
        let epoch = reader::epoch(&self.pool).await?;
        let head = self.pin(Moment::Now, counting).await?.shown;
        let position = match after {
            After::Now => head,
            After::Position(position) => position,
            After::Cursor(cursor) if cursor.epoch != epoch => {
                let what = format!("The cursor {cursor}");
                return Err(self.epoch_changed(&what, cursor.epoch, epoch, counting).await?);
            }
            After::Cursor(cursor) => cursor.position,
        };
        if position > head {
            return Err(Refused::AsOfInFuture(format!(
                "position {position} has not come yet, the last one here is {head}: is the cursor one of another org, or \
                 of the installation?"
            )));
        }
        Ok(Cursor { epoch, position })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_and_positions_are_read() {
        assert_eq!(After::parse(""), Some(After::NOTHING));
        assert_eq!(After::parse("0"), Some(After::NOTHING));
        assert_eq!(After::parse("17"), Some(After::Position(17)));
        let cursor = Cursor { epoch: 2, position: 17 };
        assert_eq!(After::parse("2.17"), Some(After::Cursor(cursor)));
        assert_eq!(After::parse(&cursor.to_string()), Some(After::Cursor(cursor)));
    }

    #[test]
    fn what_is_neither_is_refused() {
        for bad in [" ", "-1", "+1", "1.", ".1", "1.2.3", "1.-2", "x", "1.99999999999999999999", "１"] {
            assert_eq!(After::parse(bad), None, "{bad}");
        }
    }
}
