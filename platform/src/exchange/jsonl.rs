//! JSON Lines to records: one object a line, UTF-8, each line judged on its own so that one bad line hides no other.

use std::borrow::Cow;
use std::fmt;

use programme::intake::{Entry, Found, FromRow, Place, Problem, Reader, Reading, Row, Strictness};
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};

use super::refused;

/// Bytes of a file: room for 50,000 people with ten works and abstracts each.
pub const FILE_BYTES_MAX: usize = 1 << 30;
/// Bytes of a line: room for a person with many works.
pub const LINE_BYTES_MAX: usize = 8 << 20;
/// Lists and objects inside one another; a person's work's keywords are the fourth.
pub const DEPTH_MAX: usize = 8;
/// Keys of one object.
pub const KEYS_MAX: usize = 200;

/// Reads a whole file.
pub fn read<T: FromRow>(bytes: &[u8], strictness: Strictness) -> Reading<T> {
    if bytes.len() > FILE_BYTES_MAX {
        let found = bytes.len() >> 20;
        return refused(
            "file.too_large",
            format!("文件有 {found} MB，最多 {} MB；请分成几个文件", FILE_BYTES_MAX >> 20),
        );
    }
    let text = match decode(bytes) {
        Ok(text) => text,
        Err(problem) => return refused(problem.0, problem.1),
    };
    if let Some(problem) = not_lines(text) {
        return refused(problem.0, problem.1);
    }
    let mut reader = Reader::new(strictness);
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        match parse_line(number, line) {
            Ok(row) => reader.take(row),
            Err(problem) => reader.add_problems(std::iter::once(problem).collect()),
        }
    }
    reader.finish()
}

type Refusal = (&'static str, String);

/// UTF-8 with or without a byte order mark; anything else is refused with the line and the way out.
fn decode(bytes: &[u8]) -> Result<&str, Refusal> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(("file.encoding", format!("文件是 UTF-16 编码；{SAVE_AS_UTF8}")));
    }
    let plain = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    std::str::from_utf8(plain).map_err(|error| {
        let (good, rest) = plain.split_at(error.valid_up_to());
        let number = good.split(|byte| *byte == b'\n').count();
        let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
        // Chinese that was read before this line shows that the file is UTF-8 with a fault, not GBK.
        let guess = if good.is_ascii() && looks_like_gbk(line) {
            "看起来是 GBK（ANSI）编码"
        } else {
            "编码已损坏"
        };
        ("file.encoding", format!("第 {number} 行不是 UTF-8，{guess}；{SAVE_AS_UTF8}"))
    })
}

const SAVE_AS_UTF8: &str = "请用记事本打开，“另存为”时编码选 UTF-8";

/// Whether every byte above ASCII begins or ends a pair of GBK.
fn looks_like_gbk(line: &[u8]) -> bool {
    let mut bytes = line.iter();
    while let Some(byte) = bytes.next() {
        let pair_ends_well = || bytes.clone().next().is_some_and(|second| matches!(second, 0x40..=0x7E | 0x80..=0xFE));
        match byte {
            0x00..=0x7F => {}
            0x81..=0xFE if pair_ends_well() => {
                bytes.next();
            }
            _ => return false,
        }
    }
    true
}

/// Why a text cannot be JSON Lines at all, from its first character.
fn not_lines(text: &str) -> Option<Refusal> {
    match text.trim_start().chars().next() {
        None => Some(("file.empty", "文件是空的，没有一条记录；请检查是否选错了文件".to_owned())),
        Some('{') => None,
        Some('[') => Some(("file.format", "文件是一个 JSON 数组；请改为每行一个对象（JSON Lines）".to_owned())),
        Some(_) => {
            let rule = "只接受 Excel 工作簿（.xlsx）和 JSON Lines（每行一个 JSON 对象）";
            Some((
                "file.format",
                format!("文件既不是 Excel 工作簿也不是 JSON Lines；{rule}；CSV 请先用 Excel 另存为 .xlsx"),
            ))
        }
    }
}

fn parse_line(number: usize, line: &str) -> Result<Row, Problem> {
    let place = Place::Line { number, path: String::new() };
    let problem = |code, message| Problem { place: place.clone(), column: String::new(), code, message };
    if line.len() > LINE_BYTES_MAX {
        let found = line.len() >> 20;
        return Err(problem("line.too_long", format!("这一行有 {found} MB，最多 {} MB；请删减", LINE_BYTES_MAX >> 20)));
    }
    let mut json = serde_json::Deserializer::from_str(line);
    let found = Value { depth: 0 }.deserialize(&mut json).and_then(|found| json.end().map(|()| found));
    match found {
        Ok(Some(Found::Object(entries))) => Ok(Row { place, entries }),
        Ok(_) => Err(problem("json.object", "这一行不是 JSON 对象；请写成 {\"id\":…} 的形式".to_owned())),
        Err(error) => Err(problem("json.syntax", in_chinese(&error))),
    }
}

