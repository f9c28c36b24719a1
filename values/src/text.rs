//! What several types ask of their characters.

use crate::{Invalid, codes};

/// One line for people to read: at most `max` characters of any script, no control, bidirectional or invisible
/// marks, no surrounding white space. Empty passes.
pub(crate) fn check_line(text: &str, max: usize) -> Result<(), Invalid> {
    check_length(text, max)?;
    for char in text.chars() {
        if char.is_control() || matches!(char, '\u{2028}' | '\u{2029}') {
            return Err(control(char, "Control characters and line breaks are not allowed"));
        }
        if is_bidi_control(char) {
            return Err(Invalid::new(
                codes::BIDI_CONTROL,
                format!(
                    "Marks that change the direction of text, or that cannot be seen, are not allowed: U+{:04X}.",
                    u32::from(char)
                ),
            ));
        }
    }
    if text.trim() != text {
        return Err(Invalid::new(
            codes::SURROUNDING_SPACE,
            "White space at the beginning or the end is not allowed.",
        ));
    }
    Ok(())
}

/// Free text: at most `max` characters, line feeds and tabs but no other control characters. Empty passes.
pub(crate) fn check_prose(text: &str, max: usize) -> Result<(), Invalid> {
    check_length(text, max)?;
    check_prose_characters(text)
}

/// The characters of [`check_prose`], whatever the length.
pub(crate) fn check_prose_characters(text: &str) -> Result<(), Invalid> {
    match text.chars().find(|char| char.is_control() && !matches!(char, '\n' | '\t')) {
        None => Ok(()),
        Some(char) => Err(control(char, "Of the control characters only line feed and tab are allowed")),
    }
}

/// At most `max` characters.
pub(crate) fn check_length(text: &str, max: usize) -> Result<(), Invalid> {
    // No character is shorter than a byte: most texts need no counting.
    if text.len() > max && text.chars().nth(max).is_some() {
        return Err(Invalid::new(codes::TOO_LONG, format!("At most {max} characters are allowed.")));
    }
    Ok(())
}

/// Refuses what holds nothing but white space.
pub(crate) fn check_not_blank(text: &str) -> Result<(), Invalid> {
    if text.trim().is_empty() {
        return Err(Invalid::new(codes::EMPTY, "At least one visible character is required."));
    }
    Ok(())
}

fn control(char: char, rule: &str) -> Invalid {
    Invalid::new(codes::CONTROL_CHARACTER, format!("{rule}: U+{:04X}.", u32::from(char)))
}

/// The bidirectional controls of Unicode (property `Bidi_Control`), and the byte order mark.
fn is_bidi_control(char: char) -> bool {
    matches!(
        char,
        '\u{061C}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2066}'..='\u{2069}'
            | '\u{FEFF}'
    )
}

/// Whether the text has the shape of a hyphenated UUID: 36 characters, 8-4-4-4-12 hexadecimal digits.
pub(crate) fn looks_like_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}
