//! What has to hold for proposing, pushing, asking and vouching.

use crate::process::words;
use chrono::{Datelike, NaiveDate};

use super::{
    INSTEAD_OF, OTHER_PERSON, OTHER_POST_DAYS, POST, RELEVANT, SERVICE_DAYS, TEACHING_DAYS, answers_day, fact, is_live,
    is_over, order,
};
use crate::clause;
use crate::finding::Force::{Declare, Must};
use crate::process::decide::Case;
use crate::process::matter::Matter;
use crate::process::round;
use crate::process::rule::Guard;
use crate::process::vocabulary::Stage::NeedReported;

/// 3.1a, 3.2a: matching belongs to an open round.
pub(in crate::process) const ROUND_MATCHING: Guard = Guard {
    clause: clause!("3.2a"),
    code: "pair.round_not_matching",
    demands: words("批次在征集需求或匹配对接期间", "The round takes needs or is in matching and talks"),
    ..round::ROUND_RUNNING
};

pub(super) const IMPACT_ASSESSED: Guard = Guard { code: "pair.impact_not_assessed", ..round::IMPACT_ASSESSED };

pub(super) const NEED_IS_REPORTED: Guard = Guard {
    clause: clause!("3.1b"),
    force: Must,
    code: "pair.need_not_reported",
    demands: words("需求已报省", "The need is reported to the province"),
    fails: |case| match &case.facts.parent {
        Some(need) if need.stage == NeedReported => None,
        Some(need) => Some(format!("需求“{}”，须已报省", need.stage.chinese())),
        None => Some("没有对应的企业需求，请从已报省的需求办理".to_owned()),
    },
};

pub(super) const RUN_IS_CURRENT: Guard = Guard {
    clause: clause!("3.2a"),
    force: Must,
    code: "pair.run_outdated",
    demands: words("匹配运算依据的需求和人员未变", "Needs and people are as the run read them"),
    fails: |case| {
        (case.facts.count(fact::RUN_CURRENT) != Some(1))
            .then(|| "匹配运算之后，需求或人员资料有变化，请重新运算后再形成推荐".to_owned())
    },
};

pub(super) const RUN_AS_FROZEN: Guard = Guard {
    clause: clause!("3.2a"),
    force: Must,
    code: "pair.run_not_as_frozen",
    demands: words(
        "匹配运算的参数与本批次冻结的一致；尚未冻结的不限",
        "The run has the frozen settings of the round, or none are frozen",
    ),
    fails: |case| {
        (case.facts.count(fact::RUN_AS_FROZEN) != Some(1))
            .then(|| "匹配运算的参数与本批次冻结的不同，请按冻结的参数重新运算后再形成推荐".to_owned())
    },
};

pub(super) const IN_PLAN: Guard = Guard {
    clause: clause!("3.2a"),
    force: Must,
    code: "pair.not_in_plan",
    demands: words("人选在该次匹配运算的推送方案中", "The person is in the plan of that run"),
    fails: |case| {
        (case.facts.count(fact::IN_PLAN) != Some(1))
            .then(|| "该次匹配运算的推送方案中没有此人与此需求，请核对运算编号和人员编号".to_owned())
    },
};

pub(super) const ALTERNATES_WITHIN: Guard = Guard {
    clause: clause!("3.2b"),
    force: Must,
    code: "pair.too_many_alternates",
    demands: words("候补不超过规定名额", "There are no more alternates than permitted"),
    fails: |case| {
        let (order, most) = (order(case.matter), i64::from(case.parameters.alternates_max));
        (order > most).then(|| format!("候补顺位第 {order}，每个需求最多 {most} 名候补，请减少候补"))
    },
};

pub(super) const NOT_TWICE: Guard = Guard {
    clause: clause!("3.2b"),
    force: Must,
    code: "pair.already_proposed",
    demands: words(
        "同一批次中此人对此需求没有在办的推荐",
        "This person is not proposed for this need in the round already",
    ),
    fails: |case| {
        let person = case.matter.parties.person.as_deref();
        same_need(case).find(|pair| pair.parties.person.as_deref() == person && !is_over(pair.stage)).map(in_progress)
    },
};

pub(super) const NOT_OPTED_OUT: Guard = Guard {
    clause: clause!("P1"),
    force: Must,
    code: "pair.person_opted_out",
    demands: words("本人未退出自动匹配", "The person has not opted out of matching"),
    fails: |case| {
        (case.facts.count(fact::OPTED_OUT) != Some(0))
            .then(|| "本人已退出自动匹配，不得依匹配结果推荐；本人恢复后方可办理".to_owned())
    },
};