fn in_chinese(error: &serde_json::Error) -> String {
    let column = error.column();
    match error.classify() {
        serde_json::error::Category::Eof => "这一行没有写完：缺少引号或括号".to_owned(),
        serde_json::error::Category::Data => {
            // Written below, in Chinese; serde_json appends its own line, which is always 1 here.
            error.to_string().split(" at line ").next().unwrap_or_default().to_owned()
        }
        _ => format!("第 {column} 个字节处不是合法的 JSON；请检查引号、逗号和括号"),
    }
}

/// One JSON value; `null` and blank text are absent.
struct Value {
    depth: usize,
}

impl Value {
    fn inner<E: serde::de::Error>(&self) -> Result<Self, E> {
        if self.depth == DEPTH_MAX {
            return Err(E::custom(format!("嵌套超过 {DEPTH_MAX} 层；请照文件格式说明填写")));
        }
        Ok(Self { depth: self.depth + 1 })
    }
}

impl<'de> DeserializeSeed<'de> for Value {
    type Value = Option<Found>;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value {
    type Value = Option<Found>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Self::Value, E> {
        Ok(Some(Found::Boolean(truth)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(Found::Number(number as f64)))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(Found::Number(number as f64)))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Some(Found::Number(number)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok((!text.trim().is_empty()).then(|| Found::Text(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.inner()?)? {
            list.extend(item);
        }
        Ok(Some(Found::List(list)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut keys: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(name) = keys.next_key::<Cow<'de, str>>()? {
            if entries.len() == KEYS_MAX {
                return Err(A::Error::custom(format!("一个对象有超过 {KEYS_MAX} 个键；请照文件格式说明填写")));
            }
            if let Some(found) = keys.next_value_seed(self.inner()?)? {
                entries.push(Entry { name: Cow::Owned(name.into_owned()), column: None, found });
            }
        }
        Ok(Some(Found::Object(entries)))
    }
}

#[cfg(test)]
mod tests {
    use programme::intake::Strictness::{Lenient, Strict};
    use programme::record::{Need, Person};

    use super::*;

    fn messages(bytes: &[u8]) -> Vec<String> {
        let reading = read::<Need>(bytes, Strict);
        reading.problems.listed().iter().map(|one| format!("{} [{}] {}", one.place, one.code, one.message)).collect()
    }

    #[test]
    fn a_file_with_a_byte_order_mark_blank_lines_and_windows_line_ends_is_read() {
        let reading = read::<Need>(
            "\u{FEFF}{\"id\":\"N1\",\"title\":\"题\"}\r\n\r\n{\"id\":\"N2\",\"title\":\"题\"}\r\n".as_bytes(),
            Strict,
        );
        assert_eq!(reading.problems.listed(), []);
        assert_eq!(reading.records.len(), 2);
        assert_eq!(reading.places[1].to_string(), "第 3 行");
    }

    #[test]
    fn an_empty_file_is_refused_and_not_read_as_nothing() {
        for bytes in ["", " \n\n", "\u{FEFF}"] {
            assert_eq!(
                messages(bytes.as_bytes()),
                ["整个文件 [file.empty] 文件是空的，没有一条记录；请检查是否选错了文件"]
            );
        }
    }

    #[test]
    fn gbk_is_refused_with_its_line_and_the_way_out() {
        let mut bytes = b"{\"id\":\"N1\",\"title\":\"CBN\"}\n{\"id\":\"N2\",\"title\":\"".to_vec();
        bytes.extend([0xD6, 0xE1, 0xB3, 0xD0]); // 轴承 in GBK
        bytes.extend(b"\"}\n");
        let found = messages(&bytes);
        assert_eq!(
            found,
            [
                "整个文件 [file.encoding] 第 2 行不是 UTF-8，看起来是 GBK（ANSI）编码；请用记事本打开，“另存为”时编码选 UTF-8"
            ]
        );
    }

    #[test]
    fn broken_utf8_and_utf16_are_refused() {
        let cut = [b"{\"id\":\"N1\",\"title\":\"", "题".as_bytes(), b"\xE9\xA2\"}"].concat();
        assert!(messages(&cut)[0].contains("编码已损坏"));
        assert!(messages(b"\xFF\xFE{\x00")[0].contains("UTF-16"));
    }

    #[test]
    fn a_bad_line_hides_no_other() {
        let found = messages(b"{\"id\":\"N1\"\nnull\n{\"id\":\"N2\",}\n{\"title\":\"x\"}\n");
        assert_eq!(
            found,
            [
                "第 1 行 [json.syntax] 这一行没有写完：缺少引号或括号",
                "第 2 行 [json.object] 这一行不是 JSON 对象；请写成 {\"id\":…} 的形式",
                "第 3 行 [json.syntax] 第 12 个字节处不是合法的 JSON；请检查引号、逗号和括号",
                "第 4 行 [required] “需求编号”没有填；必须填写",
            ]
        );
    }

    #[test]
    fn what_is_no_json_lines_at_all_is_refused_with_what_would_be_right() {
        assert!(messages(b"[{\"id\":\"N1\"}]")[0].contains("每行一个对象"));
        assert!(messages("需求编号,需求题目\n".as_bytes())[0].contains("CSV 请先用 Excel 另存为 .xlsx"));
    }

    #[test]
    fn nesting_at_the_bound_is_read_and_deeper_is_refused() {
        let nested = |depth: usize| {
            format!("{{\"id\":\"N1\",\"title\":\"题\",\"x\":{}{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1))
        };
        for (depth, refused) in [(DEPTH_MAX - 1, false), (DEPTH_MAX, false), (DEPTH_MAX + 1, true), (100_000, true)] {
            let reading = read::<Need>(nested(depth).as_bytes(), Lenient);
            assert_eq!(!reading.problems.is_empty(), refused, "{depth}: {:?}", reading.problems);
        }
    }

    #[test]
    fn an_object_with_more_keys_than_the_bound_is_refused() {
        for (keys, refused) in [(KEYS_MAX - 1, false), (KEYS_MAX, false), (KEYS_MAX + 1, true)] {
            let more: Vec<_> = (2..keys).map(|at| format!("\"k{at}\":1")).collect();
            let line = format!("{{\"id\":\"N1\",\"title\":\"题\",{}}}", more.join(","));
            assert_eq!(!read::<Need>(line.as_bytes(), Lenient).problems.is_empty(), refused, "{keys}");
        }
    }

    #[test]
    fn a_line_longer_than_the_bound_is_refused_with_the_bound() {
        let line = |bytes: usize| format!("{{\"id\":\"N1\",\"title\":\"题\"{}}}", " ".repeat(bytes - 25));
        for (bytes, refused) in [(LINE_BYTES_MAX - 1, false), (LINE_BYTES_MAX, false), (LINE_BYTES_MAX + 1, true)] {
            let text = line(bytes);
            assert_eq!(text.len(), bytes);
            assert_eq!(!messages(text.as_bytes()).is_empty(), refused, "{bytes}");
        }
    }

    #[test]
    fn a_file_larger_than_the_bound_is_refused_with_the_bound() {
        for (bytes, refused) in [(FILE_BYTES_MAX - 1, false), (FILE_BYTES_MAX, false), (FILE_BYTES_MAX + 1, true)] {
            let codes: Vec<_> =
                read::<Need>(&vec![0; bytes], Strict).problems.listed().iter().map(|one| one.code).collect();
            assert_eq!(codes, [if refused { "file.too_large" } else { "file.format" }], "{bytes}");
        }
    }

    #[test]
    fn a_need_of_one_megabyte_is_refused_with_the_bound() {
        let line = format!("{{\"id\":\"N1\",\"title\":\"题\",\"content\":\"{}\"}}", "a".repeat(1 << 20));
        assert_eq!(
            messages(line.as_bytes()),
            ["第 1 行 content [text.too_long] “需求内容”有 1048576 字，最多 20000 字；请删减"]
        );
    }

    #[test]
    fn people_without_works_are_kept() {
        let reading =
            read::<Person>(b"{\"id\":\"P1\"}\n{\"id\":\"P2\",\"works\":[]}\n{\"id\":\"P3\",\"works\":null}", Strict);
        assert_eq!(reading.records.len(), 3);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
            read::<Need>(&bytes, Strict);
            read::<Person>(&bytes, Lenient);
        }

        #[test]
        fn no_slip_in_a_good_line_makes_the_reader_panic(at in 0_usize..200, byte: u8) {
            let mut bytes = br#"{"id":"P1","birth":"1985-03-02","works":[{"id":"W1","title":"t","keywords":["a","b"],"year":2023}],"team":null}"#.to_vec();
            let at = at % bytes.len();
            bytes[at] = byte;
            read::<Person>(&bytes, Strict);
        }
    }
}
