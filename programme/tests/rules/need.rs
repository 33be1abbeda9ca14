//! 1. A complete need has nothing to ask; one line is refused under 2.3.1(2).
//! 2. Every question of the meter can be provoked, and its words are the reviewed ones.
//! 3. A question quotes words that stand where it says, and the score is 100 less what the questions cost.
//! 4. Each bound is kept at, below and above it.
//! 5. The real needs: what is complete passes, one-liners do not.

use std::collections::BTreeMap;

use programme::finding::Verdict;
use programme::parameters::Parameters;
use programme::quality::{
    Draft, Experience, FAILURES, Field, Item, Meter, PROBLEM_CHARS_MAX, PROBLEM_CHARS_MIN, Parts, QUESTIONS,
    REPEATED_CHARS_MIN, STATE_CHARS_MIN, Severity, TITLE_CHARS_MAX, TITLE_CHARS_MIN, Words, meter,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::check::{answer, need, with};
use crate::shared;

const COMPLETE: Draft<'static> = Draft {
    title: "锻件吊钩无氧化加热工艺",
    problem: "吊钩坯料在天然气炉中加热产生氧化皮，高压水清除不净，模锻后表面平整度低，人工清理费时",
    present_state: "现用天然气加热炉 3 台，氧化皮厚度 0.5mm，清理合格率 82%",
    targets: "氧化皮厚度≤0.1mm\n清理合格率≥95%\n加热节拍不超过 90s/件",
    tried: "试过防氧化涂料，冷却后难以去除",
    deadline: "2026-12-31",
    budget_fen: Some(80_000_000),
    budget_note: "",
    place: "齐齐哈尔市富拉尔基区锻造车间",
    conditions: "提供中频炉 1 台和锻造生产线，配合人员 4 名",
    industry: "C33",
    keywords: "无氧化加热；模锻",
    confidential: "客户为某起重机厂，年订单 1200 万元",
};

fn measured(draft: &Draft<'_>) -> Meter {
    meter(draft, Words::embedded(), &[])
}

