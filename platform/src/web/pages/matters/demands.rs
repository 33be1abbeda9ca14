//! The conditions of an act beside its form: what refuses it now, what will be kept as a remark, what the form decides.

use askama::Template;
use programme::process::{Guard, Standing};

use super::words;
use crate::texts;
use crate::usecases::acts::Foreseen;
use crate::web::kit::Markup;
use crate::web::kit::notice::Notice;
use crate::web::kit::status::{Status, Tone};
use crate::web::texts::{Lang, Texts};

texts! {
    demands_title: "办理条件", "What has to hold";
    demands_refuses: "不符合", "Not met";
    demands_warns: "提示", "Note";
    demands_let_go: "已放宽", "Let go";
    demands_of_the_form: "提交时核对", "Checked when sent";
    demands_holds: "符合", "Met";
    demands_hold(count: usize): "其余 {count} 项已符合", "{count} more are met";
    demands_all_hold(count: usize): "{count} 项条件均已符合", "All {count} are met";
    demands_cited(demand: &str, clause: &str): "{demand}（{clause}）", "{demand} ({clause})";
    demands_unmet(condition: &str): "不符合：{condition}", "Not met: {condition}";
    demands_barred: "现在还不能办理的操作", "What would be refused now";
    demands_not_yet: "现在还不能办理", "This would be refused now";
    demands_not_yet_body: "请先解决下面“不符合”的各项；解决之前，填写后提交也会被退回。",
        "See to what is marked “not met” below first; until then the form would be refused.";
}

/// The conditions, those that need somebody first.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "pages/demands.html")]
pub(super) struct Demands {
    title: &'static str,
    open: Vec<Line>,
    met: Vec<Line>,
    met_summary: String,
}

#[derive(Clone, Debug)]
struct Line {
    status: Status,
    demand: String,
    sentence: Markup,
}

crate::web::kit::components!(Demands);

impl Demands {
    pub(super) fn new(foreseen: &Foreseen, t: Texts) -> Self {
        let mut sorted: Vec<_> = foreseen.iter().collect();
        sorted.sort_by_key(|(_, standing)| rank(standing));
        let (met, open): (Vec<_>, Vec<_>) = sorted.into_iter().partition(|(_, standing)| *standing == Standing::Holds);
        let line = |(guard, standing): &(&Guard, Standing)| {
            let (word, tone, sentence) = described(standing, t);
            let demand = t.demands_cited(words::said(guard.demands, t), words::clause(guard.clause, t));
            Line { status: Status::new(word, tone), demand, sentence: found(sentence, t) }
        };
        Self {
            title: t.demands_title(),
            met_summary: if open.is_empty() { t.demands_all_hold(met.len()) } else { t.demands_hold(met.len()) },
            open: open.into_iter().map(line).collect(),
            met: met.into_iter().map(line).collect(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty() && self.met.is_empty()
    }
}

/// Acts that would be refused whatever is filled in, each with every reason: value, limit, way out, clause.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/barred.html")]
pub(super) struct Barred {
    title: &'static str,
    acts: Vec<Refused>,
    t: Texts,
}

#[derive(Clone, Debug)]
struct Refused {
    act: String,
    href: String,
    reasons: Vec<Markup>,
}

crate::web::kit::components!(Barred);

impl Barred {
    pub(super) fn new(t: Texts) -> Self {
        Self { title: t.demands_barred(), acts: Vec::new(), t }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.acts.is_empty()
    }

    /// Takes the act in when something refuses it; whether it did.
    pub(super) fn takes(&mut self, foreseen: &Foreseen, act: &str, href: &str) -> bool {
        let reasons: Vec<Markup> = foreseen.iter().filter_map(|one| refusal(one, self.t)).collect();
        let is_barred = !reasons.is_empty();
        if is_barred {
            self.acts.push(Refused { act: act.to_owned(), href: href.to_owned(), reasons });
        }
        is_barred
    }
}

fn refusal((guard, standing): &(&'static Guard, Standing), t: Texts) -> Option<Markup> {
    let Standing::Refuses(sentence) = standing else { return None };
    let clause = words::clause(guard.clause, t);
    Some(match t.lang {
        Lang::Chinese => t.demands_cited(sentence, clause).into(),
        Lang::English => unmet(&t.demands_cited(guard.demands.english, clause), sentence, t),
    })
}

/// In English the condition that is not met, and what was found as it is said in Chinese.
pub(super) fn unmet(condition: &str, sentence: &str, t: Texts) -> Markup {
    Markup::of(&Unmet { condition: t.demands_unmet(condition), sentence: found(sentence, t) })
}

#[derive(Template)]
#[template(source = "{{ condition }}<br>{{ sentence }}", ext = "html")]
struct Unmet {
    condition: String,
    sentence: Markup,
}

/// A sentence with its values, which the tables say in Chinese alone; marked as such on a page in English.
fn found(sentence: &str, t: Texts) -> Markup {
    if t.lang == Lang::Chinese || sentence.is_empty() { sentence.into() } else { Markup::of(&InChinese { sentence }) }
}

#[derive(Template)]
#[template(source = r#"<span lang="zh-CN">{{ sentence }}</span>"#, ext = "html")]
struct InChinese<'a> {
    sentence: &'a str,
}

/// Said above the form when the act would be refused whatever is filled in.
pub(super) fn not_yet(foreseen: &Foreseen, t: Texts) -> Option<Notice> {
    let refused = foreseen.iter().any(|(_, standing)| matches!(standing, Standing::Refuses(_)));
    refused.then(|| Notice::warning(t, t.demands_not_yet()).body(t.demands_not_yet_body()))
}

const fn rank(standing: &Standing) -> u8 {
    match standing {
        Standing::Refuses(_) => 0,
        Standing::Warns(_) => 1,
        Standing::LetGo => 2,
        Standing::OfTheForm => 3,
        Standing::Holds => 4,
    }
}

fn described(standing: &Standing, t: Texts) -> (&'static str, Tone, &str) {
    match standing {
        Standing::Refuses(sentence) => (t.demands_refuses(), Tone::Bad, sentence),
        Standing::Warns(sentence) => (t.demands_warns(), Tone::Attention, sentence),
        Standing::LetGo => (t.demands_let_go(), Tone::Attention, ""),
        Standing::OfTheForm => (t.demands_of_the_form(), Tone::Neutral, ""),
        Standing::Holds => (t.demands_holds(), Tone::Good, ""),
    }
}
