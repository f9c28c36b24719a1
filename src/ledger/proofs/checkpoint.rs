//! Checkpoints (C2SP tlog-checkpoint): how large a tree is and what its root is, as the text of a signed note.

use super::note::{MalformedNote, Note, VerifierKey, sign};
use super::tree::Tree;
use crate::crypto::{Keyring, sha256};
use crate::ledger::merkle::Hash;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;
use values::{ScopeId, Timestamp};

/// What the origin of every checkpoint begins with.
const PREFIX: &str = "quarterdeck.dev";
/// The extension line that says when it was signed.
const TIME: &str = "time ";
/// The extension line that names the checkpoint of the same tree before: SHA-256 of its note.
const PREVIOUS: &str = "previous ";

/// A checkpoint of any log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: String,
    /// How many leaves its tree has.
    pub size: u64,
    /// The tree's root.
    pub root: Hash,
    /// Lines that a log adds for itself.
    pub extensions: Vec<String>,
}

/// This is no checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no checkpoint: {0}")]
pub struct MalformedCheckpoint(&'static str);

impl Checkpoint {
    /// Reads the text of a note.
    ///
    /// # Errors
    /// It has another form.
    pub fn parse(text: &str) -> Result<Self, MalformedCheckpoint> {
        let text = text.strip_suffix('\n').ok_or(MalformedCheckpoint("its last line is not ended"))?;
        let mut lines = text.split('\n');
        let origin = lines.next().filter(|line| !line.is_empty());
        let origin = origin.ok_or(MalformedCheckpoint("it has no origin"))?.to_owned();
        let size = lines.next().and_then(decimal).ok_or(MalformedCheckpoint("its size is no number"))?;
        let root = lines.next().and_then(|line| STANDARD.decode(line).ok()?.try_into().ok());
        let root = root.ok_or(MalformedCheckpoint("its root is not 32 bytes in base64"))?;
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        if extensions.iter().any(String::is_empty) {
            return Err(MalformedCheckpoint("a line is empty"));
        }
        Ok(Self { origin, size, root, extensions })
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, STANDARD.encode(self.root))?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// A number without leading zeros.
fn decimal(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| plain)
}

/// Which log of ours: `quarterdeck.dev/<keyring>/<epoch>/ledger` for the installation's own tree,
/// `quarterdeck.dev/<keyring>/<epoch>/scopes/<id>` for that of an org, a partner or the platform. Also the name of the key
/// that signs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The id of the installation's keyring.
    pub installation: Uuid,
    /// Which life of the ledger: another one begins when a database is restored to an earlier time.
    pub epoch: i64,
    /// Which tree.
    pub tree: Tree,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}/{}/{}/", self.installation, self.epoch)?;
        match self.tree {
            Tree::Installation => f.write_str("ledger"),
            Tree::Scope(scope) => write!(f, "scopes/{scope}"),
        }
    }
}

impl FromStr for Origin {
    type Err = MalformedCheckpoint;

    fn from_str(text: &str) -> Result<Self, MalformedCheckpoint> {
        const FORM: MalformedCheckpoint = MalformedCheckpoint("it is not of this kind of ledger");
        let mut parts = text.split('/');
        if parts.next() != Some(PREFIX) {
            return Err(FORM);
        }
        let installation = parts.next().and_then(|part| part.parse().ok()).ok_or(FORM)?;
        let epoch = parts.next().and_then(|part| part.parse().ok()).ok_or(FORM)?;
        let tree = match (parts.next(), parts.next(), parts.next()) {
            (Some("ledger"), None, None) => Tree::Installation,
            (Some("scopes"), Some(scope), None) => {
                Tree::Scope(ScopeId::from(scope.parse::<Uuid>().map_err(|_| FORM)?))
            }
            _ => return Err(FORM),
        };
        let origin = Self { installation, epoch, tree };
        if origin.to_string() == text { Ok(origin) } else { Err(FORM) }
    }
}

/// A checkpoint of ours, signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Of what.
    pub origin: Origin,
    /// How many leaves the tree has: the last position that it covers.
    pub size: u64,
    /// The tree's root.
    pub root: Hash,
    /// When it was signed.
    pub at: Timestamp,
    /// SHA-256 of the note before, of the same tree.
    pub previous: Option<Hash>,
    /// The note.
    pub note: String,
}

