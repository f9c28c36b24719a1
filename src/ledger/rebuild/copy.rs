//! Rows on their way into a table, in PostgreSQL's binary form of `COPY` (its manual, "COPY", "Binary Format").

use sqlx::PgConnection;
use uuid::Uuid;

/// What every stream of rows begins with: the signature, no flags, no extension.
const BEGINNING: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What stands where another row would.
const END: i16 = -1;
/// The length of a value that is null.
const NULL: i32 = -1;
/// The version of the binary form of `jsonb`.
const JSONB: u8 = 1;

/// Rows of one table, value by value.
pub(super) struct Rows {
    bytes: Vec<u8>,
    columns: i16,
}

impl Rows {
    /// None yet, of so many columns; they will take up about so many bytes.
    pub(super) fn new(columns: i16, weight: usize) -> Self {
        let mut bytes = Vec::with_capacity(weight);
        bytes.extend(BEGINNING);
        Self { bytes, columns }
    }

    /// Begins the next row: its values follow, in the order of the columns.
    pub(super) fn begin(&mut self) -> &mut Self {
        self.bytes.extend(self.columns.to_be_bytes());
        self
    }

    pub(super) fn uuid(&mut self, id: impl Into<Option<Uuid>>) -> &mut Self {
        match id.into() {
            Some(id) => self.value(None, id.as_bytes()),
            None => self.null(),
        }
    }

    pub(super) fn bigint(&mut self, number: impl Into<Option<i64>>) -> &mut Self {
        match number.into() {
            Some(number) => self.value(None, &number.to_be_bytes()),
            None => self.null(),
        }
    }

    pub(super) fn boolean(&mut self, is: bool) -> &mut Self {
        self.value(None, &[u8::from(is)])
    }

    pub(super) fn text<'t>(&mut self, text: impl Into<Option<&'t str>>) -> &mut Self {
        match text.into() {
            Some(text) => self.value(None, text.as_bytes()),
            None => self.null(),
        }
    }

    pub(super) fn jsonb(&mut self, json: &str) -> &mut Self {
        self.value(Some(JSONB), json.as_bytes())
    }

    fn value(&mut self, version: Option<u8>, bytes: &[u8]) -> &mut Self {
        let length = bytes.len() + usize::from(version.is_some());
        // A document is far below 2 GiB, which is what PostgreSQL can hold.
        self.bytes.extend(i32::try_from(length).unwrap_or(i32::MAX).to_be_bytes());
        self.bytes.extend(version);
        self.bytes.extend(bytes);
        self
    }

    fn null(&mut self) -> &mut Self {
        self.bytes.extend(NULL.to_be_bytes());
        self
    }

    /// Adds them, if there are any, to the table that this `COPY … FROM STDIN` names.
    pub(super) async fn send(mut self, db: &mut PgConnection, statement: &str) -> Result<(), sqlx::Error> {
        if self.bytes.len() == BEGINNING.len() {
            return Ok(());
        }
        self.bytes.extend(END.to_be_bytes());
        let mut copy = db.copy_in_raw(statement).await?;
        copy.send(self.bytes).await?;
        copy.finish().await?;
        Ok(())
    }
}
