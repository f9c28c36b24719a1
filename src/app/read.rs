//! Reading: one index look-up, or one page, now or as of a moment.

use super::home::Home;
use super::{App, Refused};
use projections::documents::{self, At, Found, ListQuery, Listed, Sighted, Which};
use projections::orgs;
use sqlx::Row;
use std::time::Duration;
use values::{NameOrId, ScopeId, Timestamp};

/// How long a read waits for a position that was asked for.
const WAIT_FOR_POSITION: Duration = Duration::from_secs(2);

/// Whose positions count for a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Counting {
    /// The installation's.
    Installation,
    /// A scope's own.
    Scope(ScopeId),
}

/// A moment that a caller may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The newest there is.
    Now,
    /// The last batch at this time.
    Time(Timestamp),
    /// This position, by whatever counts.
    Position(i64),
}

/// A moment in both counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pinned {
    /// The installation's position.
    pub position: i64,
    /// The position by whatever counts for the read.
    pub shown: i64,
    /// In which life of the ledger.
    pub epoch: i64,
}

/// One page.
#[derive(Debug)]
pub struct Page {
    /// What is on it; one more than asked for where there is a next page.
    pub items: Vec<Listed>,
    /// The moment it is as of.
    pub pinned: Pinned,
}

impl App {
    /// The document of this kind that `parent` lists.
    ///
    /// # Errors
    /// There is none, or the database could not answer.
    pub async fn document(
        &self,
        parent: ScopeId,
        kind: &'static str,
        which: &NameOrId,
        moment: Moment,
        counting: Counting,
    ) -> Result<Found, Refused> {
        if let (NameOrId::Id(id), Moment::Now) = (which, moment) {
            return self.look_ups.find((parent, kind, *id)).await?.ok_or(Refused::NotFound);
        }
        let which = match which {
            NameOrId::Id(id) => Which::Id(*id),
            NameOrId::Name(name) => Which::Name(name.as_str()),
        };
        let at = match moment {
            Moment::Now => At::Now,
            Moment::Time(_) | Moment::Position(_) => At::Position(self.pin(moment, counting).await?.position),
        };
        documents::get(&self.pool, parent, kind, which, at).await?.ok_or(Refused::NotFound)
    }

