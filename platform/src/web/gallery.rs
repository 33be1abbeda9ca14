//! `/gallery`: every component in every state, rendered by the templates that the pages use. What is judged here (by eye,
//! by axe-core, by the size test) holds for the pages. The texts of the examples are Chinese in both languages: they are data.

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use matching::level::Level;
use programme::clause;
use programme::finding::{Finding, Force, Outcome};

use super::Site;
use super::form::Form;
use super::frame::{Frame, NavItem, Viewer, page};
use super::kit::Markup;
use super::kit::button::{Button, ButtonLink};
use super::kit::card::Card;
use super::kit::confirm::Confirm;
use super::kit::contributions::Contributions;
use super::kit::details::{DescriptionList, Details};
use super::kit::error_summary::ErrorSummary;
use super::kit::evidence::{Passage, SideBySide};
use super::kit::field::{Choices, FileField, OptionItem, TextField};
use super::kit::findings::FindingsList;
use super::kit::level::LevelBadge;
use super::kit::navigation::{Breadcrumb, StepState, Steps, Tabs};
use super::kit::notice::Notice;
use super::kit::progress::Progress;
use super::kit::status::{Status, Tone};
use super::kit::table::{Cell, Column, Pagination, Sorted, Table};
use super::kit::timeline::{Event, Timeline, Whereabouts};
use super::kit::toolbar::Toolbar;
use super::texts::{Lang, Texts};
use crate::texts;

texts! {
    gallery: "界面组件", "Interface components";
    gallery_lead: "各页面使用的全部组件及其状态。配色、字号和语言可在“显示设置”中切换。",
        "Every component in every state. Colours, size of type and language are set in the display settings.";
    gallery_buttons: "按钮", "Buttons";
    gallery_words: "状态与相关程度", "Status words and levels";
    gallery_notices: "提示信息", "Notices";
    gallery_form: "表单", "Form";
    gallery_form_back: "退回的表单", "Form that came back";
    gallery_lists: "列表", "Lists";
    gallery_record: "记录", "Record";
    gallery_evidence: "依据", "Evidence";
    gallery_rules: "核查与得分", "Rules and score";
    gallery_job: "后台任务", "Background job";
    gallery_confirm: "确认操作", "Confirmation";
}

/// The gallery, for everybody: it holds no data.
pub fn routes() -> Router<Site> {
    Router::new().route("/gallery", get(show))
}

#[derive(Template)]
#[template(path = "gallery.html")]
struct GalleryPage {
    frame: Frame,
    t: Texts,
    breadcrumb: Breadcrumb,
    sections: Vec<(&'static str, &'static str, Vec<Markup>)>,
}

async fn show(frame: Frame) -> Response {
    let t = frame.t;
    let csrf = frame.csrf.clone();
    let confirm = Confirm::new(t, "撤回这条需求？", "/gallery", &csrf, Button::danger("撤回需求"), "/gallery")
        .consequences("撤回后，两家审核单位的意见一并作废；需求可以修改后重新提交。");
    let sections = vec![
        ("buttons", t.gallery_buttons(), buttons()),
        ("words", t.gallery_words(), words(t)),
        ("notices", t.gallery_notices(), notices(t)),
        ("form", t.gallery_form(), form(t)),
        ("form-back", t.gallery_form_back(), form_that_came_back(t)),
        ("lists", t.gallery_lists(), lists(t)),
        ("record", t.gallery_record(), record(t)),
        ("evidence", t.gallery_evidence(), evidence()),
        ("rules", t.gallery_rules(), rules(t)),
        ("job", t.gallery_job(), job()),
        ("confirm", t.gallery_confirm(), vec![confirm.into()]),
    ];
    let breadcrumb = Breadcrumb::new(t, &[("/", t.product())], t.gallery());
    let frame = frame.titled(t.gallery()).seen_by(&example_viewer(t), "/gallery");
    page(&GalleryPage { frame, t, breadcrumb, sections })
}

/// The header's full state, although nobody has to be signed in to see the gallery.
fn example_viewer(t: Texts) -> Viewer {
    let navigation = vec![NavItem::new("/gallery", t.gallery()), NavItem::new("/appearance", t.appearance())];
    Viewer { name: "示例用户".into(), role: "某市科技局".into(), navigation }
}

fn buttons() -> Vec<Markup> {
    vec![Markup::joined([
        Button::primary("提交需求").into(),
        Button::secondary("保存草稿").into(),
        Button::danger("撤回需求").into(),
        Button::primary("提交需求").disabled().into(),
        ButtonLink::primary("新建需求", "#buttons").into(),
        ButtonLink::secondary("下载 Excel", "#buttons").into(),
    ])]
}

