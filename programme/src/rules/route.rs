//! 三（一）: who collects and reviews a need, the two bureaus of its city or 省国资委 alone.
//!
//! The plan says 省国资委监管的省属国有企业. The reading taken: enterprises on 省国资委's list and the companies that they
//! control go to it; enterprises of the central government, and all others, go to their city. Control is stated in the
//! register (上级企业代码) or is a holding above `control_percent_over`; a chain of control is followed upwards, the
//! nearest listed enterprise first. A chain ends at a central enterprise: what it controls is not the province's.

use std::collections::{BTreeSet, VecDeque};

use crate::clause;
use crate::clause::Clause;
use crate::identifiers::CreditCode;
use crate::parameters::Parameters;
use crate::record::{Shareholder, words};

/// Links of a chain of control that are followed; what lies above is left to a person.
pub const CHAIN_LINKS_MAX: usize = 10;

words! {
    /// The way a need takes to the province.
    Route { /// Both bureaus of the city approve and report jointly.
        City = "city" / "市（地）科技局、工信局", /// 省国资委 reviews alone and feeds back.
        Sasac = "sasac" / "省国资委" }
}

impl Route {
    /// The clause that describes it.
    pub const fn clause(self) -> Clause {
        match self {
            Self::City => clause!("3.1b"),
            Self::Sasac => clause!("3.1c"),
        }
    }
}

/// What the register knows of one enterprise, or of a company that only holds shares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Registered name.
    pub name: Option<String>,
    /// Whether 省国资委's list names it.
    pub listed: bool,
    /// Whether it belongs to the central government.
    pub central: bool,
    /// Who controls it, the surest first.
    pub controllers: Vec<Controller>,
}

/// A company that controls another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Controller {
    /// Credit code.
    pub code: String,
    /// How it controls.
    pub control: Control,
}

/// How one company controls another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// The register names it as the company above.
    Stated,
    /// It holds so many hundredths of a per cent.
    Holding(u32),
}

/// One company above the enterprise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Credit code.
    pub code: String,
    /// Registered name, where it is known.
    pub name: Option<String>,
    /// How it controls the company below.
    pub control: Control,
}

/// Why a route was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The enterprise is on the list.
    Listed,
    /// The last company of the chain is on the list.
    ListedAbove,
    /// The enterprise belongs to the central government.
    Central,
    /// The last company of the chain belongs to the central government.
    CentralAbove,
    /// Neither it nor anybody above is on the list.
    Unlisted,
    /// Nobody on the list was met within [`CHAIN_LINKS_MAX`] links.
    TooLong,
}

/// A route with what decided it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routed {
    /// The route.
    pub route: Route,
    /// What decided it.
    pub why: Why,
    /// From the company right above the enterprise to the one that decided; empty when the enterprise itself did.
    pub chain: Vec<Link>,
}

/// Who controls an enterprise: the stated company above, then holders with more than the policy's share, largest first.
pub fn controllers(parent: Option<&str>, holdings: &[Shareholder], parameters: &Parameters) -> Vec<Controller> {
    let stated = parent.map(|code| Controller { code: code.to_owned(), control: Control::Stated });
    let over = parameters.control_percent_over * 100;
    let mut held: Vec<Controller> = holdings
        .iter()
        .filter(|holding| holding.share_basis_points > over)
        .filter_map(|holding| {
            let code = holding.holder_id.clone().filter(|id| CreditCode::parse(id).is_ok())?;
            Some(Controller { code, control: Control::Holding(holding.share_basis_points) })
        })
        .filter(|controller| parent != Some(controller.code.as_str()))
        .collect();
    held.sort_by(|a, b| share(b).cmp(&share(a)).then_with(|| a.code.cmp(&b.code)));
    stated.into_iter().chain(held).collect()
}

const fn share(controller: &Controller) -> u32 {
    match controller.control {
        Control::Stated => u32::MAX,
        Control::Holding(basis_points) => basis_points,
    }
}

/// Decides the route of an enterprise. `lookup` gives what is known of a credit code, nothing of one that nobody knows.
pub fn route<'a>(code: &str, lookup: impl Fn(&str) -> Option<&'a Standing>) -> Routed {
    let own = |route, why| Routed { route, why, chain: Vec::new() };
    let Some(standing) = lookup(code) else { return own(Route::City, Why::Unlisted) };
    if standing.central {
        return own(Route::City, Why::Central);
    }
    if standing.listed {
        return own(Route::Sasac, Why::Listed);
    }
    look_above(code, standing, lookup)
}

