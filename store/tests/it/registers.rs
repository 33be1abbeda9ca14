use chrono::NaiveDate;
use programme::access::Scope;
use programme::record::{Misconduct, Shareholder};
use store::testing::on_each;
use store::{Written, misconduct, shareholder};

use super::{CODE_A, CODE_B, by};

fn holding(enterprise: &str, holder: &str, points: u32) -> Shareholder {
    Shareholder {
        enterprise: enterprise.to_owned(),
        holder: holder.to_owned(),
        holder_id: Some(format!("id-{holder}")),
        share_basis_points: points,
        founder: points == 0,
    }
}

fn entry(subject: &str, day: u32, until: Option<NaiveDate>) -> Misconduct {
    Misconduct {
        subject: subject.to_owned(),
        name: "某人".to_owned(),
        from: NaiveDate::from_ymd_opt(2024, 5, day).unwrap(),
        until,
        basis: "黑科监〔2024〕1号".to_owned(),
    }
}

#[tokio::test]
async fn holdings_come_back_as_written_those_of_one_enterprise_apart() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let unnamed = Shareholder { holder_id: None, ..holding(CODE_A, "丁", 1) };
        let all = [holding(CODE_A, "丙", 10_000), unnamed, holding(CODE_B, "丙", 0)];
        let done = shareholder::insert_all(&mut tx, &by(), &all).await.unwrap();
        assert_eq!(done, Written { inserted: 3, updated: 0 });
        let mut kept = shareholder::all(&mut tx, &Scope::Province).await.unwrap();
        kept.sort_by_key(|holding| all.iter().position(|written| written == holding));
        assert_eq!(kept, all);
        assert_eq!(shareholder::of_enterprise(&mut tx, &Scope::Province, CODE_B).await.unwrap(), [all[2].clone()]);
    })
    .await;
}

#[tokio::test]
async fn a_known_holding_is_overwritten_and_others_stay() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let first = [holding(CODE_A, "甲", 100), holding(CODE_A, "乙", 200)];
        shareholder::insert_all(&mut tx, &by(), &first).await.unwrap();
        let second = [holding(CODE_A, "甲", 0), holding(CODE_B, "甲", 5)];
        let done = shareholder::insert_all(&mut tx, &by(), &second).await.unwrap();
        assert_eq!(done, Written { inserted: 1, updated: 1 });
        let points: Vec<u32> = shareholder::all(&mut tx, &Scope::Province)
            .await
            .unwrap()
            .iter()
            .map(|holding| holding.share_basis_points)
            .collect();
        assert_eq!(points.iter().sum::<u32>(), 205);
        assert!(shareholder::insert_all(&mut tx, &by(), &[second[0].clone(), second[0].clone()]).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn the_database_refuses_a_share_above_the_whole() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        assert!(shareholder::insert_all(&mut tx, &by(), &[holding(CODE_A, "甲", 10_001)]).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn entries_of_misconduct_come_back_and_are_lifted_by_a_second_writing() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let first = [entry("p1", 1, None), entry("p2", 1, None)];
        assert_eq!(misconduct::insert_all(&mut tx, &by(), &first).await.unwrap(), Written { inserted: 2, updated: 0 });
        let lifted = entry("p1", 1, NaiveDate::from_ymd_opt(2024, 5, 1));
        let done = misconduct::insert_all(&mut tx, &by(), &[lifted.clone(), entry("p1", 9, None)]).await.unwrap();
        assert_eq!(done, Written { inserted: 1, updated: 1 });
        let of_p1 = misconduct::of_subjects(&mut tx, &Scope::Province, &["p1"]).await.unwrap();
        assert_eq!(of_p1, [lifted, entry("p1", 9, None)]);
        assert_eq!(misconduct::all(&mut tx, &Scope::Province).await.unwrap().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn the_database_refuses_an_entry_that_ends_before_it_begins() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let backwards = entry("p1", 2, NaiveDate::from_ymd_opt(2024, 5, 1));
        assert!(misconduct::insert_all(&mut tx, &by(), &[backwards]).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn both_registers_are_read_by_the_province_alone() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        shareholder::insert_all(&mut tx, &by(), &[holding(CODE_A, "甲", 100)]).await.unwrap();
        misconduct::insert_all(&mut tx, &by(), &[entry("p1", 1, None)]).await.unwrap();
        for scope in [
            Scope::City("230100".to_owned()),
            Scope::Enterprise(CODE_A.to_owned()),
            Scope::Person("p1".to_owned()),
            Scope::Public,
        ] {
            assert!(shareholder::all(&mut tx, &scope).await.unwrap().is_empty(), "{scope:?}");
            assert!(shareholder::of_enterprise(&mut tx, &scope, CODE_A).await.unwrap().is_empty(), "{scope:?}");
            assert!(misconduct::all(&mut tx, &scope).await.unwrap().is_empty(), "{scope:?}");
            assert!(misconduct::of_subjects(&mut tx, &scope, &["p1"]).await.unwrap().is_empty(), "{scope:?}");
        }
    })
    .await;
}