fn words(t: Texts) -> Vec<Markup> {
    let states = [
        Status::new("草稿", Tone::Neutral),
        Status::new("审核中", Tone::Active),
        Status::new("已通过", Tone::Good),
        Status::new("即将到期", Tone::Attention),
        Status::new("已退回", Tone::Bad),
    ];
    let levels = [Level::Strong, Level::Fair, Level::Weak, Level::None].map(|level| LevelBadge::new(level, t).into());
    let uncertain = LevelBadge::new(Level::Fair, t).with_low_evidence(t).into();
    let states = Markup::joined(states.map(Markup::from));
    let levels = Markup::joined(levels);
    let list = DescriptionList::new()
        .entry("状态", states)
        .entry(t.level_label(), levels)
        .entry(t.level_low_evidence(), Markup::joined([uncertain]));
    vec![list.into()]
}

fn notices(t: Texts) -> Vec<Markup> {
    vec![
        Notice::info(t, "2026 年度批次将于 3 月 20 日截止")
            .body("截止后不再受理新的需求，已提交的需求继续审核。")
            .into(),
        Notice::success(t, "需求已提交").body("市科技局和市工信局将同时审核，预计 10 个工作日内答复。").into(),
        Notice::warning(t, "高新技术企业证书将于 2026-10-16 到期")
            .body("请在签订协议前更新证书，逾期将影响聘任。")
            .into(),
        Notice::error(t, "公示期不足 5 个工作日，现为 4 个")
            .body("请将截止日改为 2025-10-10 或更晚。")
            .clause(clause!("3.4c"), t)
            .into(),
    ]
}

fn need_fields() -> (TextField, TextField, Choices, Choices, TextField, TextField) {
    let fields = ["装备制造", "石油化工", "石墨及新材料", "农机", "粮食和食品"];
    let title =
        TextField::line("title", "需求名称").required().at_most(60).hint("一句话说清要解决的技术问题，不超过 60 字");
    let content = TextField::area("content", "需求内容", 5)
        .required()
        .at_most(2_000)
        .hint("现状、目标指标（带单位）、已做过的尝试");
    let industry =
        Choices::select("industry", "所属产业", fields.map(|field| OptionItem::new(field, field))).required();
    let mode = Choices::radio(
        "mode",
        "合作方式",
        [
            OptionItem::new("joint", "联合攻关").hint("双方共同投入，成果按协议分享"),
            OptionItem::new("consult", "技术指导"),
        ],
    )
    .required();
    let until = TextField::date("until", "希望解决的期限").hint("例如 2027-06-30");
    let posts = TextField::number("posts", "拟聘人数").required();
    (title, content, industry, mode, until, posts)
}

fn form(t: Texts) -> Vec<Markup> {
    let (title, content, industry, mode, until, posts) = need_fields();
    let content =
        content.with("现有球形石墨振实密度 0.98 g/cm³，客户要求不低于 1.05 g/cm³；整形收率由 46% 提高到 60% 以上。");
    let checks = ["中试平台", "检测设备", "住宿"].map(|label| OptionItem::new(label, label));
    let toolbar = Toolbar::new(
        t,
        "查询需求",
        "/gallery",
        [
            TextField::search("q", "关键词").into(),
            Choices::select(
                "city",
                "市（地）",
                ["全部", "哈尔滨市", "齐齐哈尔市"].map(|city| OptionItem::new(city, city)),
            )
            .into(),
        ],
    )
    .actions(ButtonLink::secondary("下载 Excel", "#form"));
    vec![
        toolbar.into(),
        title.with("高振实密度球形石墨整形工艺").into(),
        content.into(),
        industry.chosen(&["石墨及新材料"]).into(),
        mode.chosen(&["joint"]).into(),
        Choices::checkboxes("conditions", "企业可提供的条件", checks).chosen(&["中试平台"]).into(),
        until.with("2027-06-30").into(),
        posts.with("1").into(),
        FileField::new("file", "附件", ".xlsx,.pdf").hint("Excel 或 PDF，不超过 10 MB").into(),
        TextField::password("secret", "密码", "off").into(),
        Button::primary("提交需求").into(),
    ]
}

