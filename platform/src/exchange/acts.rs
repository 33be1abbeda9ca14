//! What the audit trail calls an act, in words: lists and workbooks show both, since scripts and searches know the code.

use programme::process::Action;

/// Acts that are no act on a matter, by code.
const ACTS: [(&str, &str); 35] = [
    ("account.activate", "确认启用账户"),
    ("account.create", "新建账户"),
    ("account.disable", "停用账户"),
    ("account.enable", "启用账户"),
    ("account.rebind", "变更账户所属"),
    ("account.set_password", "设置密码"),
    ("account.sign_in", "登录"),
    ("account.sign_out", "退出登录"),
    ("attachment.add", "上传附件"),
    ("attachment.remove", "删去附件"),
    ("audit.verify", "核对审计记录"),
    ("calendar.import", "导入工作日历"),
    ("database.backup", "备份数据库"),
    ("database.migrate", "升级数据库"),
    ("database.restore", "恢复数据库"),
    ("enterprise.import", "导入企业"),
    ("export_matcher", "导出化名数据"),
    ("identifier.reveal", "查看完整证件号或联系方式"),
    ("import.refuse", "退回导入文件"),
    ("import_matcher", "导入第三方匹配结果"),
    ("issue_link", "生成本人专用链接"),
    ("job.cancel", "取消后台任务"),
    ("job.create", "提交后台任务"),
    ("job.finish", "办结后台任务"),
    ("keys.rotate", "更换密钥"),
    ("match.run", "匹配运算"),
    ("misconduct.import", "导入失信记录"),
    ("need.import", "导入需求"),
    ("notice.capture", "留存公示页面"),
    ("person.import", "导入科技人员"),
    ("person.opt_in", "恢复参加自动匹配"),
    ("person.opt_out", "退出自动匹配"),
    ("receive_push", "签收推送"),
    ("shareholder.import", "导入持股"),
    ("unit.import", "导入派出单位"),
];

/// An act in Chinese; acts that this version does not know keep their code.
pub fn act_in_chinese(code: &str) -> &str {
    let known = ACTS.iter().find(|(known, _)| *known == code).map(|(_, chinese)| *chinese);
    known.or_else(|| Action::parse(code).map(Action::chinese)).unwrap_or(code)
}

/// A search in which names of acts stand for their codes, since the trail keeps codes.
pub fn search_by_code(search: &str) -> String {
    let code = |word: &str| {
        let own = ACTS.iter().find(|(_, chinese)| *chinese == word).map(|(code, _)| *code);
        own.or_else(|| Action::parse(word).map(Action::code)).unwrap_or(word).to_owned()
    };
    search.split_whitespace().map(code).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acts_are_told_in_chinese_and_searched_by_it() {
        assert_eq!(act_in_chinese("account.create"), "新建账户");
        assert_eq!(act_in_chinese(Action::ALL[0].code()), Action::ALL[0].chinese());
        assert_eq!(act_in_chinese("something.new"), "something.new");
        assert_eq!(search_by_code("新建账户  liming"), "account.create liming");
        assert_eq!(search_by_code(Action::ALL[0].chinese()), Action::ALL[0].code());
    }
}
