//! Where an artifact comes from: files, Helm charts, Git repositories.

use crate::macros::{plain_debug, text_impls, text_schema};
use crate::text::{check_length, check_line};
use crate::{HttpUrl, Invalid, codes};

/// The name of a file without a folder: one line of 1 to 255 characters, no slashes, not `.` or `..`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileName(String);

impl FileName {
    const MAX: usize = 255;

    /// # Errors
    /// `empty`, `too_long`, `control_character`, `bidi_control`, `surrounding_space`, `invalid_name`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        required(text, "The name of a file is required; leave it out for none.")?;
        check_line(text, Self::MAX)?;
        if text.contains(['/', '\\']) || matches!(text, "." | "..") {
            return Err(Invalid::new(codes::INVALID_NAME, "The name of a file stands without its folder."));
        }
        Ok(Self(text.to_owned()))
    }

    /// The name as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_impls!(FileName);
plain_debug!(FileName);
text_schema!(FileName, {
    description: "The name of a file, without its folder.",
    example: "ingress-1.0.0.tgz",
    pattern: crate::schema::FILE_NAME,
    min: 1,
    max: Self::MAX,
});

/// A repository of Helm charts: an `http` or `https` URL, or `oci://` with a registry and a path.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChartRepository(String);

impl ChartRepository {
    /// # Errors
    /// `empty`, `too_long`, `invalid_url`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let Some(rest) = text.strip_prefix("oci://") else {
            return HttpUrl::parse(text).map(|url| Self(url.as_str().to_owned()));
        };
        let url = HttpUrl::parse(&format!("https://{rest}"))?;
        if rest.contains('?') {
            return Err(Invalid::new(codes::INVALID_URL, "A URL of a registry has no query."));
        }
        Ok(Self(format!("oci://{}", url.as_str().trim_start_matches("https://"))))
    }

    /// The URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_impls!(ChartRepository);
plain_debug!(ChartRepository);
text_schema!(ChartRepository, {
    description: "An http or https URL of a repository of charts, or oci:// with a registry and a path; without user information.",
    example: "https://charts.acme.test/stable",
    format: "uri",
    pattern: crate::schema::CHART_REPOSITORY,
    min: 7,
    max: 2_048,
});

/// The name of a Helm chart: letters, digits, dots, underscores and hyphens, with a letter or digit at both ends; in a
/// registry, several of these with slashes between.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChartName(String);

impl ChartName {
    const MAX: usize = 250;

