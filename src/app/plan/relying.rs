//! What a plan relies on beside its caller's rights: compared under the ledger's lock.

use super::Plan;
use crate::app::Refused;
use crate::app::standing::PartnerStanding;
use values::ScopeId;

impl Plan<'_> {
    /// How a partner stands. Where that is not so any more when the unit is judged, it is planned again.
    ///
    /// # Errors
    /// There is no such partner, or the database could not answer.
    pub async fn partner(&mut self, partner: ScopeId) -> Result<PartnerStanding, Refused> {
        let standing = self.app.standings.partner(partner).await?;
        self.relies_on.push((partner, standing.authority));
        Ok(standing)
    }
}
