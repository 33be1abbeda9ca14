//! Contact data inside a text: numbers and addresses that lead to a person.
//!
//! A need is read by everybody in the matching, by a third party as well; contacts are released at the talks only (3.3a).

use std::ops::Range;

use super::unit::plain;
use crate::identifiers::{Mobile, ResidentId};

/// What leads to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContactKind {
    /// 手机号.
    Mobile,
    /// 固定电话.
    Telephone,
    /// 居民身份证号.
    ResidentId,
    /// 电子邮箱.
    Email,
    /// 微信号、QQ 号.
    Messenger,
}

/// Contact data and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// What it is.
    pub kind: ContactKind,
    /// Bytes of the text.
    pub range: Range<usize>,
}

impl ContactKind {
    /// The word of messages.
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::Mobile => "手机号",
            Self::Telephone => "电话号码",
            Self::ResidentId => "身份证号",
            Self::Email => "电子邮箱",
            Self::Messenger => "微信或 QQ 号",
        }
    }
}

/// All contact data of a text, in order; resident ids with a right check digit, mobiles by their first digits.
pub fn contacts(text: &str) -> Vec<Contact> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(symbol) = text[at..].chars().next() {
        let contact = match plain(symbol) {
            '0'..='9' => number_at(text, at),
            '@' => email_around(text, at),
            '微' | 'q' | 'Q' => messenger_at(text, at),
            _ => None,
        };
        at = match contact {
            Some(contact) => {
                let end = contact.range.end.max(at + symbol.len_utf8());
                found.push(contact);
                end
            }
            None if plain(symbol).is_ascii_digit() => digits_end(text, at),
            None => at + symbol.len_utf8(),
        };
    }
    found
}

/// The end of a run of digits with single spaces or hyphens inside, as telephones are written.
fn digits_end(text: &str, start: usize) -> usize {
    let mut end = start;
    let mut rest = text[start..].char_indices().peekable();
    while let Some((at, symbol)) = rest.next() {
        let joins = matches!(symbol, '-' | ' ') && rest.peek().is_some_and(|(_, next)| plain(*next).is_ascii_digit());
        if plain(symbol).is_ascii_digit() {
            end = start + at + symbol.len_utf8();
        } else if !joins {
            break;
        }
    }
    end
}

fn number_at(text: &str, start: usize) -> Option<Contact> {
    let end = digits_end(text, start);
    let run = &text[start..end];
    let digits: String = run.chars().map(plain).filter(char::is_ascii_digit).collect();
    let with_check = match text[end..].chars().next().map(plain) {
        Some('x' | 'X') => format!("{digits}X"),
        _ => digits.clone(),
    };
    let hyphens = run.matches('-').count();
    let kind = if Mobile::parse(&digits).is_ok() {
        ContactKind::Mobile
    } else if ResidentId::parse(&with_check).is_ok() && hyphens == 0 {
        ContactKind::ResidentId
    } else if is_telephone(run) {
        ContactKind::Telephone
    } else {
        return None;
    };
    let check =
        text[end..].chars().next().filter(|_| with_check.len() > digits.len() && kind == ContactKind::ResidentId);
    Some(Contact { kind, range: start..end + check.map_or(0, char::len_utf8) })
}

/// `0451-12345678`: an area code that begins with 0, one hyphen, seven or eight digits.
fn is_telephone(run: &str) -> bool {
    let Some((area, number)) = run.split_once('-') else { return false };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    area.starts_with('0')
        && (3..=4).contains(&area.len())
        && digits(area)
        && (7..=8).contains(&number.len())
        && digits(number)
}

fn email_around(text: &str, at: usize) -> Option<Contact> {
    let part = |symbol: char| symbol.is_ascii_alphanumeric() || matches!(symbol, '.' | '_' | '-' | '+');
    let name = text[..at].chars().rev().take_while(|symbol| part(*symbol)).count();
    let sign = text[at..].chars().next()?.len_utf8();
    let host = text[at + sign..].chars().take_while(|symbol| part(*symbol)).count();
    let is_host = text[at + sign..at + sign + host].trim_end_matches('.').contains('.');
    (name > 0 && is_host).then(|| Contact { kind: ContactKind::Email, range: at - name..at + sign + host })
}

/// `微信：abc123`, `QQ 123456`.
fn messenger_at(text: &str, at: usize) -> Option<Contact> {
    const LENGTH_MIN: usize = 5;
    let name = ["微信号", "微信", "QQ号", "QQ", "qq"].into_iter().find(|name| text[at..].starts_with(name))?;
    let rest = text[at + name.len()..].trim_start_matches([':', '：', ' ']);
    let length =
        rest.chars().take_while(|symbol| symbol.is_ascii_alphanumeric() || matches!(symbol, '_' | '-')).count();
    let end = text.len() - rest.len() + length;
    (length >= LENGTH_MIN).then_some(Contact { kind: ContactKind::Messenger, range: at..end })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Vec<(ContactKind, &str)> {
        contacts(text).into_iter().map(|contact| (contact.kind, &text[contact.range])).collect()
    }

    #[test]
    fn every_kind_of_contact_is_found() {
        assert_eq!(read("联系人张工 138 0000 0000，"), [(ContactKind::Mobile, "138 0000 0000")]);
        assert_eq!(read("电话0451-12345678转8"), [(ContactKind::Telephone, "0451-12345678")]);
        assert_eq!(read("身份证11010519491231002X"), [(ContactKind::ResidentId, "11010519491231002X")]);
        assert_eq!(read("邮箱：li.gong@example.com。"), [(ContactKind::Email, "li.gong@example.com")]);
        assert_eq!(read("微信：zongshi88"), [(ContactKind::Messenger, "微信：zongshi88")]);
    }

    #[test]
    fn figures_patents_and_accounts_are_no_contacts() {
        for text in
            ["年产1380000吨", "专利201810046029.1", "2019-03-02", "QQ群", "微信小程序", "1.5@25℃", "138000000001"]
        {
            assert_eq!(read(text), [], "{text}");
        }
    }

    proptest! {
        #[test]
        fn ranges_lie_on_characters(text in "([0-9０-９]{1,4}|13800000000|[-@. Xx]|微信|QQ|[a-z]{1,3}|\\PC){0,12}") {
            for contact in contacts(&text) {
                prop_assert!(text.get(contact.range.clone()).is_some_and(|found| !found.is_empty()));
            }
        }
    }
}