    /// The live thing of this kind that bore this name at a moment. What is wrong with the moment is said when the
    /// document is read: whoever may not read it must not learn how far the ledger is.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn named_then(
        &self,
        home: &impl Home,
        kind: &str,
        name: &str,
        moment: Moment,
        counting: Counting,
    ) -> Result<Option<Sighted>, Refused> {
        let at = self.at(moment, counting).await?;
        let parent = ScopeId::from(home.parent());
        let found = documents::get(&self.pool, parent, kind, Which::Name(name), at).await?;
        Ok(found.filter(|found| found.scope == home.org()).map(|found| Sighted {
            id: found.id,
            name: found.name,
            phase: found.phase,
            owner: found.owner,
            version: found.version,
        }))
    }

    /// The partner that bore this name at a moment.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn partner_named_then(&self, name: &str, moment: Moment) -> Result<Option<ScopeId>, Refused> {
        if moment == Moment::Now {
            return Ok(self.standings.partner_named(name).await?);
        }
        let at = self.at(moment, Counting::Installation).await?;
        let found = documents::get(&self.pool, ScopeId::PLATFORM, "Partner", Which::Name(name), at).await?;
        Ok(found.map(|found| found.scope))
    }

    /// The org of a partner that bore this name at a moment. At a time that is one of them. A position is each org's own, so it
    /// may be told of more than one: then whichever has the name now is meant, if it has come that far, else the one that
    /// had it last.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn org_named_then(
        &self,
        partner: ScopeId,
        name: &str,
        moment: Moment,
    ) -> Result<Option<ScopeId>, Refused> {
        let now = orgs::named(&self.pool, partner, name).await?;
        match moment {
            Moment::Now => Ok(now),
            Moment::Time(_) => {
                let at = self.at(moment, Counting::Installation).await?;
                self.org_named_at(partner, name, at).await
            }
            Moment::Position(_) => self.org_named_at_its_own(partner, name, moment, now).await,
        }
    }

    /// As [`org_named_then`](Self::org_named_then), at a position that each org counts for itself.
    async fn org_named_at_its_own(
        &self,
        partner: ScopeId,
        name: &str,
        moment: Moment,
        now: Option<ScopeId>,
    ) -> Result<Option<ScopeId>, Refused> {
        let mut has_not_come = false;
        for org in now.into_iter().chain(orgs::ever_named(&self.pool, partner, name).await?) {
            let at = match self.pin(moment, Counting::Scope(org)).await {
                Ok(pinned) => At::Position(pinned.position),
                Err(Refused::AsOfInFuture(_)) => {
                    has_not_come |= now == Some(org);
                    continue;
                }
                Err(other) => return Err(other),
            };
            if self.org_named_at(partner, name, at).await? == Some(org) {
                return Ok(Some(org));
            }
        }
        // Which is refused when the document is read, and not here.
        Ok(now.filter(|_| has_not_come))
    }

    async fn org_named_at(&self, partner: ScopeId, name: &str, at: At) -> Result<Option<ScopeId>, Refused> {
        let found = documents::get(&self.pool, partner, "Org", Which::Name(name), at).await?;
        Ok(found.map(|found| found.scope))
    }

    /// A moment for a look-up by name. One that has not come is refused when the document is read, and not here.
    async fn at(&self, moment: Moment, counting: Counting) -> Result<At, Refused> {
        match self.pin(moment, counting).await {
            Ok(pinned) => Ok(At::Position(pinned.position)),
            Err(Refused::AsOfInFuture(_)) => Ok(At::Now),
            Err(other) => Err(other),
        }
    }

    /// One page of a list, as of the moment asked for; now is pinned, so that later pages and following go on from it.
    ///
    /// # Errors
    /// The moment has not come, or the database could not answer.
    pub async fn page(&self, query: &ListQuery<'_>, pinned: Pinned) -> Result<Page, Refused> {
        let items = documents::list(&self.pool, query, At::Position(pinned.position)).await?;
        Ok(Page { items, pinned })
    }

    /// Turns a moment into positions.
    ///
    /// # Errors
    /// The moment has not come, or the database could not answer.
    pub async fn pin(&self, moment: Moment, counting: Counting) -> Result<Pinned, Refused> {
        let head = self.head(counting).await?;
        match moment {
            Moment::Now => Ok(head),
            Moment::Position(shown) if shown > head.shown => Err(Refused::AsOfInFuture(format!(
                "the last position is {}: positions after it have not come yet",
                head.shown
            ))),
            Moment::Position(shown) => {
                let position = match counting {
                    Counting::Installation => shown,
                    Counting::Scope(scope) => self.position_of(scope, shown).await?,
                };
                Ok(Pinned { position, shown, epoch: head.epoch })
            }
            Moment::Time(time) => {
                let position = self.position_at(time).await?;
                let shown = self.shown(position, counting).await?;
                Ok(Pinned { position, shown, epoch: head.epoch })
            }
        }
    }

    /// The moment that a page token holds on to, which was given out in this epoch.
    ///
    /// # Errors
    /// The ledger was restored since, or the database could not answer.
    pub async fn pinned_at(&self, epoch: i64, position: i64, counting: Counting) -> Result<Pinned, Refused> {
        let current = self.head(counting).await?.epoch;
        if epoch != current {
            return Err(self.epoch_changed("The page token", epoch, current, counting).await?);
        }
        Ok(Pinned { position, shown: self.shown(position, counting).await?, epoch })
    }

    /// Why something of another epoch means nothing any more, and the last position that was not lost.
    ///
    /// # Errors
    /// The database could not answer.
    pub(super) async fn epoch_changed(
        &self,
        what: &str,
        epoch: i64,
        current: i64,
        counting: Counting,
    ) -> Result<Refused, Refused> {
        let fork: Option<i64> =
            sqlx::query_scalar("SELECT min(began_after) FROM ledger_epochs WHERE epoch > $1")
                .bind(epoch)
                .fetch_one(&self.pool)
                .await?;
        let position = match fork {
            Some(fork) => Some(self.shown(fork, counting).await?),
            None => None,
        };
        let kept = position.map_or_else(String::new, |position| {
            format!(" What was recorded up to position {position} is still there; what came after is another history.")
        });
        let detail = format!(
            "{what} is of epoch {epoch}, and the ledger is in epoch {current}: it was restored since.{kept} Read anew, or go \
             on from that position, given as a bare number."
        );
        Ok(Refused::EpochChanged { detail, position })
    }

    /// Waits until a position is known here.
    ///
    /// # Errors
    /// It does not come in time.
    pub async fn wait_for(&self, position: i64, counting: Counting) -> Result<(), Refused> {
        let mut grown = self.ledger.head().follow();
        let there = async {
            loop {
                if self.head(counting).await?.shown >= position {
                    return Ok(());
                }
                if grown.changed().await.is_err() {
                    return Err(Refused::NotThereYet);
                }
            }
        };
        tokio::time::timeout(WAIT_FOR_POSITION, there).await.unwrap_or(Err(Refused::NotThereYet))
    }

    async fn head(&self, counting: Counting) -> Result<Pinned, Refused> {
        let scope = match counting {
            Counting::Installation => None,
            Counting::Scope(scope) => Some(scope.as_uuid()),
        };
        let row = sqlx::query(
            "SELECT h.position, h.epoch, coalesce(s.position, 0) AS scope_position \
             FROM ledger_head h LEFT JOIN scopes s ON s.org_id = $1",
        )
        .bind(scope)
        .fetch_one(&self.pool)
        .await?;
        let (position, epoch) = (row.try_get("position")?, row.try_get("epoch")?);
        Ok(match counting {
            Counting::Installation => Pinned { position, shown: position, epoch },
            Counting::Scope(_) => Pinned { position, shown: row.try_get("scope_position")?, epoch },
        })
    }

    async fn position_of(&self, scope: ScopeId, shown: i64) -> Result<i64, Refused> {
        let position: Option<i64> =
            sqlx::query_scalar("SELECT position FROM events WHERE org_id = $1 AND org_position = $2")
                .bind(scope.as_uuid())
                .bind(shown)
                .fetch_optional(&self.pool)
                .await?;
        Ok(position.unwrap_or(0))
    }

    async fn shown(&self, position: i64, counting: Counting) -> Result<i64, Refused> {
        match counting {
            Counting::Installation => Ok(position),
            Counting::Scope(scope) => Ok(sqlx::query_scalar("SELECT org_position_at($1, $2)")
                .bind(scope.as_uuid())
                .bind(position)
                .fetch_one(&self.pool)
                .await?),
        }
    }

    /// The last position at a time. Where the time is after the last batch, the ledger promises first that no batch
    /// will be stamped at or before it, so that the answer stays true.
    async fn position_at(&self, time: Timestamp) -> Result<i64, Refused> {
        if time > self.clock.now() {
            return Err(Refused::AsOfInFuture("this time has not come yet".to_owned()));
        }
        let raised: Option<i64> = sqlx::query_scalar(
            "UPDATE ledger_head SET recorded_at = $1 WHERE recorded_at < $1 RETURNING position",
        )
        .bind(time.as_micros())
        .fetch_optional(&self.pool)
        .await?;
        if let Some(position) = raised {
            return Ok(position);
        }
        let position: Option<i64> = sqlx::query_scalar(
            "SELECT position FROM ledger_batches WHERE recorded_at <= $1 ORDER BY recorded_at DESC LIMIT 1",
        )
        .bind(time.as_micros())
        .fetch_optional(&self.pool)
        .await?;
        Ok(position.unwrap_or(0))
    }
}
