use programme::access::Scope;
use programme::parameters::{EMBEDDED, Parameters};
use programme::process::{Body, Matter, Parties, Stage, round};
use programme::record::{Enterprise, Shareholder};
use programme::rules::route::{Control, Route, Why};
use programme::seal::seal;
use store::testing::{self, on_each};
use store::{Tx, enterprise as enterprises, need, policy, route, shareholder};

use super::{CODE_A, CODE_B, by, enterprise, need_of};

/// Above the two: a group that is in the register, and a company that only holds shares.
const GROUP: &str = "91230000MA0000013T";
const BETWEEN: &str = "91230000MA0000023U";

fn held(enterprise: &str, holder: &str, share_basis_points: u32) -> Shareholder {
    Shareholder {
        enterprise: enterprise.to_owned(),
        holder: format!("公司{holder}"),
        holder_id: Some(holder.to_owned()),
        share_basis_points,
        founder: false,
    }
}

fn listed(code: &str) -> Enterprise {
    Enterprise { supervised: Some(true), ..enterprise(code, "230102") }
}

async fn seen_by_sasac(tx: &mut Tx) -> (Vec<Option<String>>, Vec<String>) {
    let enterprises = enterprises::all(tx, &Scope::Sasac).await.unwrap();
    let needs = need::all(tx, &Scope::Sasac).await.unwrap();
    (enterprises.into_iter().map(|one| one.credit_code).collect(), needs.into_iter().map(|one| one.need.id).collect())
}

#[tokio::test]
async fn an_enterprise_joins_and_leaves_the_list_with_its_needs() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        enterprises::insert_all(&mut tx, &by(), &[enterprise(CODE_A, "230102")]).await.unwrap();
        need::insert_all(&mut tx, &by(), &[need_of("n1", enterprise(CODE_A, "230102"))]).await.unwrap();
        assert_eq!(seen_by_sasac(&mut tx).await, (vec![], vec![]));
        enterprises::insert_all(&mut tx, &by(), &[listed(CODE_A)]).await.unwrap();
        assert_eq!(seen_by_sasac(&mut tx).await, (vec![Some(CODE_A.to_owned())], vec!["n1".to_owned()]));
        let struck = Enterprise { supervised: Some(false), ..enterprise(CODE_A, "230102") };
        enterprises::insert_all(&mut tx, &by(), &[struck]).await.unwrap();
        assert_eq!(seen_by_sasac(&mut tx).await, (vec![], vec![]));
    })
    .await;
}

#[tokio::test]
async fn an_import_of_holdings_settles_the_routes_of_what_they_control() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let below = Enterprise { parent: Some(CODE_A.to_owned()), ..enterprise(CODE_B, "230202") };
        enterprises::insert_all(&mut tx, &by(), &[listed(GROUP), enterprise(CODE_A, "230102"), below]).await.unwrap();
        assert_eq!(seen_by_sasac(&mut tx).await.0.len(), 1);
        let chain = [held(CODE_A, BETWEEN, 5_100), held(BETWEEN, GROUP, 10_000)];
        shareholder::insert_all(&mut tx, &by(), &chain).await.unwrap();
        assert_eq!(seen_by_sasac(&mut tx).await.0.len(), 3);
        let routed =
            route::of_enterprise(&mut tx, &Scope::Province, CODE_B, Parameters::embedded()).await.unwrap().unwrap();
        assert_eq!((routed.route, routed.why), (Route::Sasac, Why::ListedAbove));
        let chain: Vec<_> = routed.chain.iter().map(|link| (link.code.as_str(), link.control)).collect();
        assert_eq!(
            chain,
            [(CODE_A, Control::Stated), (BETWEEN, Control::Holding(5_100)), (GROUP, Control::Holding(10_000))]
        );
        shareholder::insert_all(&mut tx, &by(), &[held(CODE_A, BETWEEN, 5_000)]).await.unwrap();
        assert_eq!(seen_by_sasac(&mut tx).await.0.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_enterprise_that_a_need_brings_gets_the_route_that_holdings_give_it() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        enterprises::insert_all(&mut tx, &by(), &[listed(GROUP)]).await.unwrap();
        shareholder::insert_all(&mut tx, &by(), &[held(CODE_A, GROUP, 6_000)]).await.unwrap();
        need::insert_all(&mut tx, &by(), &[need_of("n1", enterprise(CODE_A, "230102"))]).await.unwrap();
        assert_eq!(seen_by_sasac(&mut tx).await.1, ["n1"]);
    })
    .await;
}

#[tokio::test]
async fn the_route_of_an_enterprise_is_told_to_those_who_see_the_enterprise() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        enterprises::insert_all(&mut tx, &by(), &[listed(CODE_A)]).await.unwrap();
        for (scope, told) in [
            (Scope::City("230100".to_owned()), true),
            (Scope::Enterprise(CODE_A.to_owned()), true),
            (Scope::City("230200".to_owned()), false),
            (Scope::Enterprise(CODE_B.to_owned()), false),
            (Scope::Accounts, false),
        ] {
            let found = route::of_enterprise(&mut tx, &scope, CODE_A, Parameters::embedded()).await.unwrap();
            assert_eq!(found.is_some(), told, "{scope:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_round_with_another_line_of_control_settles_the_routes_anew() {
    on_each(async |database| {
        let content = EMBEDDED.replace("value = 50\n", "value = 30\n");
        let revised = Parameters::parse(&content).unwrap();
        assert_eq!((Parameters::embedded().control_percent_over, revised.control_percent_over), (50, 30));
        let mut tx = database.write().await.unwrap();
        let held_below_half = [held(CODE_A, GROUP, 4_000)];
        enterprises::insert_all(&mut tx, &by(), &[listed(GROUP), enterprise(CODE_A, "230102")]).await.unwrap();
        shareholder::insert_all(&mut tx, &by(), &held_below_half).await.unwrap();
        let route = async |tx: &mut Tx, under: &Parameters| {
            route::of_enterprise(tx, &Scope::Province, CODE_A, under).await.unwrap().unwrap().route
        };
        assert_eq!(route(&mut tx, Parameters::embedded()).await, Route::City);
        assert_eq!(route(&mut tx, &revised).await, Route::Sasac);
        assert_eq!(seen_by_sasac(&mut tx).await.0.len(), 1);

        policy::keep(&mut tx, &by(), &seal(&content), "2025-2027", &content).await.unwrap();
        tx.commit().await.unwrap();
        let body = Body::default().with(&round::POLICY_HASH, seal(&content));
        let (id, title, stage) = ("round-000001".to_owned(), String::new(), Stage::RoundOpen);
        let round = Matter { id, stage, version: 1, title, parties: Parties::default(), body, due: None };
        testing::put_matters(&database, &by(), &[round]).await;
        let mut tx = database.write().await.unwrap();
        route::settle(&mut tx).await.unwrap();
        assert_eq!(seen_by_sasac(&mut tx).await.0.len(), 2);
    })
    .await;
}