pub(super) const RELEVANCE_CONFIRMED: Guard = Guard {
    clause: clause!("2.1.1(3)"),
    force: Must,
    code: "pair.relevance_not_confirmed",
    demands: words("相关性由人确认", "Somebody confirmed the relevance"),
    fails: |case| (!case.inputs.flag(&RELEVANT)).then(|| "相关性须由人确认，请核对依据后勾选确认，再推送".to_owned()),
};

pub(super) const ANSWERS_STILL_TAKEN: Guard = Guard {
    clause: clause!("3.2b"),
    force: Must,
    code: "pair.answers_closed",
    demands: words("未过批次答复截止日", "The round's last day of answers has not passed"),
    fails: |case| {
        let last = answers_day(case).filter(|last| case.today > *last)?;
        Some(format!("批次答复截止日 {last} 已过；如需继续，请省科技厅先延长批次期限"))
    },
};

/// The same said to whoever pushes, with both ways out.
pub(super) const PUSHED_IN_TIME: Guard = Guard {
    fails: |case| {
        let last = answers_day(case).filter(|last| case.today > *last)?;
        Some(format!("批次答复截止日 {last} 已过；如需继续推送，请先延长批次期限，否则请撤销，未撤销的随批次办结终止"))
    },
    ..ANSWERS_STILL_TAKEN
};

pub(super) const ONE_LIVE_OFFER: Guard = Guard {
    clause: clause!("3.2b"),
    force: Must,
    code: "pair.person_has_offer",
    demands: words("同一人同时只有规定数量的在办推送", "The person has no more live offers than permitted"),
    fails: |case| {
        let most = case.parameters.offers_per_person_max as usize;
        let person = case.matter.parties.person.as_deref();
        let live =
            case.facts.related.iter().filter(|pair| pair.parties.person.as_deref() == person && is_live(pair.stage));
        let live: Vec<String> = live.map(|pair| format!("{}（{}）", pair.id, pair.stage.chinese())).collect();
        (live.len() >= most)
            .then(|| format!("此人已有 {} 项在办推送：{}，最多 {most} 项，请待其办结", live.len(), live.join("、")))
    },
};

pub(super) const POST_NOT_OFFERED: Guard = Guard {
    clause: clause!("3.2b"),
    force: Must,
    code: "pair.post_offered",
    demands: words(
        "同一岗位没有其他在办推送（另荐人选与原人选并列除外）",
        "Nobody else has a live offer for this post (except the unit's own suggestion beside the original)",
    ),
    fails: |case| {
        let post = case.matter.body.whole(&POST);
        let mut live = same_need(case).filter(|pair| is_live(pair.stage) && pair.body.whole(&POST) == post);
        live.find(|pair| !are_side_by_side(case.matter, pair))
            .map(|pair| format!("此岗位已有在办推送 {}（{}），待其谢绝或逾期后候补递补", pair.id, pair.stage.chinese()))
    },
};

pub(super) const OWN_UNIT: Guard = Guard {
    clause: clause!("3.2b"),
    force: Must,
    code: "pair.not_own_unit",
    demands: words("只推送给人选现所在单位", "It goes only to the unit where the person works now"),
    fails: |case| {
        let (now, kept) = (case.facts.text(fact::PERSON_UNIT), case.matter.parties.unit.as_deref().unwrap_or_default());
        (now != kept || now.is_empty())
            .then(|| format!("人选现所在单位为“{now}”，推荐记录为“{kept}”，只能推送给本人单位，请撤销后重新形成推荐"))
    },
};

pub(super) const IN_TIME: Guard = Guard {
    clause: clause!("3.2b"),
    force: Must,
    code: "pair.answer_day_passed",
    demands: words("未过答复截止日", "The last day of answers has not passed"),
    fails: |case| {
        let last = case.matter.due?;
        (case.today > last).then(|| format!("答复截止日 {last} 已过，如仍愿参加，请联系省科技厅重新推送"))
    },
};