/// Why something is not a checkpoint that this installation signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsigned {
    /// It is no signed note.
    #[error(transparent)]
    Note(#[from] MalformedNote),
    /// It is no checkpoint of such a ledger.
    #[error(transparent)]
    Checkpoint(#[from] MalformedCheckpoint),
    /// None of the keys has signed it.
    #[error("the checkpoint is not signed by the key")]
    Signature,
}

impl Signed {
    /// Signs, with the newest key.
    #[must_use]
    pub fn new(
        keyring: &Keyring,
        origin: Origin,
        (size, root): (u64, Hash),
        at: Timestamp,
        previous: Option<Hash>,
    ) -> Self {
        let name = origin.to_string();
        let mut extensions = vec![format!("{TIME}{at}")];
        extensions.extend(previous.map(|previous| format!("{PREVIOUS}{}", STANDARD.encode(previous))));
        let checkpoint = Checkpoint { origin: name, size, root, extensions };
        let note = sign(&checkpoint.to_string(), &checkpoint.origin, keyring.signing_key());
        Self { origin, size, root, at, previous, note }
    }

    /// Reads a note that one of these keys must have signed.
    ///
    /// # Errors
    /// None has, or it is something else.
    pub fn read(note: &str, keys: &[[u8; 32]]) -> Result<Self, Unsigned> {
        let (signed, parsed) = Self::unverified(note)?;
        let name = signed.origin.to_string();
        let is_signed = keys
            .iter()
            .any(|public| parsed.is_signed_by(&VerifierKey { name: name.clone(), public: *public }));
        if is_signed { Ok(signed) } else { Err(Unsigned::Signature) }
    }

    /// Reads a note without asking who signed it.
    pub(super) fn unverified(note: &str) -> Result<(Self, Note), Unsigned> {
        let parsed = Note::parse(note)?;
        let checkpoint = Checkpoint::parse(&parsed.text)?;
        let origin: Origin = checkpoint.origin.parse()?;
        let said = |what: &str| checkpoint.extensions.iter().find_map(|line| line.strip_prefix(what));
        let at = said(TIME).and_then(|time| time.parse().ok());
        let at = at.ok_or(MalformedCheckpoint("it does not say when it was signed"))?;
        let previous = said(PREVIOUS).and_then(|hash| STANDARD.decode(hash).ok()?.try_into().ok());
        let Checkpoint { size, root, .. } = checkpoint;
        Ok((Self { origin, size, root, at, previous, note: note.to_owned() }, parsed))
    }

    /// What the next checkpoint of the same tree names as the one before.
    #[must_use]
    pub fn hash(&self) -> Hash {
        sha256(self.note.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Random;
    use crate::ledger::merkle::root_of;

    /// A checkpoint of Go's checksum database, with its key.
    const SUM_GOLANG_ORG: &str = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
    const PUBLISHED: &str = "go.sum database tree\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
                             \u{2014} sum.golang.org Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

    fn origin(tree: Tree) -> Origin {
        Origin { installation: Uuid::from_u128(7), epoch: 1, tree }
    }

    #[test]
    fn a_published_checkpoint_is_read_and_verifies() {
        let note = Note::parse(PUBLISHED).unwrap();
        assert!(note.is_signed_by(&SUM_GOLANG_ORG.parse().unwrap()));
        let checkpoint = Checkpoint::parse(&note.text).unwrap();
        assert_eq!((checkpoint.origin.as_str(), checkpoint.size), ("go.sum database tree", 20_852_163));
        assert_eq!(checkpoint.to_string(), note.text);
        assert_eq!(
            Signed::read(PUBLISHED, &[]).unwrap_err().to_string(),
            "this is no checkpoint: it is not of this kind of ledger"
        );
    }

    #[test]
    fn a_checkpoint_of_ours_says_which_tree_and_what_was_before() {
        let keyring = Keyring::ephemeral(&Random::seeded(1));
        let keys: Vec<[u8; 32]> = keyring.public_keys().map(|(_, key)| key).collect();
        let scope = ScopeId::from(Uuid::from_u128(9));
        for tree in [Tree::Installation, Tree::Scope(scope)] {
            let first = Signed::new(&keyring, origin(tree), (0, root_of([])), Timestamp::MIN, None);
            let second =
                Signed::new(&keyring, origin(tree), (5, [3; 32]), Timestamp::MIN, Some(first.hash()));
            assert_eq!(Signed::read(&first.note, &keys), Ok(first.clone()));
            assert_eq!(Signed::read(&second.note, &keys), Ok(second.clone()));
            assert_eq!(second.previous, Some(first.hash()));
            assert_eq!(Signed::read(&second.note, &[[9; 32]]), Err(Unsigned::Signature));
            assert_eq!(Signed::read(&second.note.replace("\n5\n", "\n6\n"), &keys), Err(Unsigned::Signature));
        }
        assert_ne!(origin(Tree::Installation).to_string(), origin(Tree::Scope(scope)).to_string());
    }

    #[test]
    fn other_forms_are_refused() {
        for bad in [
            "",
            "a",
            "a\n1\n",
            "\n1\nAA==\n",
            "a\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
            "a\n1\nAA==\n",
            "a\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        ] {
            assert!(Checkpoint::parse(bad).is_err(), "{bad:?}");
        }
        let good = origin(Tree::Installation).to_string();
        assert_eq!(good.parse(), Ok(origin(Tree::Installation)));
        for bad in [
            "",
            "example.com/a",
            &format!("{good}/x"),
            &good.replace("/1/", "/01/"),
            &good.replace("ledger", "scopes"),
        ] {
            assert!(bad.parse::<Origin>().is_err(), "{bad:?}");
        }
    }
}