fn codes(draft: &Draft<'_>) -> Vec<&'static str> {
    measured(draft).open().iter().map(|item| item.code).collect()
}

fn asks(draft: &Draft<'_>, code: &str) -> bool {
    codes(draft).contains(&code)
}

#[test]
fn a_complete_need_has_a_hundred_points_and_no_question() {
    let measured = measured(&COMPLETE);
    assert_eq!((measured.score, measured.open()), (100, vec![]));
    assert!(measured.passes(100));
    assert_eq!(answer(&need()).verdict(), Some(Verdict::Ok));
}

#[test]
fn a_need_of_one_line_is_refused_with_its_questions() {
    let case = json!({"id":"n","kind":"need","title":"石墨提纯","content":"希望对接专家，实现降本增效。"});
    let answer = answer(&case);
    assert_eq!(answer.verdict(), Some(Verdict::Refused));
    let messages: Vec<&str> = answer.result.as_ref().unwrap().iter().map(|finding| finding.message.as_str()).collect();
    insta::assert_snapshot!(messages.join("\n"), @r#"
    需求质量得分 9，低于 60；请按所列问题补充后再提交（方案二（三）1（2））
    公开部分没有联系方式和保密内容（个人信息保护法第二十四、二十八、五十五条）
    没有写目标指标；请一行一项写明指标名称、数值和单位，如“热效率≥85%”（方案二（三）1（2））
    没有写现状；请写明现在用什么工艺或设备，指标现在是多少（方案二（三）1（2））
    技术难题：“希望对接专家，实现降本增效”只有 13 个字；请写明在什么工序上、什么条件下出现，原因可能是什么（方案二（三）1（2））
    没有写已做过的尝试；请写明试过哪些办法、结果如何，没有试过的写明原因（方案二（三）1（2））
    没有写期望完成日期；请写明年月（方案二（三）1（2））
    没有写预算；请写明可投入的金额，不能确定的写范围（方案二（三）1（2））
    没有写可提供的条件；请写明能提供的场地、设备、人员或样品（方案二（三）1（2））
    技术难题：“降本增效”没有说明具体问题；请写明要改变的是哪项性能、哪道工序（方案二（三）1（2））
    需求题目：题目“石墨提纯”只有 4 个字；请写明对什么产品或工艺、解决什么问题（方案二（三）1（2））
    没有写实施地点；请写明在哪里试验或改造，如市县和厂区（方案二（三）1（2））
    没有写行业代码；请选填国民经济行业代码，如 C35（方案二（三）1（2））
    没有写关键词；请写 3 至 5 个材料、工艺、设备或学科的名称（方案二（三）1（2））
    "#);
}

#[test]
fn the_least_score_is_the_one_of_the_policy() {
    let min = Parameters::embedded().need_quality_min;
    let verdict = |score_min: u32| measured(&COMPLETE).passes(score_min);
    assert!(verdict(min) && verdict(100));
    // Problem, targets and a deadline or budget are enough; without targets the rest is not.
    let short = Draft { present_state: "", tried: "", place: "", conditions: "", industry: "", ..COMPLETE };
    assert!(measured(&short).passes(min));
    let aimless = Draft { targets: "", present_state: "", ..COMPLETE };
    assert!(!measured(&aimless).passes(min));
    assert_eq!(measured(&aimless).score, 58);
}

/// Drafts that between them provoke every question.
fn provoking() -> Vec<Draft<'static>> {
    vec![
        Draft::default(),
        Draft {
            title: "提纯",
            problem: "降本增效，转型升级，提升竞争力",
            present_state: "3 台炉",
            targets: "具体指标可面谈\n达到国内领先水平\n显著提高产品质量\n运行稳定可靠",
            tried: "无",
            deadline: "尽快",
            budget_fen: None,
            budget_note: "预算面议",
            keywords: "降本增效",
            ..COMPLETE
        },
        Draft {
            title: "1、红茶加工技术。2、毛尖茶保鲜技术。3、茶渣综合利用技术",
            problem: "公司成立于 1998 年，注册资金 2000 万元，是一家集研发、生产、销售于一体的企业。产品质量不稳。",
            present_state: "现用加热炉老旧，能耗高，清理靠人工",
            targets: "授权发明专利 2 项\n发表论文 3 篇",
            ..COMPLETE
        },
        Draft {
            problem: "炉子加热不匀，工件开裂，查不出原因，影响交货，客户多次投诉，班组反复返修",
            present_state: "现用加热炉老旧，能耗高，清理靠人工",
            targets: "热强度不低于 600\n故障率降低 50%\n堆积密度 1.8g/cm³",
            place: "联系人王工 13800000000",
            conditions: "可提供内部资料",
            confidential: "炉子加热不匀，工件开裂，查不出原因",
            ..COMPLETE
        },
    ]
}

#[test]
fn every_question_can_be_provoked_in_reviewed_words() {
    let long = Draft { title: Box::leak("长".repeat(61).into_boxed_str()), ..COMPLETE };
    let long = Draft { problem: Box::leak("炉温不匀，".repeat(400).into_boxed_str()), ..long };
    let earlier: Vec<Experience<'_>> =
        FAILURES.iter().map(|failure| Experience { failure: failure.code, count: 3 }).collect();
    let drafts = provoking().into_iter().chain([long]);
    let items: Vec<Item> = drafts
        .flat_map(|draft| measured(&draft).items)
        .chain(meter(&COMPLETE, Words::embedded(), &earlier).items)
        .collect();
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for item in &items {
        seen.entry(item.code).or_insert(&item.question);
    }
    let table: Vec<String> = QUESTIONS
        .iter()
        .map(|question| {
            let words = seen.get(question.code).copied().unwrap_or("没有人问到");
            format!("{} | {:?} | {} | {words}", question.code, question.severity, question.points)
        })
        .collect();
    insta::assert_snapshot!(table.join("\n"), @r#"
    quality.title_missing | Missing | 6 | 没有需求题目；请用一句话写明要解决什么技术问题
    quality.title_too_short | Vague | 3 | 题目“提纯”只有 2 个字；请写明对什么产品或工艺、解决什么问题
    quality.title_too_long | Ask | 1 | 题目有 61 个字；请压缩到 60 字以内，细节写在技术难题中
    quality.several_needs | Ask | 4 | 题目像是 3 项需求；不同专业的需求请分开提出，便于各自匹配
    quality.problem_missing | Missing | 20 | 没有写技术难题；请写明在什么产品、什么工序上出现什么问题，造成什么后果
    quality.problem_too_short | Vague | 10 | “降本增效，转型升级，提升竞争力”只有 15 个字；请写明在什么工序上、什么条件下出现，原因可能是什么
    quality.problem_too_long | Ask | 2 | 技术难题有 2000 个字；请压缩到 1500 字以内，背景和企业介绍可以删去
    quality.introduction_instead_of_need | Vague | 10 | “公司成立于”等多是企业介绍；请改写为要解决的技术问题，介绍放在可提供的条件中
    quality.empty_words | Vague | 4 | “降本增效”“转型升级”“竞争力”没有说明具体问题；请写明要改变的是哪项性能、哪道工序
    quality.present_state_missing | Missing | 12 | 没有写现状；请写明现在用什么工艺或设备，指标现在是多少
    quality.present_state_too_short | Vague | 6 | 现状“3 台炉”只有 3 个字；请写明现用的工艺、设备和指标
    quality.present_state_without_figure | Ask | 3 | 现状没有数值；请写明要改进的指标现在是多少
    quality.targets_missing | Missing | 30 | 没有写目标指标；请一行一项写明指标名称、数值和单位，如“热效率≥85%”
    quality.targets_without_number | Vague | 14 | 4 项目标都没有数值；请至少写明一项可以检验的数值
    quality.targets_only_outputs | Vague | 12 | 目标只有专利、论文等产出；请写明技术指标的名称、数值和单位
    quality.target_deferred | Vague | 6 | “具体指标可面谈”没有写出要求；请先写明最低要求，细节可以再商
    quality.target_level_word | Vague | 4 | “国内领先”没有可检验的指标；请写明以哪个产品、标准或数值为准
    quality.target_without_number | Vague | 4 | “显著提高产品质量”没有数值；请写明从多少提高到多少
    quality.target_not_checkable | Ask | 3 | “运行稳定可靠”没有说明怎样算达到；请写明数值或验收办法
    quality.figure_without_unit | Ask | 2 | “热强度不低于 600”没有单位；请写明单位
    quality.target_without_present | Ask | 4 | “故障率降低 50%”没有说明现在是多少；请在现状中写明现值
    quality.target_without_comparator | Ask | 1 | “堆积密度 1.8g/cm³”没有说明界限；请写明是不低于、不高于还是允许的范围
    quality.tried_missing | Missing | 8 | 没有写已做过的尝试；请写明试过哪些办法、结果如何，没有试过的写明原因
    quality.tried_nothing | Ask | 2 | “无”没有说明原因；请写明了解过哪些办法、为什么没有试
    quality.wanted_by_missing | Missing | 6 | 没有写期望完成日期；请写明年月
    quality.wanted_by_vague | Vague | 4 | “尽快”不是日期；请写明年月
    quality.budget_missing | Missing | 6 | 没有写预算；请写明可投入的金额，不能确定的写范围
    quality.budget_negotiable | Vague | 4 | 预算“面议”，科研人员难以判断能否承担；请写明上限或范围
    quality.place_missing | Missing | 3 | 没有写实施地点；请写明在哪里试验或改造，如市县和厂区
    quality.conditions_missing | Missing | 5 | 没有写可提供的条件；请写明能提供的场地、设备、人员或样品
    quality.industry_missing | Missing | 2 | 没有写行业代码；请选填国民经济行业代码，如 C35
    quality.keywords_missing | Missing | 2 | 没有写关键词；请写 3 至 5 个材料、工艺、设备或学科的名称
    quality.keyword_empty | Vague | 1 | 关键词“降本增效”不是技术词；请换成材料、工艺或设备的名称
    quality.contact_in_public | Move | 0 | 公开部分有手机号“138****0000”；请删去，联系方式在对接洽谈时由系统提供
    quality.secret_in_public | Ask | 0 | 公开部分写有“内部资料”；需要保密的内容请移到保密部分
    quality.confidential_repeated | Move | 0 | 保密部分的“炉子加热不匀，工件开裂，查不出原因”也写在这里；请只留在一处
    quality.earlier_unclear_target | Ask | 0 | 此前 3 次对接因指标不明确未成；请逐项写明数值、单位和检验办法
    quality.earlier_budget_too_low | Ask | 0 | 此前 3 次对接因预算不足或不明未成；请写明预算
    quality.earlier_no_site | Ask | 0 | 此前 3 次对接因缺少实施条件未成；请写明场地、设备和配合人员
    quality.earlier_secrecy | Ask | 0 | 此前 3 次对接因保密或知识产权分歧未成；请写明哪些内容保密、成果怎样归属
    quality.earlier_time_too_short | Ask | 0 | 此前 3 次对接因时间不足未成；请核对期限是否可行
    quality.earlier_technology_not_mature | Ask | 0 | 此前 3 次对接因技术不成熟未成；请写明可以接受的成熟程度和试验安排
    quality.earlier_wrong_field | Ask | 0 | 此前 3 次对接因方向不符未成；请核对难题和关键词是否说清了所需专业
    quality.earlier_other | Ask | 0 | 此前 3 次对接因其他原因未成；请对照洽谈记录修改
    "#);
}

#[test]
fn failed_talks_ask_without_costing_points() {
    let earlier = [Experience { failure: "budget_too_low", count: 3 }, Experience { failure: "other", count: 0 }];
    let measured = meter(&COMPLETE, Words::embedded(), &earlier);
    assert_eq!(measured.score, 100);
    let questions: Vec<&str> = measured.open().iter().map(|item| item.question.as_str()).collect();
    assert_eq!(questions, ["此前 3 次对接因预算不足或不明未成；请写明预算"]);
}

#[test]
fn contacts_and_confidential_words_stop_a_need_of_any_score() {
    for (draft, code) in [
        (Draft { tried: "已联系 li@example.com 试验", ..COMPLETE }, "quality.contact_in_public"),
        (Draft { confidential: "模锻后表面平整度低，人工清理费时", ..COMPLETE }, "quality.confidential_repeated"),
    ] {
        let measured = measured(&draft);
        assert_eq!((measured.score, measured.passes(0)), (100, false), "{code}");
        assert_eq!(measured.must_move().map(|item| item.code).collect::<Vec<_>>(), [code]);
    }
    let case = with(need(), json!({"conditions":"找王工，13800000000"}));
    assert_eq!(answer(&case).verdict(), Some(Verdict::Refused));
    let printed = serde_json::to_string(&answer(&case)).unwrap();
    assert!(printed.contains("138****0000") && !printed.contains("13800000000"));
}

/// A draft with a field of so many characters.
type Written<'d> = &'d dyn Fn(usize) -> Draft<'static>;

#[test]
fn every_bound_is_kept_at_below_and_above_it() {
    let words = |count: usize| -> &'static str {
        Box::leak("炉温匀".chars().cycle().take(count).collect::<String>().into_boxed_str())
    };
    let title = |count| Draft { title: words(count), ..COMPLETE };
    let problem = |count| Draft { problem: words(count), ..COMPLETE };
    let state = |count| Draft { present_state: words(count), ..COMPLETE };
    let repeated = |count| Draft { conditions: words(count), confidential: words(count), ..COMPLETE };
    let kept: [(&str, Written<'_>, usize, bool); 6] = [
        ("quality.title_too_short", &title, TITLE_CHARS_MIN, true),
        ("quality.title_too_long", &title, TITLE_CHARS_MAX, false),
        ("quality.problem_too_short", &problem, PROBLEM_CHARS_MIN, true),
        ("quality.problem_too_long", &problem, PROBLEM_CHARS_MAX, false),
        ("quality.present_state_too_short", &state, STATE_CHARS_MIN, true),
        ("quality.confidential_repeated", &repeated, REPEATED_CHARS_MIN - 1, false),
    ];
    for (code, draft, bound, least) in kept {
        assert!(!asks(&draft(bound), code), "{code} at {bound}");
        assert_eq!(asks(&draft(bound - 1), code), least, "{code} below");
        assert_eq!(asks(&draft(bound + 1), code), !least, "{code} above");
    }
}

#[test]
fn a_target_is_asked_for_what_it_lacks_and_nothing_else() {
    let of = |targets| codes(&Draft { targets, ..COMPLETE });
    let none: [&str; 0] = [];
    for targets in [
        "热效率≥85%",
        "符合 GB 3836.1 的要求",
        "残余应力降低到 50MPa 以下",
        "比常规工艺节能提高 5%",
        "清理合格率提高 10%",
        "强屈比≥1.26",
        "厚度公差±0.05mm\n温度 180-230℃",
        "色度不超过 20APHA",
        "要求：\n连续运行不少于 4500 小时",
    ] {
        assert_eq!(of(targets), none, "{targets}");
    }
    assert_eq!(of("热效率≥85%\n实现远程监控"), ["quality.target_not_checkable"]);
    assert_eq!(of("热效率≥85%\n大幅降低能耗"), ["quality.target_without_number"]);
    assert_eq!(of("热效率≥85%\n授权发明专利 1 项"), none);
}

#[test]
fn a_keyword_names_a_technology() {
    let asked = |keywords| asks(&Draft { keywords, ..COMPLETE }, "quality.keyword_empty");
    assert!(asked("模锻；研发") && asked("提升") && asked("降本增效"));
    assert!(!asked("感应加热；无氧化、模锻工艺"));
}

#[test]
fn the_real_needs_pass_when_they_are_complete() {
    let Some(file) = shared("data/bdci-dev/needs.jsonl") else { return };
    let mut scores: BTreeMap<String, u32> = BTreeMap::new();
    for line in file.lines() {
        let need: Value = serde_json::from_str(line).unwrap();
        let parts = Parts::of_text(need["title"].as_str().unwrap(), need["content"].as_str().unwrap_or_default());
        let measured = measured(&parts.draft());
        scores.insert(need["id"].as_str().unwrap()[..8].to_owned(), measured.score);
        let length = need["content"].as_str().unwrap_or_default().chars().count();
        let min = Parameters::embedded().need_quality_min;
        assert!(length >= 60 || measured.score < min, "{}: {}", need["title"], measured.score);
    }
    assert_eq!(scores.len(), 141);
}

fn draft_of(texts: &[String]) -> Draft<'_> {
    let text = |at: usize| texts[at].as_str();
    Draft {
        title: text(0),
        problem: text(1),
        present_state: text(2),
        targets: text(3),
        tried: text(4),
        deadline: text(5),
        budget_fen: None,
        budget_note: text(6),
        place: text(7),
        conditions: text(8),
        industry: text(9),
        keywords: text(10),
        confidential: text(11),
    }
}

fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "(显著|提高|降低|面谈|国内领先|专利|内部资料|公司成立于|经济效益|13800000000|无)",
        "[（(]?[0-9一二三]{1,3}[)）、.]?",
        "(≥|不低于|以上|MPa|%|万元|年|℃)",
        "[。；，：\n ]",
        "\\PC{1,3}",
    ];
    proptest::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn the_score_is_a_hundred_less_what_is_asked(texts in proptest::collection::vec(any_text(), 12)) {
        let draft = draft_of(&texts);
        let measured = measured(&draft);
        let asked = measured.items.iter().filter(|item| item.severity > Severity::Good);
        prop_assert_eq!(measured.score + asked.map(|item| item.points).sum::<u32>(), 100);
        for item in &measured.items {
            let quoted = item.place.clone().map(|place| draft.text(item.field).get(place));
            prop_assert!(quoted.is_none_or(|quoted| quoted.is_some_and(|words| !words.is_empty())), "{:?}", item);
            let halves = item.question.split('；').count();
            prop_assert!(item.severity == Severity::Good || halves >= 2, "{}", item.question);
        }
    }

    #[test]
    fn every_line_of_a_field_stands_in_the_text_it_was_laid_out_from(content in any_text()) {
        let parts = Parts::of_text("", &content);
        let draft = parts.draft();
        for line in Field::ALL.iter().flat_map(|field| draft.text(*field).lines()) {
            prop_assert!(content.contains(line), "{line:?} of {content:?}");
        }
    }
}
