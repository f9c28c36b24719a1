use crate::code;
use values::{ChartName, ChartRepository, ChartVersion, FileName, GitRevision, GitUrl, SourcePath};

#[test]
fn a_file_has_a_name_and_no_folder() {
    for text in ["a.tgz", "ingress 1.yaml", "übung.yml", ".hidden"] {
        assert_eq!(FileName::parse(text).unwrap().as_str(), text);
    }
    for (text, refused) in [
        ("", "empty"),
        ("..", "invalid_name"),
        ("a/b", "invalid_name"),
        ("a\\b", "invalid_name"),
        (" a", "surrounding_space"),
        ("a\nb", "control_character"),
        (&"a".repeat(256), "too_long"),
    ] {
        assert_eq!(code(FileName::parse(text)), refused, "{text:?}");
    }
}

#[test]
fn a_repository_of_charts_is_a_url_or_a_registry() {
    for (text, kept) in [
        ("https://Charts.Acme.test/stable", "https://charts.acme.test/stable"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("oci://ghcr.io/acme/charts", "oci://ghcr.io/acme/charts"),
        ("oci://Registry.test:5000/a", "oci://registry.test:5000/a"),
    ] {
        assert_eq!(ChartRepository::parse(text).unwrap().as_str(), kept);
        assert_eq!(ChartRepository::parse(kept).unwrap().as_str(), kept);
    }
    for text in
        ["charts.acme.test", "ftp://a.test", "oci://", "oci://u:p@a.test", "https://u@a.test", "oci://a?b"]
    {
        assert_eq!(code(ChartRepository::parse(text)), "invalid_url", "{text:?}");
    }
}

#[test]
fn a_chart_has_one_name_and_one_version() {
    for text in ["ingress-nginx", "a", "acme/web", "kube.prom_1"] {
        assert_eq!(ChartName::parse(text).unwrap().as_str(), text);
    }
    for text in ["-a", "a-", "a//b", "/a", "a b", "../a"] {
        assert_eq!(code(ChartName::parse(text)), "invalid_name", "{text:?}");
    }
    for text in ["4.11.3", "v1", "1.2", "1.0.0-rc.1", "1.0.0+build.5", "1.0.0-a-b+c"] {
        assert_eq!(ChartVersion::parse(text).unwrap().as_str(), text);
    }
    for text in ["^1.0.0", "1.x", ">=1", "1.2.3.4", "latest", "1.", "1.0.0-", "1.0.0+", "1.0.0-a..b"] {
        assert_eq!(code(ChartVersion::parse(text)), "invalid_version", "{text:?}");
    }
    assert_eq!(code(ChartVersion::parse("")), "empty");
}

#[test]
fn a_git_repository_carries_no_password() {
    for (text, kept) in [
        ("https://Git.Acme.test/a/b.git", "https://git.acme.test/a/b.git"),
        ("ssh://git@Git.acme.test:2222/a.git", "ssh://git@git.acme.test:2222/a.git"),
        ("ssh://git.acme.test/a.git", "ssh://git.acme.test/a.git"),
        ("git@Git.acme.test:a/b.git", "git@git.acme.test:a/b.git"),
    ] {
        assert_eq!(GitUrl::parse(text).unwrap().as_str(), kept);
        assert_eq!(GitUrl::parse(kept).unwrap().as_str(), kept);
    }
    for text in [
        "https://u:p@a.test/x",
        "ssh://git:secret@a.test/x",
        "a b@c:d",
        "@a.test:x",
        "file:///etc/passwd",
        "ext::sh -c x",
        "-u@a.test/x",
    ] {
        assert_eq!(code(GitUrl::parse(text)), "invalid_url", "{text:?}");
    }
}

#[test]
fn a_revision_is_a_name_that_git_takes() {
    for text in ["main", "v1.0.0", "release/1.2", "0123abcdef", "a@b"] {
        assert_eq!(GitRevision::parse(text).unwrap().as_str(), text);
    }
    for text in ["-x", "a..b", "a b", "a~1", "a^", "HEAD@{1}", "@", "a/", "/a", "a//b", ".a", "a.lock", "a."]
    {
        assert_eq!(code(GitRevision::parse(text)), "invalid_revision", "{text:?}");
    }
}

#[test]
fn a_path_never_leads_out_of_its_repository() {
    for (text, kept) in
        [("", ""), (".", ""), ("./a//b/", "a/b"), ("a/b.yaml", "a/b.yaml"), ("a/..b", "a/..b")]
    {
        assert_eq!(SourcePath::parse(text).unwrap().as_str(), kept);
    }
    for text in ["/a", "..", "a/../b", "a\\b"] {
        assert_eq!(code(SourcePath::parse(text)), "invalid_path", "{text:?}");
    }
}
