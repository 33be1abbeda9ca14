//! The canonical text of a list and its hash: what the party group decides on, what four departments sign, what the public
//! reads.
//!
//! A list is its lines in the order of the pairs' ids; a line holds ids beside names, so that two people of one name differ
//! and a corrected name is seen. Each line of each list is public in the end: it holds the permitted fields and no others.
//! Turned down: a hash of a printed page, which a changed style sheet would break.

use std::collections::BTreeMap;

use sm3::{Digest, Sm3};

use crate::seal::hex;

/// One name of a list, with what the public is told of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Id of the pair.
    pub pair: String,
    /// Id of the person.
    pub person: String,
    /// Name of the person.
    pub name: String,
    /// Registered name of the sending unit.
    pub unit: String,
    /// Level of the professional title, in Chinese.
    pub title: String,
    /// Credit code of the enterprise.
    pub enterprise_code: String,
    /// Name of the enterprise.
    pub enterprise: String,
    /// Id of the need.
    pub need: String,
    /// Title of the need.
    pub need_title: String,
}

impl Line {
    /// The line as it is hashed: nine fields with tabs between them, without any other white space but single blanks.
    pub fn text(&self) -> String {
        self.fields().map(|field| field.split_whitespace().collect::<Vec<_>>().join(" ")).join("\t")
    }

    /// Reads a line as it is hashed; a line of other than nine fields is none.
    pub fn parse(text: &str) -> Option<Self> {
        let fields: Vec<String> = text.split('\t').map(str::to_owned).collect();
        let [pair, person, name, unit, title, enterprise_code, enterprise, need, need_title] =
            <[String; 9]>::try_from(fields).ok()?;
        Some(Self { pair, person, name, unit, title, enterprise_code, enterprise, need, need_title })
    }

    /// Who is meant, in a sentence: `张三（示例大学）`.
    pub fn who(&self) -> String {
        format!("{}（{}）", self.name, self.unit)
    }

    /// What the public reads: the permitted fields, each with its heading.
    pub fn published(&self) -> [(&'static str, &str); 5] {
        [
            ("姓名", &self.name),
            ("派出单位", &self.unit),
            ("职称", &self.title),
            ("接收企业", &self.enterprise),
            ("技术需求", &self.need_title),
        ]
    }

    fn fields(&self) -> [&str; 9] {
        [
            &self.pair,
            &self.person,
            &self.name,
            &self.unit,
            &self.title,
            &self.enterprise_code,
            &self.enterprise,
            &self.need,
            &self.need_title,
        ]
    }
}

/// SM3 of the lines, each closed by a line feed, in 64 hexadecimal digits. The order given is the order hashed; lists are
/// kept by the ids of their pairs.
pub fn list_hash<'a>(lines: impl IntoIterator<Item = &'a String>) -> String {
    let mut hash = Sm3::new();
    for line in lines {
        hash.update(line);
        hash.update("\n");
    }
    hex(&hash.finalize())
}

/// How a list differs from another at one pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The line is gone.
    Removed(String),
    /// The line says something else: as it was, as it is.
    Changed(String, String),
    /// The line is new.
    Added(String),
}

impl Difference {
    /// The sentence that an official reads.
    pub fn in_chinese(&self) -> String {
        let line = |text: &str| Line::parse(text).unwrap_or_default();
        match self {
            Self::Removed(was) => format!("减少：{}", line(was).who()),
            Self::Added(now) => format!("增加：{}", line(now).who()),
            Self::Changed(was, now) => {
                let (was, now) = (line(was), line(now));
                let changed: Vec<String> = was
                    .published()
                    .iter()
                    .zip(now.published())
                    .filter(|(before, after)| before.1 != after.1)
                    .map(|(before, after)| format!("{}由“{}”变为“{}”", before.0, before.1, after.1))
                    .collect();
                let what = if changed.is_empty() { "编号不一致".to_owned() } else { changed.join("，") };
                format!("变动：{}，{what}", was.who())
            }
        }
    }
}

/// What differs between two lists, by the ids of their pairs.
pub fn differences(was: &[String], now: &[String]) -> Vec<Difference> {
    let by_pair = |lines: &[String]| -> BTreeMap<String, String> {
        lines.iter().map(|line| (line.split('\t').next().unwrap_or_default().to_owned(), line.clone())).collect()
    };
    let (before, mut after) = (by_pair(was), by_pair(now));
    let mut found = Vec::new();
    for (pair, line) in before {
        match after.remove(&pair) {
            None => found.push(Difference::Removed(line)),
            Some(other) if other != line => found.push(Difference::Changed(line, other)),
            Some(_) => {}
        }
    }
    found.extend(after.into_values().map(Difference::Added));
    found
}

#[cfg(test)]
mod tests {
    //! 1. A line reads back from its text, whatever white space its fields hold.
    //! 2. The hash is SM3 and depends on every field and on the order.
    //! 3. Differences name what is gone, what says something else, what is new.

    use super::*;

    fn line(pair: &str, name: &str) -> Line {
        let text = |text: &str| text.to_owned();
        Line {
            pair: text(pair),
            person: text("p1"),
            name: text(name),
            unit: text("示例大学（演示）"),
            title: text("正高级"),
            enterprise_code: text("91230199MA0000015K"),
            enterprise: text("示例企业（演示）"),
            need: text("n1"),
            need_title: text("石墨\t提纯\n工艺"),
        }
    }

    #[test]
    fn a_line_reads_back_from_its_text() {
        let read = Line::parse(&line("pair-000001", "张 三").text()).unwrap();
        assert_eq!((read.name.as_str(), read.need_title.as_str()), ("张 三", "石墨 提纯 工艺"));
        assert_eq!(read, Line { need_title: "石墨 提纯 工艺".to_owned(), ..line("pair-000001", "张 三") });
        assert_eq!(Line::parse("a\tb"), None);
    }

    #[test]
    fn the_hash_is_sm3_and_sees_every_change() {
        // The empty list hashes nothing; GB/T 32905 without a message.
        assert_eq!(list_hash([]), "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b");
        let (one, two) = (line("pair-000001", "张三").text(), line("pair-000002", "李四").text());
        let hash = list_hash([&one, &two]);
        assert_ne!(hash, list_hash([&two, &one]));
        assert_ne!(hash, list_hash([&one]));
        assert_ne!(hash, list_hash([&one, &line("pair-000002", "李五").text()]));
        assert_ne!(list_hash([&format!("{one}{two}")]), list_hash([&one, &two]));
    }

    #[test]
    fn differences_name_what_is_gone_changed_and_new() {
        let lines = |named: &[(&str, &str)]| -> Vec<String> {
            named.iter().map(|(pair, name)| line(pair, name).text()).collect()
        };
        let was = lines(&[("pair-000001", "张三"), ("pair-000002", "李四")]);
        let now = lines(&[("pair-000002", "李肆"), ("pair-000003", "王五")]);
        let sentences: Vec<String> = differences(&was, &now).iter().map(Difference::in_chinese).collect();
        insta::assert_snapshot!(sentences.join("\n"), @r"
        减少：张三（示例大学（演示））
        变动：李四（示例大学（演示）），姓名由“李四”变为“李肆”
        增加：王五（示例大学（演示））
        ");
        assert!(differences(&was, &was).is_empty());
    }
}