/// Read by the real form kit, so the messages are those that people get; the names differ to keep ids unique.
fn form_that_came_back(t: Texts) -> Vec<Markup> {
    let title = TextField::line("back-title", "需求名称").required();
    let until = TextField::date("back-until", "希望解决的期限").hint("例如 2027-06-30");
    let posts = TextField::number("back-posts", "拟聘人数").required();
    let industry = Choices::select("back-industry", "所属产业", [OptionItem::new("", "请选择")]).required();
    let mode =
        Choices::radio("back-mode", "合作方式", [OptionItem::new("a", "联合攻关"), OptionItem::new("b", "技术指导")])
            .required();
    let sent = [("back-until", "明年六月"), ("back-posts", "二"), ("back-industry", "")];
    let mut form = Form::from_fields(sent.map(|(name, value)| (name.to_owned(), value.to_owned())), t);
    form.text(&title);
    form.date(&until);
    form.whole_number(&posts, 1..=5);
    form.choice(&industry);
    form.choice(&mode);
    vec![
        ErrorSummary::of(&form).into(),
        title.filled(&form).into(),
        until.filled(&form).into(),
        posts.filled(&form).into(),
        industry.filled(&form).into(),
        mode.filled(&form).into(),
    ]
}

fn lists(t: Texts) -> Vec<Markup> {
    let columns = || {
        [
            Column::text("需求"),
            Column::text("企业").sortable("#lists", Sorted::No, t),
            Column::text("相关程度"),
            Column::number("得分").sortable("#lists", Sorted::Descending, t),
            Column::text("状态"),
            Column::text("截止").sortable("#lists", Sorted::Ascending, t),
        ]
    };
    let row = |title: &str, firm: &str, level: Level, score: &str, status: Status, until: &str| {
        vec![
            Cell::heading(Markup::link("#lists", title)),
            Cell::new(firm),
            Cell::new(LevelBadge::new(level, t)),
            Cell::number(score),
            Cell::new(status),
            Cell::unbroken(until),
        ]
    };
    let rows = [
        row(
            "高振实密度球形石墨整形工艺",
            "鹤岗示例新材料有限公司",
            Level::Strong,
            "0.812",
            Status::new("审核中", Tone::Active),
            "2026-03-20",
        ),
        row(
            "玉米秸秆打捆机捡拾器漏捡率控制",
            "佳木斯示例农机有限公司",
            Level::Fair,
            "0.604",
            Status::new("即将到期", Tone::Attention),
            "2026-03-06",
        ),
        row(
            "低温环境下聚烯烃催化剂的活性保持",
            "大庆示例石化股份有限公司",
            Level::Weak,
            "0.318",
            Status::new("已退回", Tone::Bad),
            "2026-04-02",
        ),
        row(
            "冷链杂粮主食的货架期预测",
            "绥化示例食品有限公司",
            Level::None,
            "0.094",
            Status::new("已通过", Tone::Good),
            "2026-04-15",
        ),
    ];
    let told = "企业持股 1.5%，不得持有任何股份；由组织单位联系企业和本人协商提前终止";
    let sentences = [vec![Cell::heading("聘任（示例）"), Cell::unbroken("齐齐哈尔市科技局"), Cell::new(told)]];
    let headings = ["事项", "组织单位", "怎么办"].map(Column::text);
    vec![
        Table::new("needs", "企业需求", columns(), rows, "").summary("2026 年度，按得分从高到低").into(),
        Table::new("sentences", "复核结果", headings, sentences, "").stacking().into(),
        Pagination::new(194, 10, 7, |page| format!("/gallery?page={page}#lists"), t).into(),
        Table::new("no-needs", "待我审核", columns(), [], "没有等待审核的需求。新的需求提交后会出现在这里。").into(),
    ]
}