/// Walks upwards, nearest first; each company is looked at once, so that holdings in a circle come to an end.
fn look_above<'a>(code: &str, standing: &'a Standing, lookup: impl Fn(&str) -> Option<&'a Standing>) -> Routed {
    let mut seen = BTreeSet::from([code.to_owned()]);
    let mut waiting = VecDeque::from([(Vec::new(), standing)]);
    let mut otherwise = Routed { route: Route::City, why: Why::Unlisted, chain: Vec::new() };
    while let Some((below, standing)) = waiting.pop_front() {
        if below.len() == CHAIN_LINKS_MAX && !standing.controllers.is_empty() {
            otherwise = Routed { why: Why::TooLong, chain: below, ..otherwise };
            continue;
        }
        for controller in &standing.controllers {
            let Some(above) = lookup(&controller.code).filter(|_| seen.insert(controller.code.clone())) else {
                continue;
            };
            let mut chain = below.clone();
            chain.push(Link { code: controller.code.clone(), name: above.name.clone(), control: controller.control });
            match (above.central, above.listed) {
                (true, _) if otherwise.why == Why::Unlisted => {
                    otherwise = Routed { why: Why::CentralAbove, chain, ..otherwise };
                }
                (true, _) => {}
                (false, true) => return Routed { route: Route::Sasac, why: Why::ListedAbove, chain },
                (false, false) => waiting.push_back((chain, above)),
            }
        }
    }
    otherwise
}

impl Routed {
    /// The route in words, with what decided it and the clause.
    pub fn explanation(&self) -> String {
        let (mut sentence, mut last) = (String::new(), "企业");
        for link in &self.chain {
            sentence.push_str(&link.in_chinese(last));
            last = link.name();
        }
        let reason = match self.why {
            Why::Listed | Why::ListedAbove => format!("{sentence}{last}在省国资委监管名单上"),
            Why::Central | Why::CentralAbove => format!("{sentence}{last}为中央企业，不由省国资委监管"),
            Why::Unlisted => "企业及其上级企业不在省国资委监管名单上".to_owned(),
            Why::TooLong => {
                format!("向上追溯 {CHAIN_LINKS_MAX} 级未见省国资委监管企业，更上一级请人工核实")
            }
        };
        let way = match self.route {
            Route::City => "需求由所在市（地）科技局、工信局征集审核",
            Route::Sasac => "需求由省国资委征集审核",
        };
        format!("{reason}，{way}（{}）", self.route.clause().chinese())
    }
}

