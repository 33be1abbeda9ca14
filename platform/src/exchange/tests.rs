//! Properties of files that go in and out: what is exported can be imported without loss, in both formats and for every
//! kind; what users of other systems complain of does not happen here; a file given back says what is wrong where.

use paperwork::Cell;
use programme::intake::Strictness::{Lenient, Strict};
use programme::intake::{Kind, ToRow};
use programme::record::{
    CalendarDay, DayKind, DayState, Degree, Enterprise, Misconduct, Qualification, QualificationKind, Shareholder,
    TeamRole, Unit, UnitKind, Work, WorkKind,
};
use proptest::prelude::*;
use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};

use super::*;

/// Problems of a file as lines.
fn problems<T: FromFile>(bytes: &[u8]) -> Vec<String> {
    let reading = read_records::<T>(bytes, Strict);
    reading.problems.listed().iter().map(|one| format!("{} [{}] {}", one.place, one.code, one.message)).collect()
}

/// A workbook with one sheet.
fn workbook(name: &str, fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    fill(workbook.add_worksheet().set_name(name).unwrap());
    workbook.save_to_buffer().unwrap()
}

fn row(sheet: &mut Worksheet, at: u32, texts: &[&str]) {
    for (column, text) in (0..).zip(texts) {
        sheet.write_string(at, column, *text).unwrap();
    }
}

fn goes_round<T: FromFile + ToRow + PartialEq + std::fmt::Debug>(records: &[T]) {
    let lines = to_jsonl(records);
    let workbook = to_workbook(T::KIND, records).unwrap();
    for bytes in [lines.into_bytes(), workbook] {
        let reading = read_records::<T>(&bytes, Strict);
        assert_eq!(reading.problems.listed(), []);
        assert_eq!(reading.notes, []);
        assert_eq!(reading.records, records);
    }
}

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

fn enterprise() -> Enterprise {
    Enterprise {
        name: Some("示例轴承有限公司".to_owned()),
        credit_code: Some("91230199MA0000015K".to_owned()),
        region: Some("230103".to_owned()),
        main_business: Some("=轴承".to_owned()),
        qualifications: vec![
            Qualification { kind: QualificationKind::LittleGiant, number: None, valid_until: Some(day("2027-01-05")) },
            Qualification { kind: QualificationKind::HighTech, number: Some("GR2023".to_owned()), valid_until: None },
        ],
        platforms: vec!["省重点实验室".to_owned(), "中试熟化平台".to_owned()],
        ..Enterprise::default()
    }
}

#[test]
fn every_kind_goes_round_in_both_formats() {
    goes_round(&[enterprise()]);
    goes_round(&[Enterprise {
        supervised: Some(true),
        parent: Some("91230000MA0000013T".to_owned()),
        central: Some(false),
        ..enterprise()
    }]);
    goes_round(&[Unit {
        credit_code: "12230000414000019P".to_owned(),
        name: "示例大学".to_owned(),
        kind: Some(UnitKind::University),
        affiliation: Some(programme::record::Affiliation::Ministry),
        region: Some("230100".to_owned()),
        disciplines: vec!["机械工程".to_owned()],
    }]);
    goes_round(&[Shareholder {
        enterprise: "91230199MA0000015K".to_owned(),
        holder: "某人".to_owned(),
        holder_id: Some("P1".to_owned()),
        share_basis_points: 3_333,
        founder: true,
    }]);
    goes_round(&[Misconduct {
        subject: "P1".to_owned(),
        name: "某人".to_owned(),
        from: day("2024-02-29"),
        until: None,
        basis: "某号文件".to_owned(),
    }]);
    goes_round(&[CalendarDay {
        date: day("2026-02-17"),
        day: DayKind::Off,
        holiday: "春节".to_owned(),
        state: DayState::Announced,
    }]);
    let work = Work { id: "W1".to_owned(), title: "-1".to_owned(), ..Work::default() };
    goes_round(&[OwnedWork { person: "P1".to_owned(), work }]);
}

/// Text as records hold it: no blanks around it, nothing that a workbook cannot carry.
fn text(chars: usize) -> impl Strategy<Value = String> {
    let any = format!("[ -~一-龥；=+@_x\n“”①℃𠮷]{{1,{chars}}}");
    proptest::string::string_regex(&any)
        .unwrap()
        .prop_map(|text| text.trim().to_owned())
        .prop_filter("blank", |text| !text.is_empty())
}

