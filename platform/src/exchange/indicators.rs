//! Figures of a text as the engine compares them: read by `programme::quality`, handed to `matching`.

use matching::evidence::{Field, Place};
use matching::indicator::{Indicator, Limit};
use programme::quality::quantity::{Comparator, Quantity, quantities};

/// The figures of a text that name a quantity and a unit that compares.
pub fn indicators(field: Field, text: &str) -> impl Iterator<Item = Indicator> {
    quantities(text).into_iter().filter_map(move |quantity| indicator(field, text, &quantity))
}

fn indicator(field: Field, text: &str, quantity: &Quantity<'_>) -> Option<Indicator> {
    let dimension = quantity.unit?.dimension.code()?;
    let (low, high) = quantity.in_base_units();
    let from = match text[..quantity.range.start].rfind(quantity.name) {
        Some(at) if !quantity.name.is_empty() => at,
        _ => return None,
    };
    Some(Indicator {
        name: quantity.name.to_owned(),
        dimension,
        limit: limit(quantity),
        low,
        high,
        text: text[from..quantity.range.end].to_owned(),
        place: Place { field, from, to: quantity.range.end },
    })
}

/// `达到` and a bare value are values: whether more or less is better, the words around do not say.
fn limit(quantity: &Quantity<'_>) -> Limit {
    match quantity.comparator {
        Some(Comparator::AtLeast | Comparator::MoreThan) => Limit::AtLeast,
        Some(Comparator::AtMost | Comparator::LessThan) => Limit::AtMost,
        Some(Comparator::About | Comparator::To) | None => Limit::Value,
    }
}

#[cfg(test)]
mod tests {
    use matching::indicator::{Outcome, compared};

    use super::*;

    fn of(text: &str) -> Vec<Indicator> {
        indicators(Field::Body, text).collect()
    }

    #[test]
    fn an_indicator_is_cited_verbatim_from_its_name_to_its_unit() {
        let text = "涂层厚度均匀，抗冲击韧性≥67%，抗拉强度不低于 1.2 GPa。";
        for one in of(text) {
            assert_eq!(&text[one.place.from..one.place.to], one.text);
        }
        let texts: Vec<String> = of(text).into_iter().map(|one| one.text).collect();
        assert_eq!(texts, ["抗冲击韧性≥67%", "抗拉强度不低于 1.2 GPa"]);
    }

    #[test]
    fn figures_compare_across_units_and_only_for_the_same_quantity() {
        let need = of("要求抗拉强度≥1200MPa，断后伸长率≥8%，表面粗糙度≤0.8μm。");
        let work = of("所得合金的抗拉强度达到1.25GPa，断后伸长率为6%，抗压强度为2GPa。");
        let outcomes: Vec<(String, Outcome)> =
            compared(&need, &work).into_iter().map(|one| (one.need.name, one.outcome)).collect();
        assert_eq!(outcomes.len(), 2, "{outcomes:?}");
        assert!(outcomes[0].0.ends_with("抗拉强度") && outcomes[0].1 == Outcome::Met, "{outcomes:?}");
        assert!(outcomes[1].0.ends_with("伸长率") && outcomes[1].1 == Outcome::Short, "{outcomes:?}");
    }

    #[test]
    fn money_counts_and_bare_numbers_are_no_indicators() {
        assert_eq!(of("研发投入500万元，授权专利12项，编号为 7，需要 3 人。"), []);
    }
}
