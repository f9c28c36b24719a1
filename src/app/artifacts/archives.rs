//! Archives that people send: gzipped tar files with a Helm chart or a kustomization in them.

use super::manifests::{Flaw, is_mapping};
use flate2::read::MultiGzDecoder;
use std::io::{self, Read};

/// The most that an archive may hold once it is unpacked.
const MOST_UNPACKED: u64 = 100 << 20;
/// The most files in an archive.
const MOST_FILES: usize = 20_000;
/// The longest description of a chart, and name of a file.
const MOST_READ: u64 = 1 << 20;
/// The blocks that a tar file consists of.
const BLOCK: u64 = 512;
const HEADER: usize = 512;
/// What kustomize looks for.
const KUSTOMIZATIONS: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Whether bytes begin as gzip does (RFC 1952).
#[must_use]
pub(super) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

/// Whether bytes are a chart, as `helm package` makes it: a folder with a `Chart.yaml` in it.
///
/// # Errors
/// What is wrong with it.
pub(super) fn is_chart(bytes: &[u8]) -> Result<(), Vec<Flaw>> {
    let is_chart = |parts: &[&str]| matches!(parts, [_, "Chart.yaml"]);
    let chart = find(bytes, is_chart)?.ok_or_else(|| flaw("there is no Chart.yaml in its folder"))?;
    let text = String::from_utf8(chart).map_err(|_| flaw("Chart.yaml is not UTF-8"))?;
    is_mapping(&text)
        .map_err(|flaws| flaws.into_iter().map(|Flaw(what)| Flaw(format!("Chart.yaml: {what}"))).collect())
}

/// Whether bytes have a kustomization in them, at their root or in their only folder.
///
/// # Errors
/// What is wrong with them.
pub(super) fn is_kustomization(bytes: &[u8]) -> Result<(), Vec<Flaw>> {
    let is_kustomization =
        |parts: &[&str]| parts.len() <= 2 && parts.last().is_some_and(|name| KUSTOMIZATIONS.contains(name));
    let found = find(bytes, is_kustomization)?;
    found.map(|_| ()).ok_or_else(|| flaw("there is no kustomization.yaml at its root or in its folder"))
}

fn flaw(what: &str) -> Vec<Flaw> {
    vec![Flaw(what.to_owned())]
}

/// The first file whose path is wanted. The whole archive is read: what cannot be unpacked is no archive.
fn find(bytes: &[u8], is_wanted: impl Fn(&[&str]) -> bool) -> Result<Option<Vec<u8>>, Vec<Flaw>> {
    if !is_gzip(bytes) {
        return Err(flaw("must be a gzipped tar archive (.tgz)"));
    }
    let mut archive = Archive { tar: MultiGzDecoder::new(bytes).take(MOST_UNPACKED), files: 0 };
    let mut found = None;
    while let Some(entry) = archive.next_entry()? {
        let parts: Vec<&str> = entry.path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        if entry.path.starts_with('/') || parts.contains(&"..") {
            return Err(flaw("has a file in it that would be unpacked outside of its folder"));
        }
        if found.is_none() && entry.is_file && is_wanted(&parts) {
            found = Some(archive.read(entry.size)?);
        } else {
            archive.pass(entry.size)?;
        }
    }
    Ok(found)
}

/// A tar file (POSIX.1-1988 ustar, with the long names of POSIX.1-2001 and of GNU).
struct Archive<R> {
    tar: io::Take<R>,
    files: usize,
}

struct Entry {
    path: String,
    size: u64,
    is_file: bool,
}