pub(super) const TIME_BUDGET: Guard = Guard {
    clause: clause!("2.2.2"),
    force: Declare,
    code: "pair.time_budget",
    demands: words(
        "教学、其他任职和服务的天数合计不超过全年工作日",
        "Teaching, other posts and service together fit into the year's working days",
    ),
    fails: |case| {
        let days = [&TEACHING_DAYS, &OTHER_POST_DAYS, &SERVICE_DAYS].map(|field| case.inputs.whole(field).unwrap_or(0));
        let (sum, year) = (days.iter().sum::<i64>(), workdays_of_year(case));
        let [teaching, posts, service] = days;
        (sum > year).then(|| {
            format!(
                "教学 {teaching} 天、其他任职 {posts} 天、服务企业 {service} 天，合计 {sum} 天，超过全年 {year} 个工作日，\
                 请核减后推荐或另荐人选"
            )
        })
    },
};

pub(super) const ENOUGH_SERVICE: Guard = Guard {
    clause: clause!("3.5b"),
    force: Must,
    code: "pair.service_days_too_few",
    demands: words("全年可服务天数不少于规定", "The days of service available in a year are as many as required"),
    fails: |case| {
        let (days, least) =
            (case.inputs.whole(&SERVICE_DAYS)?, i64::from(case.parameters.service_workdays_per_year_min));
        (days < least).then(|| format!("全年可服务企业 {days} 个工作日，不足 {least} 个，请调整安排或另荐人选"))
    },
};

pub(super) const OTHER_IS_KNOWN: Guard = Guard {
    clause: clause!("3.2c"),
    force: Must,
    code: "pair.other_unknown",
    demands: words("另荐人选在人员库中，已核查并评分", "The other person is registered, checked and scored"),
    fails: |case| {
        let known = !case.facts.findings.is_empty() && case.facts.count(fact::OTHER_LEVEL).is_some();
        (!known).then(|| format!("人员库中没有编号“{}”，请先由单位补充人员资料", case.inputs.text(&OTHER_PERSON)))
    },
};

pub(super) const OTHER_OF_OWN_UNIT: Guard = Guard {
    clause: clause!("3.2c"),
    force: Must,
    code: "pair.other_of_other_unit",
    demands: words("另荐人选为本单位人员", "The other person belongs to this unit"),
    fails: |case| {
        let (unit, own) = (case.facts.text(fact::PERSON_UNIT), case.matter.parties.unit.as_deref().unwrap_or_default());
        (unit != own).then(|| "另荐人选不是本单位人员，只能推荐本单位人员".to_owned())
    },
};

pub(super) const OTHER_NOT_PROPOSED: Guard = Guard {
    clause: clause!("3.2c"),
    force: Must,
    code: "pair.other_already_proposed",
    demands: words("另荐人选对此需求没有在办的推荐", "The other person is not proposed for this need already"),
    fails: |case| {
        let other = Some(case.inputs.text(&OTHER_PERSON));
        let own = std::iter::once(case.matter).chain(same_need(case));
        own.into_iter().find(|pair| pair.parties.person.as_deref() == other && !is_over(pair.stage)).map(in_progress)
    },
};

pub(super) const OTHER_RELATED: Guard = Guard {
    clause: clause!("2.1.1(3)"),
    force: Must,
    code: "pair.other_unrelated",
    demands: words("另荐人选与需求相关", "The other person is relevant to the need"),
    fails: |case| {
        // Level 1 is 无相关.
        (case.facts.count(fact::OTHER_LEVEL) == Some(1))
            .then(|| "按同一标准评分，另荐人选与需求无相关，请补充其成果资料或改荐他人".to_owned())
    },
};

pub(super) fn workdays_of_year(case: &Case<'_>) -> i64 {
    let year = case.today.year();
    let ends = NaiveDate::from_ymd_opt(year, 1, 1).zip(NaiveDate::from_ymd_opt(year, 12, 31));
    ends.map_or(0, |(first, last)| i64::try_from(case.calendar.working_days(first, last)).unwrap_or(i64::MAX))
}

/// Other pairs of the same need in the same round.
pub(super) fn same_need<'a>(case: &Case<'a>) -> impl Iterator<Item = &'a Matter> {
    let (matter, facts) = (case.matter, case.facts);
    facts.related.iter().filter(move |pair| {
        pair.id != matter.id && pair.parties.need == matter.parties.need && pair.parties.round == matter.parties.round
    })
}

pub(super) fn in_progress(pair: &Matter) -> String {
    format!("此人对此需求已有推荐 {}（{}），请在该事项中办理", pair.id, pair.stage.chinese())
}

pub(super) fn are_side_by_side(one: &Matter, other: &Matter) -> bool {
    one.body.text(&INSTEAD_OF) == other.id || other.body.text(&INSTEAD_OF) == one.id
}
