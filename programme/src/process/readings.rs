//! Where the plan is silent or can be read in more than one way: the reading that the rules take, for officials to confirm.
//!
//! Numbers that a reading gives stand in the policy file, each beside its own; here are the readings of the steps.

use crate::clause;
use crate::clause::Clause;

/// One reading taken.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// The clause that is read.
    pub clause: Clause,
    /// What the plan leaves open.
    pub point: &'static str,
    /// How it is read here.
    pub taken: &'static str,
}

const fn reading(clause: Clause, point: &'static str, taken: &'static str) -> Reading {
    Reading { clause, point, taken }
}

/// Every reading, in the plan's order.
pub const READINGS: &[Reading] = &[
    reading(clause!("1.1"), "县（市、区）的职责", "三（一）至（五）的事项由市（地）决定，县（市、区）可查看，不作决定"),
    reading(
        clause!("2.1.1(2)"),
        "55周岁以哪一天为准",
        "批次通知日期；通知公布出生日期界限的以该日期为准，全批次不再变动",
    ),
    reading(clause!("2.1.1(2)"), "55周岁又几个月", "可以参加，推荐和推送时提示人工核对"),
    reading(clause!("2.1.1(2)b"), "同等条件", "相关程度同档，且均符合资格"),
    reading(clause!("2.1.1(3)"), "与主营业务相关由谁认定", "系统给出依据，推送前由省科技厅经办人确认"),
    reading(
        clause!("2.2.1(2)"),
        "所在学科按哪个目录",
        "研究生教育学科专业目录和一流学科名单；科研院所不作要求；聘任期间调入高校的，按新单位重新核查",
    ),
    reading(
        clause!("2.3.1(1)"),
        "提交需求后资质证书到期",
        "提交时、列入名单时必须有效；其间各环节和签约、变更时提示续期，不因复审期失去人选",
    ),
    reading(
        clause!("2.3.1(1)"),
        "登记中查不到的事项",
        "列入名单时须已核实；确无登记可查的，由省科技厅书面说明；签约、备案时仍查不到的不予办理",
    ),
    reading(
        clause!("2.3.1(4)"),
        "间接持股、亲属、股票",
        "本人、单位及其控制的公司持股即不得选派；其他链条由双方声明，省科技厅判断",
    ),
    reading(clause!("3.1a"), "退回修改的需求何时再报", "批次办结前可以再次提交；新的需求只在征集期内提交"),
    reading(
        clause!("3.1a"),
        "联合印发的期限可否改动",
        "省科技厅写明理由后可以延长，不得缩短；需求截止后不再延长征集；原日期长期可见",
    ),
    reading(
        clause!("3.1a"),
        "导入的需求表",
        "只是匹配参考材料，不算提交；企业提交时逐项核查，与网上填写的需求同样办理",
    ),
    reading(
        clause!("3.1b"),
        "两局意见不一或一方不答复",
        "两局同意同一文本方可上报；一局不予受理的，需求不上报；一局未办的列名提示，另一局不能代办",
    ),
    reading(
        clause!("3.1c"),
        "央企和二、三级企业",
        "省国资委名单内企业及其控制的企业走国资委渠道，央企和其他企业走市（地）渠道；省科技厅可写明理由改变",
    ),
    reading(clause!("3.2a"), "征集期内可否推荐", "已报省的需求在征集期内也可匹配推荐，不必等批次截止"),
    reading(
        clause!("3.2b"),
        "一个需求、一个人的推送数",
        "每个岗位一项在办推送，候补依次递补；一人同时一项；推送均由省科技厅逐项确认",
    ),
    reading(
        clause!("3.2b"),
        "本人何时可以退出",
        "自愿参与：组织单位确认上报之前都可以谢绝；对接中谢绝的按对接未成办理",
    ),
    reading(clause!("3.2b"), "逾期未答", "既非同意也非谢绝，推送失效，候补递补"),
    reading(clause!("3.2c"), "另荐更合适人选的时间", "批次答复截止日前；与原人选并列，由企业在洽谈中选择"),
    reading(clause!("3.3b"), "意向上报逾期", "可以办理，注明逾期；名单冻结后不再接收"),
    reading(
        clause!("3.4a"),
        "调减不调增的例外",
        "党组会前、名单冻结前，省科技厅写明理由重开组织单位报送；理由长期可见。换人即为增加",
    ),
    reading(clause!("3.4b"), "党组会审定后移出人选", "先报告党组，写明理由；不重新开会，其他人选照常办理"),
    reading(
        clause!("3.4c"),
        "公示当日、调休上班日",
        "发布当日不计入，调休上班日为工作日；跨入尚未公布安排的年度时截止日为暂定，只延不缩",
    ),
    reading(clause!("3.4d"), "匿名异议", "作为线索；有可以查证的依据、经受理后方暂缓该人选"),
    reading(clause!("3.4e"), "暂缓人选何时公布", "异议决定后，由四部门就该部分另行会签公布"),
    reading(clause!("3.5a"), "短于两年、短于一年的聘期", "均由省科技厅书面说明理由方可签署，两项分别说明，长期可见"),
    reading(clause!("3.5b"), "每年、3个月", "按聘任年度计 62 个工作日，半天可计，不足一年按日折算"),
    reading(clause!("3.5c"), "聘任何时生效", "三方签署同一文本、组织单位备案之后，且不早于聘期开始日"),
    reading(
        clause!("4.3"),
        "省国资委可登记哪些支持",
        "省级支持由省科技厅登记；国资委渠道人员的市（地）配套由省国资委登记",
    ),
    reading(clause!("5.3a"), "派出单位是否须同意终止", "告知并可提出意见，不以其同意为条件"),
    reading(
        clause!("5.3a"),
        "终止后岗位如何再选派",
        "聘任提前终止或未聘任的岗位，企业可在以后批次续报，只报空出的岗位",
    ),
    reading(
        clause!("5.4a"),
        "提前终止的是否考评",
        "实际终止日在考评期内的参加考评，之前终止的不参加；只申请而未终止的不影响",
    ),
    reading(
        clause!("5.4b"),
        "20%以什么为分母",
        "全省同批参加考评的人数，向下取整；几个批次合并汇总的，按其中最严的比例",
    ),
    reading(
        clause!("5.5"),
        "考评优秀的在以后批次是否优先",
        "不影响匹配、排序和推送：优先用于科技计划、人才计划项目和派出单位的职务职称；人选旁注明，名单签名导出",
    ),
    reading(clause!("5.5"), "已报省的考评由谁退回", "未报省的由工信局退回，已报省的由省科技厅退回"),
    reading(
        clause!("6"),
        "参数可否调整",
        "省科技厅一人提出、另一人确认并写明理由，自其后送会签的批次起适用；已会签的批次不变",
    ),
    reading(clause!("6"), "期满后的聘任", "通知日期在有效期内的批次，按其版本办理至聘期届满"),
    reading(clause!("P1"), "影响评估不通过或缺失", "未登记评估的批次不得匹配、交第三方或公布"),
];