fn item() -> impl Strategy<Value = String> {
    text(10)
        .prop_map(|text| text.replace(['；', ';'], "").trim().to_owned())
        .prop_filter("blank", |text| !text.is_empty())
}

fn need() -> impl Strategy<Value = Need> {
    let optional = proptest::option::of(Just(enterprise()));
    (text(30), text(80), proptest::collection::vec(item(), 0..4), 1_u32..20, optional).prop_map(
        |(title, content, keywords, posts, enterprise)| Need {
            id: "N1".to_owned(),
            title,
            content,
            keywords,
            industry: Some("C35".to_owned()),
            enterprise,
            posts,
        },
    )
}

fn person() -> impl Strategy<Value = Person> {
    let work = (text(20), text(40), proptest::collection::vec(item(), 0..3), proptest::option::of(1990..2030));
    let birth =
        proptest::option::of((0_u32..40_000).prop_map(|days| day("1900-01-01") + chrono::Days::new(u64::from(days))));
    (text(10), birth, proptest::collection::vec(work, 0..4)).prop_map(|(name, birth, works)| Person {
        id: "440524188001010014".to_owned(),
        name: Some(name),
        unit_kind: Some(UnitKind::Institute),
        degree: Some(Degree::None),
        team_role: Some(TeamRole::Lead),
        birth,
        works: (1..)
            .zip(works)
            .map(|(number, (title, summary, keywords, year))| Work {
                id: format!("W{number}"),
                kind: Some(WorkKind::Patent),
                title,
                summary,
                keywords,
                year,
            })
            .collect(),
        ..Person::default()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_need_goes_round(need in need()) {
        goes_round(&[need]);
    }

    #[test]
    fn any_person_goes_round(person in person()) {
        goes_round(&[person]);
    }
}

#[test]
fn ids_of_eighteen_digits_do_not_become_4_4e17() {
    let typed = workbook("人员表", |sheet| {
        row(sheet, 0, &["人员编号", "姓名"]);
        sheet.write_number(1, 0, 440_524_188_001_010_014.0).unwrap();
        sheet.write_string(1, 1, "某人").unwrap();
    });
    let refused = "人员表!A2 [id.number] “人员编号”是数字格式（4.4052418800101E17）：Excel 会丢失末几位，本系统不作修补；请把整列设为“文本”格式后重新填写";
    assert_eq!(problems::<Person>(&typed), [refused]);

    let person = Person { id: "440524188001010014".to_owned(), ..Person::default() };
    let sheets = paperwork::read(&to_workbook(Kind::People, &[person]).unwrap()).unwrap();
    assert_eq!(sheets[0].rows[1].cells[0].1, Cell::Text("440524188001010014".to_owned()));
}

#[test]
fn an_import_never_silently_reads_nothing() {
    let nothing = "需求表!第 1 行 [sheet.empty] 工作表“需求表”";
    let headings = workbook("需求表", |sheet| row(sheet, 0, &["需求编号", "需求题目"]));
    assert!(problems::<Need>(&headings)[0].starts_with(nothing), "{:?}", problems::<Need>(&headings));
    let empty = workbook("需求表", |_| {});
    assert!(problems::<Need>(&empty)[0].starts_with(nothing));
    let shifted = workbook("需求表", |sheet| {
        row(sheet, 0, &["编码", "名称"]);
        row(sheet, 1, &["N1", "轴承"]);
    });
    assert!(problems::<Need>(&shifted).iter().any(|problem| problem.contains("表头缺少必填的“需求编号”")));
}

#[test]
fn a_workbook_without_the_sheet_says_which_sheets_it_has() {
    let mut workbook = Workbook::new();
    for name in ["甲", "乙"] {
        row(workbook.add_worksheet().set_name(name).unwrap(), 0, &["需求编号", "需求题目"]);
    }
    let expected = "整个文件 [sheet.missing] 没有名为“需求表”的工作表，现有：甲、乙；请把要导入的工作表改成这个名字";
    assert_eq!(problems::<Need>(&workbook.save_to_buffer().unwrap()), [expected]);
}

#[test]
fn headings_below_a_title_are_found() {
    let bytes = workbook("需求表", |sheet| {
        row(sheet, 0, &["附件 1 企业技术需求汇总表"]);
        row(sheet, 2, &["需求编号*", "需求题目*", "关键词"]);
        row(sheet, 3, &["N1", "轴承", "润滑；疲劳"]);
    });
    let reading = read_records::<Need>(&bytes, Strict);
    assert_eq!(reading.problems.listed(), []);
    assert_eq!(reading.records[0].keywords, ["润滑", "疲劳"]);
}

#[test]
fn headings_are_looked_for_in_the_first_rows_alone() {
    let last = u32::try_from(sheets::HEADING_ROWS_MAX).unwrap();
    for (heading_row, found) in [(last - 2, true), (last - 1, true), (last, false)] {
        let bytes = workbook("需求表", |sheet| {
            (0..heading_row).for_each(|at| row(sheet, at, &["说明"]));
            row(sheet, heading_row, &["需求编号", "需求题目"]);
            row(sheet, heading_row + 1, &["N1", "轴承"]);
        });
        assert_eq!(problems::<Need>(&bytes).is_empty(), found, "{heading_row}");
    }
}

#[test]
fn every_problem_of_a_workbook_is_told_at_once() {
    let bytes = workbook("需求表", |sheet| {
        row(sheet, 0, &["需求编号", "需求题目", "关健词", "行业代码"]);
        row(sheet, 1, &["N1", "轴承", "润滑", "X99", "多余"]);
        row(sheet, 2, &["N1", "阀门"]);
        sheet.write_formula(3, 0, Formula::new("=A2")).unwrap();
        sheet.merge_range(4, 0, 5, 0, "N5", &Format::new()).unwrap();
    });
    assert_eq!(
        problems::<Need>(&bytes),
        [
            "需求表!C1 [column.unknown] 需求表没有“关健词”这一列；是不是“关键词”",
            "需求表!A5 [sheet.merged] 从这里到需求表!A6是合并单元格，只有第一格有值；请取消合并，逐格填写",
            "需求表!E2 [column.unheaded] 这里有内容（多余），但这一列没有表头；请补上表头或清除",
            "需求表!D2 [industry.unknown] “行业代码”是“X99”，不是国民经济行业代码（GB/T 4754—2017）；请填带门类字母的代码，如 C35",
            "需求表!A3 [duplicate.id] “需求编号”N1 与需求表!A2重复；同一需求编号只能出现一次",
            "需求表!A4 [formula] “需求编号”是公式（=A2）；只接受填写的值，请复制后选择性粘贴为“数值”",
            "需求表!第 4 行 [required] “需求题目”没有填；这一列必须填写",
            "需求表!第 5 行 [required] “需求题目”没有填；这一列必须填写",
        ]
    );
}

#[test]
fn a_hidden_sheet_is_refused_and_an_unread_one_is_noted() {
    let mut hidden = Workbook::new();
    hidden.add_worksheet();
    let sheet = hidden.add_worksheet().set_name("需求表").unwrap().set_hidden(true);
    row(sheet, 0, &["需求编号", "需求题目"]);
    row(sheet, 1, &["N1", "轴承"]);
    let found = problems::<Need>(&hidden.save_to_buffer().unwrap());
    assert_eq!(found, ["需求表!第 1 行 [sheet.hidden] 工作表“需求表”是隐藏的；请取消隐藏，核对后再导入"]);

    let mut two = Workbook::new();
    for name in ["需求表", "去年"] {
        let sheet = two.add_worksheet().set_name(name).unwrap();
        row(sheet, 0, &["需求编号", "需求题目"]);
        row(sheet, 1, &["N1", "轴承"]);
    }
    let reading = read_records::<Need>(&two.save_to_buffer().unwrap(), Strict);
    assert_eq!(reading.notes[0].message, "工作表“去年”没有读取");
}

#[test]
fn works_of_a_workbook_go_to_their_people() {
    let mut two = Workbook::new();
    let people = two.add_worksheet().set_name("人员表").unwrap();
    row(people, 0, &["人员编号"]);
    row(people, 1, &["P1"]);
    let works = two.add_worksheet().set_name("成果表").unwrap();
    row(works, 0, &["人员编号", "成果名称"]);
    row(works, 1, &["P1", "一种轴承"]);
    row(works, 2, &["P2", "一种阀门"]);
    let reading = read_records::<Person>(&two.save_to_buffer().unwrap(), Strict);
    assert_eq!(reading.records[0].works[0].title, "一种轴承");
    let found: Vec<_> = reading.problems.listed().iter().map(|one| one.place.to_string()).collect();
    assert_eq!(found, ["成果表!第 3 行"]);
}

#[test]
fn a_file_given_back_is_marked_and_can_come_again_when_mended() {
    let bytes = workbook("需求表", |sheet| {
        row(sheet, 0, &["需求编号", "需求题目", "需要人数"]);
        row(sheet, 1, &["N1", "轴承", "很多"]);
    });
    let reading = read_records::<Need>(&bytes, Strict);
    let marked = give_back(&bytes, &reading.problems).unwrap();
    let sheets = paperwork::read(&marked).unwrap();
    assert_eq!(sheets.iter().map(|sheet| sheet.name.as_str()).collect::<Vec<_>>(), ["问题清单", "需求表"]);
    let told = Cell::Text("“需要人数”是“很多”；请填 1 到 20 的整数".to_owned());
    assert_eq!(sheets[1].rows[1].cells.last(), Some(&(3, told)));
    assert_eq!(problems::<Need>(&marked).len(), 1, "the column of problems is passed over");
}

#[test]
fn a_file_that_is_no_workbook_is_given_back_as_a_list() {
    let bytes = b"{\"id\":\"N1\"}";
    let reading = read_records::<Need>(bytes, Strict);
    let sheets = paperwork::read(&give_back(bytes, &reading.problems).unwrap()).unwrap();
    assert_eq!(sheets[0].rows[1].cells[0].1, Cell::Text("第 1 行".to_owned()));
}

#[test]
fn a_template_has_every_column_and_is_refused_only_for_being_empty() {
    fn check<T: FromFile>() {
        let bytes = template(T::KIND).unwrap();
        let reading = read_records::<T>(&bytes, Strict);
        let codes: Vec<_> = reading.problems.listed().iter().map(|one| one.code).collect();
        assert_eq!(codes, ["sheet.empty"], "{:?}", T::KIND);
    }
    check::<Need>();
    check::<Person>();
    check::<OwnedWork>();
    check::<Unit>();
    check::<Enterprise>();
    check::<Shareholder>();
    check::<Misconduct>();
    check::<CalendarDay>();
}

#[test]
fn text_that_looks_like_a_formula_is_exported_as_text() {
    let need = Need { id: "N1".to_owned(), title: "=cmd|' /C calc'!A0".to_owned(), posts: 1, ..Need::default() };
    let sheets = paperwork::read(&to_workbook(Kind::Needs, &[need]).unwrap()).unwrap();
    assert_eq!(sheets[0].rows[1].cells[1].1, Cell::Text("=cmd|' /C calc'!A0".to_owned()));
}

/// The real data beside the checkout, which is no part of it.
#[expect(clippy::disallowed_methods, reason = "tests find the data by the environment")]
fn shared_data() -> Option<std::path::PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared");
    let data = Path::new(&std::env::var("ZONGSHI_SHARED").unwrap_or_else(|_| beside.to_owned())).join("data");
    if data.is_dir() {
        return Some(data);
    }
    eprintln!("\n*** NOT TESTED: {} is absent; set ZONGSHI_SHARED ***\n", data.display());
    None
}

#[test]
fn the_development_sets_are_read_whole() {
    let Some(shared) = shared_data() else { return };
    for (set, needs, people, works) in [("bdci-dev", 141, 6_697, 6_697), ("people-dev", 249, 5_232, 9_493)] {
        let needs_read = load_needs(&shared.join(set).join("needs.jsonl"), Lenient).unwrap();
        assert_eq!((needs_read.records.len(), needs_read.problems.count()), (needs, 0));
        let people_read = load_people(&shared.join(set).join("people.jsonl"), Lenient).unwrap();
        let works_read: usize = people_read.records.iter().map(|person| person.works.len()).sum();
        assert_eq!((people_read.records.len(), works_read, people_read.problems.count()), (people, works, 0));
    }
}