    /// # Errors
    /// `empty`, `too_long`, `invalid_name`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        required(text, "The name of a chart is required.")?;
        check_length(text, Self::MAX)?;
        let is_part = |part: &str| {
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
            let ends = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
            part.bytes().all(allowed) && ends(part.bytes().next()) && ends(part.bytes().last())
        };
        if !text.split('/').all(is_part) {
            return Err(Invalid::new(
                codes::INVALID_NAME,
                "The name of a chart consists of letters, digits, dots, underscores and hyphens.",
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// The name as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_impls!(ChartName);
plain_debug!(ChartName);
text_schema!(ChartName, {
    description: "The name of a chart in its repository.",
    example: "ingress-nginx",
    pattern: "^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?(/[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)*$",
    min: 1,
    max: Self::MAX,
});

/// The version of a Helm chart: exactly one, and no range (Semantic Versioning, a leading `v` and missing parts as Helm
/// takes them).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChartVersion(String);

impl ChartVersion {
    const MAX: usize = 128;

    /// # Errors
    /// `empty`, `too_long`, `invalid_version`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        required(text, "The version of a chart is required.")?;
        check_length(text, Self::MAX)?;
        let rest = text.strip_prefix('v').unwrap_or(text);
        let (rest, build) = rest.split_once('+').map_or((rest, None), |(rest, build)| (rest, Some(build)));
        let (core, pre) = rest.split_once('-').map_or((rest, None), |(core, pre)| (core, Some(pre)));
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let is_label = |part: &str| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        let labels_fit = |labels: Option<&str>| labels.is_none_or(|labels| labels.split('.').all(is_label));
        if core.split('.').count() > 3
            || !core.split('.').all(is_number)
            || !labels_fit(pre)
            || !labels_fit(build)
        {
            return Err(Invalid::new(
                codes::INVALID_VERSION,
                "The version of a chart is one version, such as 4.11.3 or 1.0.0-rc.1, and no range.",
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// The version as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_impls!(ChartVersion);
plain_debug!(ChartVersion);
text_schema!(ChartVersion, {
    description: "One version of a chart (Semantic Versioning), and no range.",
    example: "4.11.3",
    pattern: r"^v?[0-9]+(\.[0-9]+){0,2}(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$",
    min: 1,
    max: Self::MAX,
});

/// A Git repository: an `http` or `https` URL, `ssh://`, or `user@host:path` as for `ssh`. Never a password.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GitUrl(String);

impl GitUrl {
    /// # Errors
    /// `empty`, `too_long`, `invalid_url`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let refused = || {
            Invalid::new(
                codes::INVALID_URL,
                "A Git repository is an https:// or ssh:// URL without a password, or user@host:path.",
            )
        };
        let parts = if let Some(rest) = text.strip_prefix("ssh://") {
            let (user, rest) = rest.split_once('@').map_or((None, rest), |(user, rest)| (Some(user), rest));
            let url = HttpUrl::parse(&format!("https://{rest}"))?;
            let address = url.as_str().trim_start_matches("https://").to_owned();
            let user = user.map(|user| format!("{user}@")).unwrap_or_default();
            Some((user.clone(), format!("ssh://{user}{address}")))
        } else if let (false, Some((user, (host, path)))) = (
            text.contains("://"),
            text.split_once('@').and_then(|(user, rest)| Some((user, rest.split_once(':')?))),
        ) {
            let path = path.trim_start_matches('/');
            let url = HttpUrl::parse(&format!("https://{host}/{path}"))?;
            Some((format!("{user}@"), format!("{user}@{}:{path}", url.host())))
        } else {
            None
        };
        let Some((user, url)) = parts else {
            return HttpUrl::parse(text).map(|url| Self(url.as_str().to_owned()));
        };
        let is_user = user.strip_suffix('@').is_none_or(|user| {
            !user.is_empty()
                && user.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
        });
        if is_user && !url.contains('?') { Ok(Self(url)) } else { Err(refused()) }
    }

    /// The URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_impls!(GitUrl);
plain_debug!(GitUrl);
text_schema!(GitUrl, {
    description: "A Git repository: an http, https or ssh URL without a password, or user@host:path.",
    example: "https://git.acme.test/platform/addons.git",
    pattern: crate::schema::GIT_URL,
    min: 1,
    max: 2_048,
});

/// A branch, a tag or a commit: what `git rev-parse` takes as a name of one (git-check-ref-format).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GitRevision(String);

impl GitRevision {
    const MAX: usize = 255;

    /// # Errors
    /// `empty`, `too_long`, `invalid_revision`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        required(text, "A branch, a tag or a commit is required.")?;
        check_length(text, Self::MAX)?;
        let allowed = |char: char| {
            !char.is_control()
                && !char.is_whitespace()
                && !matches!(char, '~' | '^' | ':' | '?' | '*' | '[' | '\\')
        };
        let is_part =
            |part: &str| !part.is_empty() && !part.starts_with('.') && part.strip_suffix(".lock").is_none();
        if !text.chars().all(allowed)
            || text.starts_with('-')
            || text.ends_with('.')
            || text.contains("..")
            || text.contains("@{")
            || text == "@"
            || !text.split('/').all(is_part)
        {
            return Err(Invalid::new(
                codes::INVALID_REVISION,
                "Name a branch, a tag or a commit, without white space and any of ~ ^ : ? * [ \\ ... @{.",
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// The revision as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_impls!(GitRevision);
plain_debug!(GitRevision);
text_schema!(GitRevision, {
    description: "A branch, a tag or a commit.",
    example: "v1.0.0",
    pattern: crate::schema::GIT_REVISION,
    min: 1,
    max: Self::MAX,
});

/// A file or folder inside of a repository: parts with slashes between, none of them `..`; empty for the root. Kept
/// without slashes at its ends and without `.`.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourcePath(String);

impl SourcePath {
    const MAX: usize = 1_024;

    /// # Errors
    /// `too_long`, `control_character`, `bidi_control`, `surrounding_space`, `invalid_path`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        check_line(text, Self::MAX)?;
        if text.starts_with('/') || text.contains('\\') || text.split('/').any(|part| part == "..") {
            return Err(Invalid::new(
                codes::INVALID_PATH,
                "A path in a repository begins at its root, without a slash, and never leads out of it.",
            ));
        }
        let parts: Vec<&str> = text.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        Ok(Self(parts.join("/")))
    }

    /// The path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_impls!(SourcePath);
plain_debug!(SourcePath);
text_schema!(SourcePath, {
    description: "A file or folder of a repository, from its root; empty for the root itself.",
    example: "ingress/overlays/prod",
    pattern: crate::schema::SOURCE_PATH,
    max: Self::MAX,
});

fn required(text: &str, detail: &str) -> Result<(), Invalid> {
    if text.is_empty() { Err(Invalid::new(codes::EMPTY, detail)) } else { Ok(()) }
}
