//! 三（四）: the final list is a subset of the suggestions; names can be struck, not added.

use std::collections::BTreeSet;

use super::{Rule, enumerated};
use crate::clause;
use crate::finding::Finding;
use crate::finding::Force::Must;

const NOTHING_ADDED: Rule =
    Rule {
        clause: clause!("3.4a"), force: Must, code: "listing.nothing_added", needs: "建议名单或拟选派名单"
    };

/// The rules of this file.
pub const RULES: &[Rule] = &[NOTHING_ADDED];

/// What the rule asks of a list; what is not stated is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListingFacts {
    /// Ids that the organisers suggested.
    pub suggested: Option<Vec<String>>,
    /// Ids that the province lists.
    pub final_list: Option<Vec<String>>,
}

/// All findings on a list.
pub fn review(facts: &ListingFacts) -> Vec<Finding> {
    let (Some(suggested), Some(listed)) = (&facts.suggested, &facts.final_list) else {
        return vec![NOTHING_ADDED.unknown()];
    };
    let suggested: BTreeSet<&String> = suggested.iter().collect();
    let listed: BTreeSet<&String> = listed.iter().collect();
    let added: Vec<&str> = listed.difference(&suggested).map(|id| id.as_str()).collect();
    if added.is_empty() {
        let struck = suggested.len() - listed.len();
        return vec![NOTHING_ADDED.met(format!(
            "建议 {} 项、拟选派 {} 项，调减 {struck} 项，无增加",
            suggested.len(),
            listed.len()
        ))];
    }
    vec![NOTHING_ADDED.broken(
        format!("拟选派名单增加了建议名单没有的 {} 项：{}", added.len(), enumerated(&added, "、")),
        "调减不调增：请删去；确需增加的，上会前说明理由、退回组织单位重新报送",
    )]
}
