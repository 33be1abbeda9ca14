//! A declared certificate: its files, and whether it counts yet.

use programme::access::Record;
use programme::process::Stage;
use store::Tx;

use super::Asked;
use crate::texts;
use crate::usecases::attachments::Use;
use crate::web::errors::Failure;
use crate::web::kit::Markup;
use crate::web::kit::button::ButtonLink;
use crate::web::kit::notice::Notice;
use crate::web::pages::{attachments, enterprise};
use crate::web::texts::{Lang, Texts};

texts! {
    certificate_not_yet: "核对生效之前不作数", "It does not count until it is checked";
    certificate_no_file: "还没有上传证书扫描件；上传后主管部门才能核对。", "No scan yet; it can be checked only once there is one.";
    certificate_register: "查看企业登记", "See the enterprise's register";
}

/// The parts, in the order in which they are read.
pub(super) async fn sections(tx: &mut Tx, asked: &Asked<'_>) -> Result<Vec<Markup>, Failure> {
    let (matter, t) = (&asked.kept.matter, asked.t);
    let mut parts = Vec::new();
    if matches!(matter.stage, Stage::QualificationScience | Stage::QualificationIndustry) {
        let has_file = !store::attachment::of_matter(tx, &matter.id).await?.is_empty();
        let notice = Notice::warning(t, t.certificate_not_yet()).clause(programme::clause!("2.3.1(1)"), t);
        parts.push(if has_file { notice } else { notice.body(t.certificate_no_file()) }.into());
    }
    let mut links: Vec<Markup> = vec![attachments::link(&matter.id, Use::Certificate, t).into()];
    if let Some(code) = matter.parties.enterprise.as_deref().filter(|_| asked.visitor.reads(Record::Enterprise)) {
        links.push(ButtonLink::secondary(t.certificate_register(), enterprise::href(code)).into());
    }
    parts.push(Markup::joined(links));
    Ok(parts)
}
