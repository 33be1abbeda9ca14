//! Who collects an enterprise's needs (3.1b, 3.1c), from the register of enterprises and from holdings.
//!
//! The answer is kept beside the enterprise and its needs, since it is 省国资委's filter; each import of either register
//! settles it anew, and so does a new round, which may run under another share of control. Its explanation is made when asked
//! for, under the policy of the round that asks.

use std::collections::HashMap;

use programme::access::Scope;
use programme::parameters::Parameters;
use programme::record::Shareholder;
use programme::rules::route::{self, CHAIN_LINKS_MAX, Route, Routed, Standing};

use crate::enterprise::{self, carry_to_needs};
use crate::sql::{ROWS_PER_STATEMENT, Sql};
use crate::{Result, Tx, policy};

const SELECT: &str = "SELECT credit_code, name, sasac_listed, central_soe, parent_code, supervised FROM enterprise \
    WHERE credit_code";
const HELD: &str = "SELECT enterprise_code, holder_id, share_basis_points FROM shareholder WHERE enterprise_code";

#[derive(sqlx::FromRow)]
struct Stated {
    credit_code: String,
    name: Option<String>,
    sasac_listed: Option<bool>,
    central_soe: Option<bool>,
    parent_code: Option<String>,
    supervised: bool,
}

/// The route of an enterprise with the chain of control that decided it, when the scope may see the enterprise.
pub async fn of_enterprise(
    tx: &mut Tx,
    scope: &Scope,
    credit_code: &str,
    parameters: &Parameters,
) -> Result<Option<Routed>> {
    if enterprise::get(tx, scope, credit_code).await?.is_none() {
        return Ok(None);
    }
    let mut register: HashMap<String, Standing> = HashMap::new();
    let mut asked = vec![credit_code.to_owned()];
    // One link more than is followed tells a chain that ends from one that is too long.
    for _ in 0..=CHAIN_LINKS_MAX + 1 {
        let found = standings(tx, Some(&asked), parameters).await?;
        asked = found
            .values()
            .flat_map(|(standing, _)| &standing.controllers)
            .map(|controller| controller.code.clone())
            .filter(|code| !register.contains_key(code) && !found.contains_key(code))
            .collect();
        asked.sort_unstable();
        asked.dedup();
        register.extend(found.into_iter().map(|(code, (standing, _))| (code, standing)));
        if asked.is_empty() {
            break;
        }
    }
    Ok(Some(route::route(credit_code, |code| register.get(code))))
}

/// Decides every enterprise's route anew under the policy of the round that runs, and carries what changed to the needs: after
/// an import of either register, and when a round is issued.
pub async fn settle(tx: &mut Tx) -> Result<()> {
    let parameters = policy::current(tx).await?;
    let register = standings(tx, None, &parameters).await?;
    let lookup = |code: &str| register.get(code).map(|(standing, _)| standing);
    let (mut gained, mut lost) = (Vec::new(), Vec::new());
    for (code, (_, kept)) in &register {
        let Some(kept) = kept else { continue };
        match (route::route(code, lookup).route == Route::Sasac, *kept) {
            (true, false) => gained.push(code.as_str()),
            (false, true) => lost.push(code.as_str()),
            _ => {}
        }
    }
    mark(tx, "UPDATE enterprise SET supervised = TRUE WHERE credit_code IN (", &gained).await?;
    mark(tx, "UPDATE enterprise SET supervised = FALSE WHERE credit_code IN (", &lost).await?;
    carry_to_needs(tx, &[gained, lost].concat()).await
}

async fn mark(tx: &mut Tx, head: &'static str, codes: &[&str]) -> Result<()> {
    for chunk in codes.chunks(ROWS_PER_STATEMENT) {
        let mut sql = Sql::new(head);
        sql.bind_all(chunk.iter().copied()).push(")");
        sql.run(tx).await?;
    }
    Ok(())
}

/// Standings by credit code, with the route that is kept for enterprises that are registered: of some codes, or of all.
async fn standings(
    tx: &mut Tx,
    only: Option<&[String]>,
    parameters: &Parameters,
) -> Result<HashMap<String, (Standing, Option<bool>)>> {
    let stated: Vec<Stated> = select(SELECT, only).all(tx).await?;
    let mut holdings = controlling(tx, only, parameters).await?;
    let mut found = HashMap::new();
    for row in stated {
        let held = holdings.remove(&row.credit_code).unwrap_or_default();
        let standing = Standing {
            name: row.name,
            listed: row.sasac_listed == Some(true),
            central: row.central_soe == Some(true),
            controllers: route::controllers(row.parent_code.as_deref(), &held, parameters),
        };
        found.insert(row.credit_code, (standing, Some(row.supervised)));
    }
    // A company that only holds shares is in no register of enterprises and may still stand in a chain.
    for (code, held) in holdings {
        let standing = Standing { controllers: route::controllers(None, &held, parameters), ..Standing::default() };
        found.insert(code, (standing, None));
    }
    Ok(found)
}

/// Holdings that may control, by the enterprise that is held.
async fn controlling(
    tx: &mut Tx,
    only: Option<&[String]>,
    parameters: &Parameters,
) -> Result<HashMap<String, Vec<Shareholder>>> {
    let mut sql = select(HELD, only);
    sql.push(" AND share_basis_points > ").bind(i64::from(parameters.control_percent_over) * 100);
    let mut found: HashMap<String, Vec<Shareholder>> = HashMap::new();
    for (enterprise, holder, points) in sql.all::<(String, String, i64)>(tx).await? {
        let share_basis_points = u32::try_from(points).unwrap_or_default();
        let holding = Shareholder { holder_id: Some(holder), share_basis_points, ..Shareholder::default() };
        found.entry(enterprise).or_default().push(holding);
    }
    Ok(found)
}

/// `head` ends with the column of the credit code.
fn select(head: &'static str, only: Option<&[String]>) -> Sql {
    let mut sql = Sql::new(head);
    match only {
        Some(codes) => sql.push(" IN (").bind_all(codes.iter().map(String::as_str)).push(")"),
        None => sql.push(" > ").bind(""),
    };
    sql
}
