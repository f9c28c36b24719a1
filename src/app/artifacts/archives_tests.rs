use super::*;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

/// A tar archive of these files, by path.
fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = vec![];
    for (path, content) in files {
        tar.extend(entry(path, b'0', content));
    }
    tar.extend([0; 1024]);
    tar
}

fn entry(path: &str, kind: u8, content: &[u8]) -> Vec<u8> {
    let mut header = [0_u8; HEADER];
    header[..path.len()].copy_from_slice(path.as_bytes());
    header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
    header[148..156].copy_from_slice(b"        ");
    header[156] = kind;
    header[257..263].copy_from_slice(b"ustar\0");
    let sum: u64 = header.iter().map(|byte| u64::from(*byte)).sum();
    header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    let mut entry = header.to_vec();
    entry.extend(content);
    entry.resize(entry.len().next_multiple_of(HEADER), 0);
    entry
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(vec![], Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn said(outcome: Result<(), Vec<Flaw>>) -> String {
    outcome.err().map(|flaws| flaws[0].0.clone()).unwrap_or_default()
}

#[test]
fn a_chart_is_a_folder_with_its_description() {
    let chart: &[u8] = b"name: web\nversion: 1.0.0\n";
    assert_eq!(said(is_chart(&gzip(&tar(&[("web/values.yaml", b"{}"), ("web/Chart.yaml", chart)])))), "");
    assert_eq!(said(is_chart(&gzip(&tar(&[("./web/Chart.yaml", chart)])))), "");
    let none = gzip(&tar(&[("web/charts/a/Chart.yaml", chart)]));
    assert_eq!(said(is_chart(&none)), "there is no Chart.yaml in its folder");
    let list = gzip(&tar(&[("web/Chart.yaml", b"- a\n")]));
    assert_eq!(said(is_chart(&list)), "Chart.yaml: document 1, line 1: must be a mapping");
}

#[test]
fn a_kustomization_is_found_at_the_root_or_one_folder_down() {
    for path in ["kustomization.yaml", "./kustomization.yml", "base/Kustomization"] {
        assert_eq!(said(is_kustomization(&gzip(&tar(&[("a.yaml", b"a: 1"), (path, b"")])))), "", "{path}");
    }
    assert!(!said(is_kustomization(&gzip(&tar(&[("a/b/kustomization.yaml", b"")])))).is_empty());
}

#[test]
fn long_names_are_read() {
    let long = format!("{}/Chart.yaml", "w".repeat(120));
    let mut gnu = entry("././@LongLink", b'L', long.as_bytes());
    gnu.extend(tar(&[("cut", b"name: w\n")]));
    assert_eq!(said(is_chart(&gzip(&gnu))), "");
    let mut pax = entry("x", b'x', format!("141 path={long}\n").as_bytes());
    pax.extend(tar(&[("cut", b"name: w\n")]));
    assert_eq!(said(is_chart(&gzip(&pax))), "");
}

#[test]
fn what_is_no_archive_is_refused() {
    assert_eq!(said(is_chart(b"apiVersion: v1")), "must be a gzipped tar archive (.tgz)");
    assert_eq!(said(is_chart(&gzip(b"no tar"))), "is not a complete gzipped tar archive");
    assert_eq!(said(is_chart(&gzip(&[b'x'; 1024]))), "is not a tar archive");
    let whole = gzip(&tar(&[("web/Chart.yaml", b"name: web\n")]));
    assert_eq!(said(is_chart(&whole[..whole.len() / 2])), "is not a complete gzipped tar archive");
    for path in ["../Chart.yaml", "/etc/passwd", "web/../../x"] {
        let outside = gzip(&tar(&[(path, b"x")]));
        assert_eq!(said(is_chart(&outside)), "has a file in it that would be unpacked outside of its folder");
    }
}

#[test]
fn an_archive_that_unpacks_to_too_much_is_refused() {
    let mut bomb = GzEncoder::new(vec![], Compression::fast());
    let mut header = entry("web/zeros", b'0', &[]);
    header[124..135].copy_from_slice(format!("{:011o}", 200_u64 << 20).as_bytes());
    header[148..156].copy_from_slice(b"        ");
    let sum: u64 = header.iter().map(|byte| u64::from(*byte)).sum();
    header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    bomb.write_all(&header).unwrap();
    for _ in 0..200 {
        bomb.write_all(&vec![0; 1 << 20]).unwrap();
    }
    assert_eq!(said(is_chart(&bomb.finish().unwrap())), "holds more than 100 MiB once it is unpacked");
}
