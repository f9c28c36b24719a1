//! Events in what a stream sends, found without reading all of it as JSON: the load generator shares the machine.

use memchr::memmem;

/// What an event's line begins with.
const DATA: &[u8] = b"\ndata: ";
const TIME: &[u8] = b"\"time\":\"";
const POSITION: &[u8] = b"\"orgposition\":";

/// Bytes of a stream, of which whole events are taken.
#[derive(Debug, Default)]
pub(super) struct Scan {
    rest: Vec<u8>,
}

/// An event that has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    /// When it was recorded: microseconds since midnight, in UTC.
    pub(super) micros_of_day: u64,
    /// Its place in its org.
    pub(super) position: u64,
}

impl Scan {
    /// Takes what has come, and tells of each event in it.
    pub(super) fn take(&mut self, bytes: &[u8], mut see: impl FnMut(Option<Seen>)) {
        self.rest.extend_from_slice(bytes);
        let mut from = 0;
        while let Some(at) = memmem::find(&self.rest[from..], DATA) {
            let start = from + at + DATA.len();
            let Some(length) = memchr::memchr(b'\n', &self.rest[start..]) else { break };
            see(seen(&self.rest[start..start + length]));
            from = start + length;
        }
        // The beginning of a line may have come without its end.
        let keep = from.max(self.rest.len().saturating_sub(16 << 10));
        self.rest.drain(..keep);
    }
}

fn seen(event: &[u8]) -> Option<Seen> {
    let time = event.get(memmem::find(event, TIME)? + TIME.len()..)?;
    Some(Seen { micros_of_day: micros_of_day(time)?, position: number(event, POSITION)? })
}

fn number(event: &[u8], name: &[u8]) -> Option<u64> {
    let digits = event.get(memmem::find(event, name)? + name.len()..)?;
    let end = digits.iter().position(|byte| !byte.is_ascii_digit())?;
    std::str::from_utf8(&digits[..end]).ok()?.parse().ok()
}

/// Of `2026-01-01T12:34:56.789Z`.
fn micros_of_day(time: &[u8]) -> Option<u64> {
    let end = time.iter().position(|byte| *byte == b'Z')?;
    let text = std::str::from_utf8(time.get(11..end)?).ok()?;
    let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let mut seconds = 0;
    for part in clock.split(':') {
        seconds = seconds * 60 + part.parse::<u64>().ok()?;
    }
    let micros: u64 = format!("{fraction:0<6}").get(..6)?.parse().ok()?;
    Some(seconds * 1_000_000 + micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_found_wherever_they_are_cut() {
        let text = b"1a\r\nid: 1.1\nevent: x\ndata: {\"time\":\"2026-01-01T00:00:01.5Z\",\"orgposition\":1,\"a\":2}\n\n\r\n\
                     id: 1.2\nevent: x\ndata: {\"time\":\"2026-01-01T01:00:00Z\",\"orgposition\":2,\"a\":2}\n\n";
        for cut in 0..text.len() {
            let (mut scan, mut found) = (Scan::default(), vec![]);
            scan.take(&text[..cut], |seen| found.push(seen.unwrap()));
            scan.take(&text[cut..], |seen| found.push(seen.unwrap()));
            let expected = [
                Seen { micros_of_day: 1_500_000, position: 1 },
                Seen { micros_of_day: 3_600_000_000, position: 2 },
            ];
            assert_eq!(found, expected, "cut at {cut}");
        }
    }
}
