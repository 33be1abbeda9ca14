//! Lines, sentences and quotations of Chinese text, with their places.

/// Most characters of a quotation.
const QUOTED_CHARS_MAX: usize = 18;

/// A part of a text and where it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part<'t> {
    /// Without numbering and outer space.
    pub(super) text: &'t str,
    /// Byte of the whole text at which `text` begins.
    pub(super) start: usize,
    /// Whether a numbering such as `（1）` was taken off.
    pub(super) numbered: bool,
}

/// Characters that are no space.
pub(super) fn chars(text: &str) -> usize {
    text.chars().filter(|symbol| !symbol.is_whitespace()).count()
}

/// The text in quotation marks, cut when it is long.
pub(super) fn quoted(text: &str) -> String {
    let text = text.trim();
    let cut: String =
        text.chars().take(QUOTED_CHARS_MAX).map(|symbol| if symbol == '\n' { ' ' } else { symbol }).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    format!("“{cut}{more}”")
}

/// The lines, empty ones left out.
pub(super) fn lines(text: &str) -> Vec<Part<'_>> {
    split(text, |symbol| matches!(symbol, '\n' | '\r'))
}

/// The sentences: split at lines, full stops and semicolons.
pub(super) fn sentences(text: &str) -> Vec<Part<'_>> {
    split(text, |symbol| matches!(symbol, '\n' | '\r' | '。' | '；' | ';' | '！' | '？' | '!' | '?'))
}

fn split(text: &str, ends: impl Fn(char) -> bool) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut start = 0;
    let ends: Vec<(usize, usize)> = text
        .char_indices()
        .filter(|(_, s)| ends(*s))
        .map(|(at, s)| (at, s.len_utf8()))
        .chain([(text.len(), 0)])
        .collect();
    for (end, length) in ends {
        let part = unnumbered(&text[start..end]);
        if !part.text.is_empty() {
            parts.push(Part { start: start + part.start, ..part });
        }
        start = end + length;
    }
    parts
}

/// A line without its numbering: `（1）`, `1.`, `一、`, `①`, `【2】`.
pub(super) fn unnumbered(line: &str) -> Part<'_> {
    let is_space = |symbol: char| symbol.is_whitespace() || matches!(symbol, '\u{feff}' | '"' | '·' | '•');
    let text = line.trim_start_matches(is_space);
    let bare = text.trim_start_matches(['（', '(', '【', '[', '第']);
    let number =
        bare.trim_start_matches(|symbol: char| symbol.is_ascii_digit() || "一二三四五六七八九十".contains(symbol));
    let digits = bare.len() - number.len();
    let sign = number.chars().next().filter(|symbol| "、.．)）】]，,：:".contains(*symbol));
    let circled = text.chars().next().filter(|symbol| ('①'..='⑳').contains(symbol));
    let rest = match (circled, sign) {
        (Some(circled), _) => &text[circled.len_utf8()..],
        // "3.5 t" is a figure, "1122，" is one too.
        (None, Some(sign)) if (1..=6).contains(&digits) && !decimal(number, sign) => &number[sign.len_utf8()..],
        _ => text,
    };
    let numbered = rest.len() < text.len();
    let rest = rest.trim_start_matches(|symbol: char| is_space(symbol) || (numbered && "、.．)）】]".contains(symbol)));
    Part { text: rest.trim_end(), start: line.len() - rest.len(), numbered }
}

fn decimal(number: &str, sign: char) -> bool {
    matches!(sign, '.' | '．') && number[sign.len_utf8()..].starts_with(|symbol: char| symbol.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbering_is_taken_off_and_a_figure_is_not() {
        for (line, text) in [
            ("（1）热效率≥85%", "热效率≥85%"),
            ("  1、寿命提高", "寿命提高"),
            ("2.高效率", "高效率"),
            ("一、技术难题：", "技术难题："),
            ("①脱硫", "脱硫"),
            ("【存在问题】堵塞", "【存在问题】堵塞"),
            ("3.5吨炉", "3.5吨炉"),
            ("一种催化剂", "一种催化剂"),
            ("2 个月内", "2 个月内"),
        ] {
            let part = unnumbered(line);
            assert_eq!(part.text, text);
            assert_eq!(&line[part.start..part.start + text.len()], text);
        }
    }

    #[test]
    fn sentences_know_their_places() {
        let text = "效率低；能耗高。\n（2）易堵塞";
        let parts: Vec<&str> = sentences(text).iter().map(|part| part.text).collect();
        assert_eq!(parts, ["效率低", "能耗高", "易堵塞"]);
        assert!(sentences(text).iter().all(|part| text[part.start..].starts_with(part.text)));
    }

    #[test]
    fn a_long_quotation_is_cut() {
        assert_eq!(quoted("短句"), "“短句”");
        assert_eq!(quoted(&"长".repeat(QUOTED_CHARS_MAX)), format!("“{}”", "长".repeat(QUOTED_CHARS_MAX)));
        assert_eq!(quoted(&"长".repeat(QUOTED_CHARS_MAX + 1)), format!("“{}…”", "长".repeat(QUOTED_CHARS_MAX)));
    }
}