fn record(t: Texts) -> Vec<Markup> {
    let event = |at: &str, machine: &str, what: &str, who: &str, remark: &str| Event {
        at: at.into(),
        machine_time: machine.into(),
        what: what.into(),
        who: who.into(),
        remark: remark.into(),
    };
    let events = vec![
        event(
            "2026-03-03 14:05",
            "2026-03-03T14:05:00+08:00",
            "审核通过",
            "李静，市科技局",
            "技术指标明确，同意上报。",
        ),
        event("2026-03-02 09:41", "2026-03-02T09:41:00+08:00", "重新提交", "王海，企业", ""),
        event(
            "2026-02-26 16:20",
            "2026-02-26T16:20:00+08:00",
            "退回修改",
            "赵敏，市工信局",
            "目标指标缺少单位，请补充。",
        ),
    ];
    let steps = Steps::new("需求办理进度")
        .step("企业填报", "03-02", StepState::Done, t)
        .step("市级审核", "两局同时审核", StepState::Current, t)
        .step("联合上报", "", StepState::Todo, t)
        .step("匹配推送", "", StepState::Todo, t)
        .step("洽谈对接", "", StepState::Todo, t);
    let tab = |href: &str, label: &str| (href.to_owned(), label.to_owned());
    let tabs = [tab("#record", "需求内容"), tab("#evidence", "候选人选"), tab("#rules", "办理记录")];
    let values = DescriptionList::new()
        .entry("企业", "鹤岗示例新材料有限公司")
        .entry("统一社会信用代码", "91230400MA0000015K")
        .entry("主营业务", "石墨精深加工，锂离子电池负极材料的研发、生产和销售")
        .entry("状态", Status::new("审核中", Tone::Active));
    let card =
        Card::new(Markup::link("#record", "陈立群"), "哈尔滨示例大学材料学院，教授；方向为碳材料粉体整形与包覆改性。")
            .aside(LevelBadge::new(Level::Strong, t))
            .actions(Markup::joined([
                ButtonLink::secondary("查看依据", "#evidence").into(),
                ButtonLink::secondary("为什么不是别人", "#rules").into(),
            ]));
    vec![
        Whereabouts::new(t, "市级审核", "市工信局 赵敏").until("2026-03-10", "还剩 3 个工作日", Tone::Active).into(),
        Whereabouts::new(t, "单位答复", "哈尔滨示例大学")
            .until("2026-03-06", "还剩 1 个工作日", Tone::Attention)
            .into(),
        Whereabouts::new(t, "补充材料", "鹤岗示例新材料有限公司")
            .until("2026-03-02", "已超 2 个工作日", Tone::Bad)
            .into(),
        steps.into(),
        Tabs::new("需求的各个页面", &tabs, "#record").into(),
        values.into(),
        card.into(),
        Timeline::new("办理记录", events).into(),
        Details::new("查看审核意见全文", "该需求技术指标明确，与企业主营业务一致，建议列入本年度匹配范围。").into(),
    ]
}

fn evidence() -> Vec<Markup> {
    let phrases = ["球形石墨", "振实密度", "整形"];
    let need = "现有球形石墨的振实密度为 0.98 g/cm³，客户要求不低于 1.05 g/cm³。希望改进气流整形工艺，把整形收率由 46% 提高到 60% 以上。";
    let work = "以天然鳞片石墨为原料，采用分级整形与机械融合的方法制备球形石墨，所得产品振实密度达到 1.08 g/cm³，细粉回用率超过八成。";
    let left = Passage::new("需求", "高振实密度球形石墨整形工艺", "鹤岗示例新材料有限公司", need, &phrases);
    let right =
        Passage::new("论文，2023 年", "天然鳞片石墨分级整形及其电化学性能", "陈立群，哈尔滨示例大学", work, &phrases);
    vec![SideBySide::new("需求与成果对照", left, right).into()]
}

fn rules(t: Texts) -> Vec<Markup> {
    let finding = |clause, force, code, outcome, message: &str| Finding {
        clause,
        force,
        code,
        outcome,
        message: message.to_owned(),
    };
    let findings = [
        finding(clause!("2.1.1(2)"), Force::Must, "age.within_limit", Outcome::Met, "基准日满 47 周岁，不超过 55 周岁"),
        finding(
            clause!("2.1.1(3)b"),
            Force::Principle,
            "degree.or_title",
            Outcome::Broken,
            "本科学历、中级职称；须为硕士以上学历或副高以上职称，确需选派的由省科技厅书面说明理由",
        ),
        finding(
            clause!("2.3.1(4)"),
            Force::Must,
            "pair.no_equity",
            Outcome::Unknown,
            "未提供本人在该企业的持股比例，请补充股东信息后重新核查",
        ),
        finding(
            clause!("2.1.1(2)b"),
            Force::Prefer,
            "age.preferred",
            Outcome::Broken,
            "已满 40 周岁，同等条件下不优先",
        ),
    ];
    let parts = [
        ("标题词语", "球形石墨、振实密度、整形", 0.431),
        ("正文词语", "收率、气流分级", 0.268),
        ("成果年份", "2023 年，近三年", 0.142),
        ("依据篇数", "仅一篇相关成果", -0.029),
    ]
    .map(|(label, detail, value)| (label.to_owned(), detail.to_owned(), value));
    vec![
        FindingsList::new(t, "资格与回避核查", &findings).into(),
        Contributions::new(t, "得分构成", &parts, 0.812).into(),
    ]
}

fn job() -> Vec<Markup> {
    let cancel = Button::secondary("取消匹配");
    vec![Progress::new("正在匹配 150 条需求", 96, 150).detail("已用 4 秒，约剩 2 秒").actions(cancel).into()]
}
