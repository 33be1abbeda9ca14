//! Properties of the readers: every problem at once; each with its place, what was found and what would be right; nothing
//! repaired; bounds named; a lenient reading passes over only what is optional.

use super::*;
use crate::record::{
    Degree, Enterprise, Misconduct, Need, OwnedWork, Person, Qualification, QualificationKind, Shareholder, Unit,
};

fn text(text: &str) -> Found {
    Found::Text(text.to_owned())
}

fn sheet_row(cells: &[(&'static str, Found)]) -> Row {
    let entries = (0..).zip(cells).map(|(column, (name, found))| Entry {
        name: Cow::Borrowed(name),
        column: Some(column),
        found: found.clone(),
    });
    let place = Place::Cell { sheet: "需求表".into(), row: 7, column: None };
    Row { place, entries: entries.collect() }
}

fn line(cells: &[(&'static str, Found)]) -> Row {
    let entries = sheet_row(cells).entries.into_iter().map(|entry| Entry { column: None, ..entry });
    Row { place: Place::Line { number: 7, path: String::new() }, entries: entries.collect() }
}

fn object(cells: &[(&'static str, Found)]) -> Found {
    Found::Object(line(cells).entries)
}

fn read_one<T: FromRow>(row: Row, strictness: Strictness) -> Reading<T> {
    read(vec![row], strictness)
}

/// Place, code and message of each problem of one row.
fn problems_of<T: FromRow>(row: Row) -> Vec<String> {
    let reading = read_one::<T>(row, Strictness::Strict);
    reading.problems.listed().iter().map(|one| format!("{} [{}] {}", one.place, one.code, one.message)).collect()
}

fn need(more: &[(&'static str, Found)]) -> Row {
    sheet_row(&[&[("id", text("N1")), ("title", text("大型风电轴承的寿命"))], more].concat())
}

#[test]
fn a_need_with_all_columns_is_read() {
    let reading = read_one::<Need>(
        need(&[
            ("keywords", text("轴承；疲劳; 润滑")),
            ("industry", text("C35")),
            ("posts", Found::Number(2.0)),
            ("enterprise.name", text("示例企业")),
            ("enterprise.credit_code", text("91230199MA0000015K")),
            ("enterprise.region", text("哈尔滨市南岗区")),
            ("enterprise.qualifications", text("高新技术企业；专精特新中小企业")),
            ("enterprise.qualifications.number", text("GR202323000123；")),
            ("enterprise.qualifications.valid_until", text("2026-10-16；2027/1/5")),
        ]),
        Strictness::Strict,
    );
    assert_eq!(reading.problems.listed(), []);
    let need = &reading.records[0];
    assert_eq!(need.keywords, ["轴承", "疲劳", "润滑"]);
    assert_eq!(need.posts, 2);
    let enterprise = need.enterprise.as_ref().unwrap();
    assert_eq!(enterprise.region.as_deref(), Some("230103"));
    assert_eq!(
        enterprise.qualifications,
        [
            Qualification {
                kind: QualificationKind::HighTech,
                number: Some("GR202323000123".to_owned()),
                valid_until: NaiveDate::from_ymd_opt(2026, 10, 16)
            },
            Qualification {
                kind: QualificationKind::SpecialisedSme,
                number: None,
                valid_until: NaiveDate::from_ymd_opt(2027, 1, 5)
            },
        ]
    );
}

#[test]
fn a_need_without_an_enterprise_has_none_and_asks_for_one_person() {
    let reading = read_one::<Need>(need(&[]), Strictness::Strict);
    assert_eq!(reading.records[0].enterprise, None);
    assert_eq!(reading.records[0].posts, 1);
}

#[test]
fn every_problem_of_a_row_is_told_at_once_with_its_cell() {
    let row = sheet_row(&[
        ("id", Found::Number(440_524_188_001_010_014.0)),
        ("industry", text("专用设备制造业")),
        ("posts", text("很多")),
        ("enterprise.credit_code", text("91230199MA0000015X")),
        ("enterprise.region", text("长春市")),
    ]);
    let mut problems = problems_of::<Need>(row);
    problems.sort();
    let expected = [
        "需求表!A7 [id.number] “需求编号”是数字格式（4.4052418800101E17）：Excel 会丢失末几位，本系统不作修补；请把整列设为“文本”格式后重新填写",
        "需求表!B7 [industry.unknown] “行业代码”是“专用设备制造业”，要填带门类字母的代码；是不是 C35（专用设备制造业）",
        "需求表!C7 [count.range] “需要人数”是“很多”；请填 1 到 20 的整数",
        "需求表!D7 [credit_code.check_digit] “统一社会信用代码”是“91230199MA0000015X”，第 18 位校验码为 X，按前 17 位应为 K，请逐位核对证件",
        "需求表!E7 [region.unknown] “所在地区”是“长春市”，不是黑龙江省的市（地）、县（市、区）；请填名称或六位行政区划代码，如 哈尔滨市、230103",
        "需求表!第 7 行 [required] “需求题目”没有填；这一列必须填写",
    ];
    assert_eq!(problems, expected);
}

#[test]
fn a_number_in_an_id_column_is_refused_even_when_no_digit_can_be_lost() {
    assert!(
        problems_of::<Need>(sheet_row(&[("id", Found::Number(17.0)), ("title", text("题"))]))[0].contains("id.number")
    );
    let unquoted = problems_of::<Need>(line(&[("id", Found::Number(17.0)), ("title", text("题"))]));
    assert_eq!(unquoted, ["第 7 行 id [id.number] “需求编号”写成了数字 17；请加引号写成文本"]);
}

#[test]
fn a_formula_is_refused_in_every_column() {
    for name in ["id", "title", "keywords", "posts", "industry", "enterprise.region", "enterprise.credit_code"] {
        let row = sheet_row(&[(name, Found::Formula("cmd|' /C calc'!A0".to_owned()))]);
        let problems = problems_of::<Need>(row);
        assert!(problems.iter().any(|problem| problem.contains("[formula]")), "{name}: {problems:?}");
    }
}

#[test]
fn text_that_looks_like_a_formula_is_text() {
    let reading = read_one::<Need>(need(&[("content", text("=SUM(A1:A3) 的含义"))]), Strictness::Strict);
    assert_eq!(reading.records[0].content, "=SUM(A1:A3) 的含义");
}

#[test]
fn texts_at_their_bound_are_taken_and_one_character_more_is_refused_with_the_bound() {
    let base = [("id", text("W1")), ("person", text("P1"))];
    for (name, max) in [("title", columns::LINE_CHARS_MAX), ("abstract", columns::TEXT_CHARS_MAX)] {
        let row = |chars: usize| line(&[&base[..], &[(name, text(&"词".repeat(chars)))]].concat());
        assert_eq!(problems_of::<OwnedWork>(row(max - 1)), [] as [String; 0]);
        assert_eq!(problems_of::<OwnedWork>(row(max)), [] as [String; 0]);
        let refused = problems_of::<OwnedWork>(row(max + 1));
        assert!(refused[0].contains(&format!("有 {} 字，最多 {max} 字", max + 1)), "{refused:?}");
    }
}

#[test]
fn ids_at_their_bound_are_taken_and_longer_ones_are_refused() {
    for (chars, taken) in
        [(columns::ID_CHARS_MAX - 1, true), (columns::ID_CHARS_MAX, true), (columns::ID_CHARS_MAX + 1, false)]
    {
        let problems = problems_of::<Person>(line(&[("id", text(&"P".repeat(chars)))]));
        assert_eq!(problems.is_empty(), taken, "{chars}");
    }
}

#[test]
fn lists_at_their_bound_are_taken_and_longer_ones_are_refused() {
    for (items, taken) in [(columns::ITEMS_MAX - 1, true), (columns::ITEMS_MAX, true), (columns::ITEMS_MAX + 1, false)]
    {
        let words = vec!["词"; items].join("；");
        assert_eq!(problems_of::<Need>(need(&[("keywords", text(&words))])).is_empty(), taken, "{items}");
    }
}

#[test]
fn posts_and_years_at_their_bounds_are_taken_and_beyond_them_refused() {
    for (posts, taken) in [(0, false), (1, true), (columns::POSTS_MAX, true), (columns::POSTS_MAX + 1, false)] {
        assert_eq!(
            problems_of::<Need>(need(&[("posts", Found::Number(f64::from(posts)))])).is_empty(),
            taken,
            "{posts}"
        );
    }
    let (first, last) = (columns::YEAR_MIN, columns::YEAR_MAX);
    for (year, taken) in [(first - 1, false), (first, true), (last, true), (last + 1, false)] {
        let row = line(&[("person", text("P1")), ("id", text("W1")), ("year", Found::Number(f64::from(year)))]);
        assert_eq!(problems_of::<OwnedWork>(row).is_empty(), taken, "{year}");
    }
}

#[test]
fn control_characters_are_refused_and_line_ends_are_kept() {
    let problems = problems_of::<Need>(need(&[("content", text("一\u{0}二"))]));
    assert_eq!(problems, ["需求表!C7 [text.control] “需求内容”含有看不见的控制字符（U+0000）；请删去后重新填写"]);
    let reading = read_one::<Need>(need(&[("content", text(" 一\r\n二\r三\n"))]), Strictness::Strict);
    assert_eq!(reading.records[0].content, "一\n二\n三");
}

#[test]
fn dates_are_read_as_people_write_them_and_impossible_ones_are_refused() {
    for written in ["1985-03-02", "1985/3/2", "1985.3.2", "1985年3月2日"] {
        let reading = read_one::<Person>(line(&[("id", text("P1")), ("birth", text(written))]), Strictness::Strict);
        assert_eq!(reading.records[0].birth, NaiveDate::from_ymd_opt(1985, 3, 2), "{written}");
    }
    let row = |found| sheet_row(&[("id", text("P1")), ("birth", found)]);
    assert_eq!(
        problems_of::<Person>(row(text("1985-02-29"))),
        ["需求表!B7 [date.impossible] “出生日期”是“1985-02-29”，没有这一天；请核对年月日"]
    );
    assert_eq!(
        problems_of::<Person>(row(Found::Number(31_108.0))),
        [
            "需求表!B7 [date.number] “出生日期”是数字 31108，看不出是哪一天；请把单元格设为日期格式，或写成 1985-03-02 这样的文本"
        ]
    );
    for vague in ["85-3-2", "3/2/1985", "1985", "1985-03", "去年"] {
        assert!(problems_of::<Person>(row(text(vague)))[0].contains("date.format"), "{vague}");
    }
}

#[test]
fn a_word_that_no_vocabulary_has_is_refused_with_the_words_it_has() {
    let row = sheet_row(&[("id", text("P1")), ("degree", text("研究生"))]);
    assert_eq!(
        problems_of::<Person>(row),
        ["需求表!B7 [word.unknown] “学位”是“研究生”；只能填：博士、硕士、学士、无学位"]
    );
}

#[test]
fn words_are_read_in_chinese_and_as_codes() {
    for word in ["博士", "doctor"] {
        let reading = read_one::<Person>(line(&[("id", text("P1")), ("degree", text(word))]), Strictness::Strict);
        assert_eq!(reading.records[0].degree, Some(Degree::Doctor));
    }
}

#[test]
fn an_id_given_twice_is_refused_naming_both_places() {
    let mut second = need(&[]);
    second.place = Place::Cell { sheet: "需求表".into(), row: 9, column: None };
    let reading = read::<Need>(vec![need(&[]), second], Strictness::Lenient);
    let messages: Vec<_> =
        reading.problems.listed().iter().map(|one| format!("{} {}", one.place, one.message)).collect();
    assert_eq!(messages, ["需求表!A9 “需求编号”N1 与需求表!A7重复；同一需求编号只能出现一次"]);
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest_known_one_and_noted_when_lenient() {
    let row =
        || line(&[("id", text("N1")), ("title", text("题")), ("titel", text("题")), ("judged", Found::Boolean(true))]);
    assert_eq!(
        problems_of::<Need>(row()),
        [
            "第 7 行 titel [column.unknown] 没有“titel”这一项；是不是“title”",
            "第 7 行 judged [column.unknown] 没有“judged”这一项"
        ]
    );
    let reading = read::<Need>(vec![row()], Strictness::Lenient);
    assert!(reading.problems.is_empty());
    let noted: Vec<_> = reading.notes.iter().map(|note| (note.column.as_str(), note.count)).collect();
    assert_eq!(noted, [("judged", 1), ("titel", 1)]);
}

#[test]
fn a_key_given_twice_is_refused() {
    let row = line(&[("id", text("N1")), ("title", text("甲")), ("title", text("乙"))]);
    assert_eq!(problems_of::<Need>(row), ["第 7 行 title [column.duplicate] “需求题目”出现了两次；只能出现一次"]);
}

#[test]
fn a_lenient_reading_passes_over_optional_values_it_cannot_read_and_says_so() {
    let row = line(&[("id", text("P1")), ("degree", text("研究生")), ("birth", text("不详"))]);
    let reading = read_one::<Person>(row, Strictness::Lenient);
    assert_eq!(reading.problems.listed(), []);
    assert_eq!((reading.records[0].degree, reading.records[0].birth), (None, None));
    assert_eq!(reading.notes.len(), 2);
}

#[test]
fn a_lenient_reading_still_refuses_a_missing_id_an_overlong_text_and_a_number_as_id() {
    let long = "词".repeat(columns::TEXT_CHARS_MAX + 1);
    for row in [
        line(&[("title", text("题"))]),
        line(&[("id", text("N1")), ("title", text("题")), ("content", text(&long))]),
        line(&[("id", Found::Number(1.0)), ("title", text("题"))]),
    ] {
        assert_eq!(read_one::<Need>(row, Strictness::Lenient).problems.count(), 1);
    }
}

#[test]
fn nested_enterprises_and_qualifications_are_read_and_their_problems_have_paths() {
    let qualification =
        object(&[("kind", text("high_tech")), ("number", text("GR2023")), ("valid_until", text("2026-02-30"))]);
    let row = line(&[
        ("id", text("N1")),
        ("title", text("题")),
        (
            "enterprise",
            object(&[("qualifications", Found::List(vec![text("规上工业企业"), qualification])), ("nmae", text("甲"))]),
        ),
    ]);
    assert_eq!(
        problems_of::<Need>(row.clone()),
        [
            "第 7 行 enterprise.qualifications[2].valid_until [date.impossible] “资质有效期至”是“2026-02-30”，没有这一天；请核对年月日",
            "第 7 行 enterprise.nmae [column.unknown] 没有“enterprise.nmae”这一项；是不是“enterprise.name”",
        ]
    );
    let reading = read_one::<Need>(row, Strictness::Lenient);
    let kinds: Vec<_> =
        reading.records[0].enterprise.as_ref().unwrap().qualifications.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [QualificationKind::ScaleIndustrial, QualificationKind::HighTech]);
}

#[test]
fn qualification_columns_that_do_not_go_together_are_refused() {
    let row = need(&[
        ("enterprise.qualifications", text("高新技术企业；专精特新中小企业")),
        ("enterprise.qualifications.number", text("GR1")),
    ]);
    assert_eq!(
        problems_of::<Need>(row),
        ["需求表!C7 [list.mismatch] “资质”有 2 项，“资质编号”有 1 项；请一一对应，没有的留空但保留“；”"]
    );
}

#[test]
fn works_are_read_with_labels_and_their_problems_have_paths() {
    let row = line(&[
        ("id", text("P1")),
        (
            "works",
            Found::List(vec![object(&[("title", text("甲"))]), object(&[("id", text("W2")), ("kind", text("书"))])]),
        ),
    ]);
    assert_eq!(
        problems_of::<Person>(row.clone()),
        ["第 7 行 works[2].kind [word.unknown] “成果类型”是“书”；只能填：论文、专利、项目、成果、获奖、标准"]
    );
    let reading = read_one::<Person>(row, Strictness::Lenient);
    let ids: Vec<_> = reading.records[0].works.iter().map(|work| work.id.as_str()).collect();
    assert_eq!(ids, ["P1-1", "W2"]);
}

#[test]
fn works_at_their_bound_are_taken_and_more_are_refused() {
    for (works, taken) in [(columns::WORKS_MAX, true), (columns::WORKS_MAX + 1, false)] {
        let list = vec![object(&[("title", text("甲"))]); works];
        let problems = problems_of::<Person>(line(&[("id", text("P1")), ("works", Found::List(list))]));
        assert_eq!(problems.is_empty(), taken, "{works}: {problems:?}");
    }
}

#[test]
fn works_of_a_sheet_go_to_their_people_and_those_of_nobody_are_refused() {
    let work = |person: &str| sheet_row(&[("person", text(person)), ("title", text("甲"))]);
    let works = read::<OwnedWork>(vec![work("P1"), work("P9")], Strictness::Strict);
    let mut people = read::<Person>(vec![sheet_row(&[("id", text("P1"))])], Strictness::Strict);
    attach_works(&mut people, works);
    assert_eq!(people.records[0].works[0].id, "P1-1");
    assert_eq!(people.problems.listed()[0].message, "“人员编号”P9 在人员表中没有；请先在人员表中填写此人");
}

#[test]
fn a_resident_id_where_a_person_id_belongs_is_refused_and_not_repeated() {
    let row = sheet_row(&[
        ("subject", text("11010519491231002X")),
        ("name", text("某人")),
        ("from", text("2025-01-01")),
        ("basis", text("某号文件")),
    ]);
    let problems = problems_of::<Misconduct>(row);
    assert_eq!(
        problems,
        [
            "需求表!A7 [party.resident_id] “主体编号”是身份证号，不能出现在文件里；个人请填人员编号，单位请填统一社会信用代码"
        ]
    );
}

#[test]
fn an_end_before_the_beginning_is_refused() {
    let row = sheet_row(&[
        ("subject", text("P1")),
        ("name", text("某人")),
        ("from", text("2025-01-02")),
        ("until", text("2025-01-01")),
        ("basis", text("某号文件")),
    ]);
    assert!(problems_of::<Misconduct>(row)[0].contains("早于起始日期 2025-01-02"));
}

#[test]
fn shares_are_exact_and_bounded() {
    let row = |share: Found| {
        sheet_row(&[("enterprise", text("91230199MA0000015K")), ("holder", text("某人")), ("share_percent", share)])
    };
    for (share, points) in [(Found::Number(12.5), 1250), (text("0.01"), 1), (text("100"), 10_000), (text("0"), 0)] {
        let reading = read_one::<Shareholder>(row(share), Strictness::Strict);
        assert_eq!(reading.records[0].share_basis_points, points);
    }
    for share in [text("100.01"), text("-1"), text("12.345"), text("20%"), Found::Number(1e9)] {
        assert!(problems_of::<Shareholder>(row(share.clone()))[0].contains("percent.range"), "{share:?}");
    }
}

#[test]
fn a_holder_twice_in_one_enterprise_is_refused_and_namesakes_are_not() {
    let row = |id: &str| {
        sheet_row(&[
            ("enterprise", text("91230199MA0000015K")),
            ("holder", text("某人")),
            ("holder_id", text(id)),
            ("share_percent", text("1")),
        ])
    };
    assert!(read::<Shareholder>(vec![row("P1"), row("P2")], Strictness::Strict).problems.is_empty());
    assert_eq!(read::<Shareholder>(vec![row("P1"), row("P1")], Strictness::Strict).problems.count(), 1);
}

#[test]
fn units_and_enterprises_need_their_code_and_name() {
    let unit = problems_of::<Unit>(sheet_row(&[("kind", text("高校"))]));
    let enterprise = problems_of::<Enterprise>(sheet_row(&[("main_business", text("轴承"))]));
    assert_eq!((unit.len(), enterprise.len()), (2, 2));
}

#[test]
fn a_supervised_enterprise_is_not_central_and_nobody_stands_above_itself() {
    let row = |pairs: &[(&'static str, Found)]| {
        let known = [("name", text("某厂")), ("credit_code", text("91230199MA0000015K"))];
        sheet_row(&[known.as_slice(), pairs].concat())
    };
    let reading = read_one::<Enterprise>(
        row(&[("supervised", text("是")), ("parent", text("91230000MA0000013T")), ("central", text("否"))]),
        Strictness::Strict,
    );
    assert_eq!(reading.problems.listed(), []);
    assert_eq!((reading.records[0].supervised, reading.records[0].central), (Some(true), Some(false)));
    assert_eq!(
        problems_of::<Enterprise>(row(&[
            ("supervised", text("是")),
            ("parent", text("91230199MA0000015K")),
            ("central", text("是"))
        ])),
        [
            "需求表!D7 [credit_code.own] “上级企业代码”是本企业自己的代码；请填上一级企业的代码，没有上级企业的留空",
            "需求表!E7 [truth.both] “中央企业”和“省国资委监管”同时填了 是；两者只能居其一，请核对",
        ]
    );
    assert_eq!(problems_of::<Enterprise>(row(&[("parent", Found::Number(9.123e17))])).len(), 1);
}

#[test]
fn identifiers_are_checked_as_text_and_never_repeated_in_a_message() {
    let row = |id: Found, mobile: Found| {
        sheet_row(&[("id", text("P1")), ("birth", text("1949-12-31")), ("resident_id", id), ("mobile", mobile)])
    };
    let good = read_one::<Person>(row(text("11010519491231002x"), text(" 13800001234 ")), Strictness::Strict);
    assert_eq!(good.problems.listed(), []);
    let person = &good.records[0];
    assert_eq!(person.resident_id.as_ref().unwrap().full(), "11010519491231002X");
    assert_eq!(person.mobile.as_ref().unwrap().full(), "13800001234");
    assert!(!format!("{person:?}").contains("13800001234") && !format!("{person:?}").contains("19491231002"));
    for strictness in [Strictness::Strict, Strictness::Lenient] {
        let wrong = read_one::<Person>(row(text("110105194912310021"), Found::Number(13_800_001_234.0)), strictness);
        let messages: Vec<_> = wrong.problems.listed().iter().map(|one| one.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "“身份证号”有误：第 18 位校验码为 1，按前 17 位应为 X，请逐位核对证件",
                "“手机号”是数字格式：Excel 会丢失末几位，本系统不作修补；请把整列设为“文本”格式后重新填写",
            ]
        );
    }
    let other =
        sheet_row(&[("id", text("P1")), ("birth", text("1950-01-01")), ("resident_id", text("11010519491231002X"))]);
    assert_eq!(
        problems_of::<Person>(other),
        ["需求表!C7 [resident_id.birth] “身份证号”中的出生日期是 1949-12-31，“出生日期”填的是 1950-01-01；请核对"]
    );
}

#[test]
fn problems_beyond_the_bound_are_counted_and_not_listed() {
    for (rows, listed) in
        [(PROBLEMS_MAX - 1, PROBLEMS_MAX - 1), (PROBLEMS_MAX, PROBLEMS_MAX), (PROBLEMS_MAX + 1, PROBLEMS_MAX)]
    {
        let problems = read::<Person>(vec![Row::default(); rows], Strictness::Strict).problems;
        assert_eq!((problems.listed().len(), problems.count()), (listed, rows));
    }
}

#[test]
fn a_form_reports_its_fields_by_name() {
    let row = Row::of_form([("id", "N1"), ("title", "  "), ("enterprise.region", "月球")]);
    let places: Vec<_> =
        read_one::<Need>(row, Strictness::Strict).problems.listed().iter().map(|one| one.place.to_string()).collect();
    assert_eq!(places, ["title", "enterprise.region"]);
}