impl<R: Read> Archive<R> {
    fn next_entry(&mut self) -> Result<Option<Entry>, Vec<Flaw>> {
        let mut long_path = None;
        loop {
            let Some(header) = self.header()? else { return Ok(None) };
            let size = octal(&header[124..136]).ok_or_else(|| flaw("is not a tar archive"))?;
            match header[156] {
                b'L' => long_path = Some(text(&self.read(size)?)),
                b'x' => long_path = path_record(&self.read(size)?).or(long_path),
                b'g' => self.pass(size)?,
                kind => {
                    let prefix =
                        if header[257..262] == *b"ustar" { text(&header[345..500]) } else { String::new() };
                    let name = text(&header[..100]);
                    let plain = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
                    let is_file = matches!(kind, 0 | b'0');
                    return Ok(Some(Entry { path: long_path.unwrap_or(plain), size, is_file }));
                }
            }
        }
    }

    /// The next header; `None` at the end.
    fn header(&mut self) -> Result<Option<[u8; HEADER]>, Vec<Flaw>> {
        let mut header = [0; HEADER];
        if self.tar.limit() == 0 {
            return Err(too_much());
        }
        match self.tar.read_exact(&mut header) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof && self.tar.limit() == 0 => {
                return Err(too_much());
            }
            Err(_) => return Err(flaw("is not a complete gzipped tar archive")),
        }
        if header.iter().all(|byte| *byte == 0) {
            return Ok(None);
        }
        let sum = |from: usize, to: usize| header[from..to].iter().map(|byte| u64::from(*byte)).sum::<u64>();
        if octal(&header[148..156]) != Some(sum(0, 148) + sum(156, HEADER) + 8 * u64::from(b' ')) {
            return Err(flaw("is not a tar archive"));
        }
        self.files += 1;
        if self.files > MOST_FILES {
            return Err(vec![Flaw(format!("has more than {MOST_FILES} files in it"))]);
        }
        Ok(Some(header))
    }

    fn read(&mut self, size: u64) -> Result<Vec<u8>, Vec<Flaw>> {
        if size > MOST_READ {
            return Err(flaw("has a description in it that is longer than 1 MiB"));
        }
        let mut content = vec![];
        match (&mut self.tar).take(size).read_to_end(&mut content) {
            Ok(read) if read as u64 == size => {}
            Ok(_) | Err(_) => return Err(self.cut_off()),
        }
        self.pass_padding(size)?;
        Ok(content)
    }

    fn pass(&mut self, size: u64) -> Result<(), Vec<Flaw>> {
        let passed = io::copy(&mut (&mut self.tar).take(size), &mut io::sink());
        if passed.is_ok_and(|passed| passed == size) { self.pass_padding(size) } else { Err(self.cut_off()) }
    }

    /// Files end where a block does.
    fn pass_padding(&mut self, size: u64) -> Result<(), Vec<Flaw>> {
        let padding = size.next_multiple_of(BLOCK) - size;
        let passed = io::copy(&mut (&mut self.tar).take(padding), &mut io::sink());
        if passed.is_ok_and(|passed| passed == padding) { Ok(()) } else { Err(self.cut_off()) }
    }

    fn cut_off(&self) -> Vec<Flaw> {
        if self.tar.limit() == 0 { too_much() } else { flaw("is not a complete gzipped tar archive") }
    }
}

fn too_much() -> Vec<Flaw> {
    flaw("holds more than 100 MiB once it is unpacked")
}

/// A number in octal digits, with spaces before and after and a zero byte at its end.
fn octal(field: &[u8]) -> Option<u64> {
    let digits = text(field);
    u64::from_str_radix(digits.trim(), 8).ok()
}

/// The text before the first zero byte.
fn text(field: &[u8]) -> String {
    let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
    String::from_utf8_lossy(&field[..end]).into_owned()
}

/// The path among the records of an extended header, each `<length> <key>=<value>` and a line feed.
fn path_record(records: &[u8]) -> Option<String> {
    let records = String::from_utf8_lossy(records);
    let path = records.lines().find_map(|record| record.split_once(' ')?.1.strip_prefix("path="));
    path.map(str::to_owned)
}

#[cfg(test)]
#[path = "archives_tests.rs"]
mod tests;