impl Link {
    fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.code)
    }

    fn in_chinese(&self, below: &str) -> String {
        let name = self.name();
        match self.control {
            Control::Stated => format!("{below}由{name}控制，"),
            Control::Holding(points) => format!("{below}由{name}持股 {}.{:02}%，", points / 100, points % 100),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    const GROUP: &str = "91230000MA0000013T";

    fn standing(above: &[(&str, Control)]) -> Standing {
        let controller = |(code, control): &(&str, Control)| Controller { code: (*code).to_owned(), control: *control };
        Standing { controllers: above.iter().map(controller).collect(), ..Standing::default() }
    }

    fn named(name: &str, standing: Standing) -> Standing {
        Standing { name: Some(name.to_owned()), ..standing }
    }

    fn listed() -> Standing {
        named("龙江集团", Standing { listed: true, ..Standing::default() })
    }

    fn routed(register: &[(&str, Standing)]) -> Routed {
        let register: HashMap<&str, &Standing> = register.iter().map(|(code, standing)| (*code, standing)).collect();
        route("a", |code| register.get(code).copied())
    }

    #[test]
    fn an_enterprise_on_the_list_goes_to_sasac() {
        let found = routed(&[("a", listed())]);
        assert_eq!(found.route, Route::Sasac);
        insta::assert_snapshot!(found.explanation(), @"企业在省国资委监管名单上，需求由省国资委征集审核（方案三（一））");
    }

    #[test]
    fn a_company_controlled_by_a_listed_one_through_others_goes_to_sasac_with_the_chain() {
        let found = routed(&[
            ("a", standing(&[("b", Control::Holding(6_700))])),
            ("b", named("松江公司", standing(&[("c", Control::Stated)]))),
            ("c", listed()),
        ]);
        assert_eq!((found.route, found.chain.len()), (Route::Sasac, 2));
        insta::assert_snapshot!(found.explanation(), @"企业由松江公司持股 67.00%，松江公司由龙江集团控制，龙江集团在省国资委监管名单上，需求由省国资委征集审核（方案三（一））");
    }

    #[test]
    fn central_enterprises_and_what_they_control_go_to_the_city() {
        let central = named("某央企", Standing { central: true, ..Standing::default() });
        assert_eq!(routed(&[("a", central.clone())]).why, Why::Central);
        let below = routed(&[("a", standing(&[("b", Control::Stated)])), ("b", central)]);
        assert_eq!((below.route, below.why), (Route::City, Why::CentralAbove));
        insta::assert_snapshot!(below.explanation(), @"企业由某央企控制，某央企为中央企业，不由省国资委监管，需求由所在市（地）科技局、工信局征集审核（方案三（一））");
    }

    #[test]
    fn what_nobody_knows_and_what_nobody_listed_controls_goes_to_the_city() {
        assert_eq!(routed(&[]).why, Why::Unlisted);
        let found = routed(&[("a", standing(&[("b", Control::Stated)])), ("b", Standing::default())]);
        assert_eq!((found.route, found.why), (Route::City, Why::Unlisted));
        insta::assert_snapshot!(found.explanation(), @"企业及其上级企业不在省国资委监管名单上，需求由所在市（地）科技局、工信局征集审核（方案三（一））");
    }

    #[test]
    fn the_nearest_listed_company_is_the_one_that_is_named() {
        let found = routed(&[
            ("a", standing(&[("b", Control::Stated), ("d", Control::Holding(5_100))])),
            ("b", standing(&[("c", Control::Stated)])),
            ("c", listed()),
            ("d", named("近处集团", Standing { listed: true, ..Standing::default() })),
        ]);
        assert_eq!(found.chain.len(), 1);
        assert_eq!(found.chain[0].name.as_deref(), Some("近处集团"));
    }

    #[test]
    fn companies_that_control_one_another_in_a_circle_come_to_an_end() {
        let circle = |above| standing(&[(above, Control::Stated)]);
        assert_eq!(routed(&[("a", circle("b")), ("b", circle("a"))]).route, Route::City);
    }

    #[test]
    fn a_chain_at_its_bound_is_followed_and_a_longer_one_is_left_to_a_person() {
        for (links, why) in [
            (CHAIN_LINKS_MAX - 1, Why::ListedAbove),
            (CHAIN_LINKS_MAX, Why::ListedAbove),
            (CHAIN_LINKS_MAX + 1, Why::TooLong),
        ] {
            let codes: Vec<String> =
                std::iter::once("a".to_owned()).chain((1..=links).map(|at| at.to_string())).collect();
            let mut register: Vec<(&str, Standing)> = codes
                .windows(2)
                .map(|pair| (pair[0].as_str(), standing(&[(pair[1].as_str(), Control::Stated)])))
                .collect();
            register.push((&codes[links], listed()));
            assert_eq!(routed(&register).why, why, "{links}");
        }
    }

    #[test]
    fn a_share_above_the_policys_bound_controls_and_one_at_it_does_not() {
        let parameters = Parameters::embedded();
        let bound = parameters.control_percent_over * 100;
        let holding = |id: Option<&str>, points| Shareholder {
            holder_id: id.map(str::to_owned),
            share_basis_points: points,
            ..Shareholder::default()
        };
        let found = |holding: Shareholder| controllers(None, &[holding], parameters).len();
        for (points, controls) in [(bound - 1, 0), (bound, 0), (bound + 1, 1)] {
            assert_eq!(found(holding(Some("91230199MA0000015K"), points)), controls, "{points}");
        }
        assert_eq!(found(holding(Some("P1"), 10_000)), 0, "a person is no company");
        assert_eq!(found(holding(None, 10_000)), 0, "a holder without a code cannot be followed");
    }

    #[test]
    fn a_stated_company_above_stands_first_and_once() {
        let holding = Shareholder {
            holder_id: Some("91230199MA0000015K".to_owned()),
            share_basis_points: 9_000,
            ..Shareholder::default()
        };
        let parameters = Parameters::embedded();
        let both = controllers(Some(GROUP), std::slice::from_ref(&holding), parameters);
        assert_eq!(both.iter().map(|one| one.code.as_str()).collect::<Vec<_>>(), [GROUP, "91230199MA0000015K"]);
        let once = controllers(Some("91230199MA0000015K"), &[holding], parameters);
        assert_eq!(once, [Controller { code: "91230199MA0000015K".to_owned(), control: Control::Stated }]);
    }
}
