//! The words of the process: kinds of matters, their stages, the acts that move them.
//!
//! Codes are stable: tables, addresses, the audit trail and batch files carry them. English is read off the code.

use crate::access::Role;
use crate::access::Role::{
    CityIndustry, CityScience, EducationDepartment, Enterprise, IndustryDepartment, Person, Province, Sasac, Unit,
};
use crate::record::words;

words! {
    /// Kind of a matter: one thing that goes through stages.
    Kind { /// 三（一）: a year's call for needs.
        Round = "round" / "年度批次", /// 三（一）: what an enterprise asks for, in a round.
        Need = "need" / "企业需求", /// 三（二） to 三（四）: one person for one need.
        Pair = "pair" / "推荐人选", /// 三（四）: the round's list, from review to publication.
        Listing = "listing" / "选派名单", /// 三（四）: an objection during the public notice.
        Objection = "objection" / "公示异议", /// 三（五）: the tripartite agreement and its term.
        Appointment = "appointment" / "聘任", /// 三（五）: one entry of the service log.
        Service = "service" / "服务记录", /// 五（一）: a problem raised, with owner and date.
        Difficulty = "difficulty" / "问题协调", /// 五（一）: a visit or another contact.
        Contact = "contact" / "联系走访", /// 四（一）: yearly confirmation of pay and rights.
        Confirmation = "confirmation" / "待遇确认", /// 四（三）: a project or fund.
        Support = "support" / "支持登记", /// 二（二）2: a typical case, collected by the unit.
        Example = "example" / "典型案例", /// 五（四）: one person's assessment.
        Assessment = "assessment" / "个人考评", /// 五（四）（五）: the province's consolidated result.
        Batch = "batch" / "考评汇总", /// 六: a change of the policy's numbers for rounds to come.
        Revision = "revision" / "政策参数调整", /// 二（三）1（1）: a certificate that an enterprise declares.
        Qualification = "qualification" / "资质证书" }
}

macro_rules! stages {
    ($($kind:ident { $($stage:ident = $code:literal / $chinese:literal $waits:expr;)+ })+) => {
        words! {
            /// Where a matter is.
            Stage { $($(#[doc = $chinese] $stage = $code / $chinese),+),+ }
        }

        impl Stage {
            /// The kind of matter that has this stage.
            pub const fn kind(self) -> Kind {
                match self { $($(Self::$stage)|+ => Kind::$kind),+ }
            }

            /// Who has to act at this stage, before what the matter itself says is taken off. Nobody at a final stage.
            pub const fn waits(self) -> &'static [Role] {
                match self { $($(Self::$stage => &$waits),+),+ }
            }
        }
    };
}

stages! {
    Round {
        RoundDraft = "round_draft" / "起草中" [Province];
        RoundCountersign = "round_countersign" / "批次四部门会签中" [Province, EducationDepartment, IndustryDepartment, Sasac];
        RoundOpen = "round_open" / "征集需求" [Province];
        RoundCollected = "round_collected" / "需求已截止，匹配对接中" [Province];
        RoundConcluded = "round_concluded" / "批次已办结" [];
        RoundCancelled = "round_cancelled" / "批次已取消" [];
    }
    Need {
        NeedDraft = "need_draft" / "企业起草" [Enterprise];
        NeedReview = "need_review" / "审核中" [CityScience, CityIndustry, Sasac];
        NeedAgreed = "need_agreed" / "审核同意，待上报" [CityScience, Sasac];
        NeedReporting = "need_reporting" / "待工信局确认上报文件" [CityIndustry];
        NeedReported = "need_reported" / "已报省" [];
        NeedWithdrawn = "need_withdrawn" / "企业已撤回" [];
        NeedMerged = "need_merged" / "已并入其他需求" [];
        NeedRejected = "need_rejected" / "需求不予受理" [];
        NeedExpired = "need_expired" / "已过期，待续报" [Enterprise];
        NeedFilled = "need_filled" / "岗位已选派到位" [];
    }
    Pair {
        PairProposed = "pair_proposed" / "初步推荐，待省科技厅推送" [Province];
        PairStandby = "pair_standby" / "候补" [];
        PairPushed = "pair_pushed" / "已推送，待派出单位征询" [Unit];
        PairAsked = "pair_asked" / "待本人答复" [Person, Unit];
        PairWilling = "pair_willing" / "本人同意，待单位推荐" [Unit];
        PairVouched = "pair_vouched" / "单位已推荐，待转办" [Province];
        PairTalks = "pair_talks" / "对接洽谈中" [CityScience, Sasac];
        PairIntention = "pair_intention" / "双方有意向，待确认上报" [CityScience, CityIndustry, Sasac];
        PairSuggested = "pair_suggested" / "建议人选，待省级审核" [Province];
        PairListed = "pair_listed" / "拟选派人选" [];
        PairHeld = "pair_held" / "异议暂缓" [];
        PairPublished = "pair_published" / "已公布" [];
        PairDeclined = "pair_declined" / "本人谢绝" [];
        PairNotVouched = "pair_not_vouched" / "单位未推荐" [];
        PairLapsed = "pair_lapsed" / "逾期未答" [];
        PairFailed = "pair_failed" / "对接未成" [];
        PairStruck = "pair_struck" / "审核调减" [];
        PairWithdrawn = "pair_withdrawn" / "已撤销" [];
        PairUnused = "pair_unused" / "批次已办结，未推送" [];
    }
    Listing {
        ListingReview = "listing_review" / "省级审核中" [Province];
        ListingFrozen = "listing_frozen" / "名单已冻结，待党组会" [Province];
        ListingApproved = "listing_approved" / "党组会通过，待公示" [Province];
        ListingNotice = "listing_notice" / "公示中" [Province];
        ListingNoticed = "listing_noticed" / "公示期满，待会签" [Province];
        ListingCountersign = "listing_countersign" / "名单四部门会签中" [Province, EducationDepartment, IndustryDepartment, Sasac];
        ListingSigned = "listing_signed" / "四部门已会签，待公布" [Province];
        ListingPublished = "listing_published" / "已联合公布" [];
    }
    Objection {
        ObjectionReceived = "objection_received" / "已收到，待受理" [Province];
        ObjectionLead = "objection_lead" / "匿名线索" [Province];
        ObjectionAccepted = "objection_accepted" / "已受理，调查中" [Province];
        ObjectionInvestigated = "objection_investigated" / "已查清，待决定" [Province];
        ObjectionDecided = "objection_decided" / "已决定，待答复" [Province];
        ObjectionAnswered = "objection_answered" / "已答复" [];
        ObjectionClosed = "objection_closed" / "异议不予受理" [];
    }
    Appointment {
        AppointmentDraft = "appointment_draft" / "协议拟定中" [Enterprise];
        AppointmentSigning = "appointment_signing" / "三方签署中" [Enterprise, Person, Unit];
        AppointmentSigned = "appointment_signed" / "已签署，待备案" [CityScience, CityIndustry, Sasac];
        AppointmentForce = "appointment_force" / "在聘" [];
        AppointmentConsulting = "appointment_consulting" / "提前终止协商中" [Enterprise, Person];
        AppointmentEnding = "appointment_ending" / "双方同意终止，待审核" [CityScience, CityIndustry, Sasac];
        AppointmentEndAgreed = "appointment_end_agreed" / "同意终止，待省备案" [Province];
        AppointmentEnded = "appointment_ended" / "已提前终止" [];
        AppointmentChanging = "appointment_changing" / "变更待三方同意" [Enterprise, Person, Unit];
        AppointmentChangeAgreed = "appointment_change_agreed" / "三方同意变更，待确认" [CityScience, CityIndustry, Sasac];
        AppointmentExpired = "appointment_expired" / "聘期已满" [];
        AppointmentCancelled = "appointment_cancelled" / "未聘任" [];
    }
    Service {
        ServiceLogged = "service_logged" / "待企业确认" [Enterprise];
        ServiceConfirmed = "service_confirmed" / "企业已确认" [];
        ServiceQueried = "service_queried" / "企业有疑问" [Person];
        ServiceWithdrawn = "service_withdrawn" / "已撤回" [];
    }
    Difficulty {
        DifficultyRaised = "difficulty_raised" / "已提出，待交办" [CityScience, Sasac];
        DifficultyAssigned = "difficulty_assigned" / "已交办" [CityScience, CityIndustry, Sasac];
        DifficultyEscalated = "difficulty_escalated" / "已提请省级协调" [Province];
        DifficultySolved = "difficulty_solved" / "已解决" [];
    }
    Contact {
        ContactRecorded = "contact_recorded" / "已记录" [];
    }
    Confirmation {
        ConfirmationDue = "confirmation_due" / "待派出单位确认" [Unit];
        ConfirmationGiven = "confirmation_given" / "已确认" [];
        ConfirmationException = "confirmation_exception" / "有例外，待省科技厅了解" [Province];
    }
    Support {
        SupportRecorded = "support_recorded" / "已登记" [];
        SupportCancelled = "support_cancelled" / "已注销" [];
    }
    Example {
        ExampleRecorded = "example_recorded" / "已报送" [];
    }
    Assessment {
        AssessmentWaiting = "assessment_waiting" / "未到考评期" [];
        AssessmentDue = "assessment_due" / "待考评" [CityScience, Sasac];
        AssessmentScored = "assessment_scored" / "已评分，待确认" [CityIndustry];
        AssessmentReported = "assessment_reported" / "已报省，待汇总" [Province];
        AssessmentGraded = "assessment_graded" / "已评定，待通报" [];
        AssessmentNotified = "assessment_notified" / "等次已通报" [];
        AssessmentDropped = "assessment_dropped" / "不参加考评" [];
    }
    Batch {
        BatchGathering = "batch_gathering" / "汇总中" [Province];
        BatchDeliberated = "batch_deliberated" / "已审议，待会签" [Province];
        BatchCountersign = "batch_countersign" / "考评结果四部门会签中" [Province, EducationDepartment, IndustryDepartment, Sasac];
        BatchNotified = "batch_notified" / "已联合通报" [];
    }
    Revision {
        RevisionProposed = "revision_proposed" / "待另一人确认" [Province];
        RevisionConfirmed = "revision_confirmed" / "已确认，新批次适用" [];
        RevisionDropped = "revision_dropped" / "未采纳" [];
    }
    Qualification {
        QualificationScience = "qualification_science" / "待科技部门核对证书" [CityScience, Sasac];
        QualificationIndustry = "qualification_industry" / "待工信部门核对证书" [CityIndustry, Sasac];
        QualificationConfirmed = "qualification_confirmed" / "证书已核对生效" [];
        QualificationRefused = "qualification_refused" / "证书未予确认" [];
        QualificationWithdrawn = "qualification_withdrawn" / "证书申报已撤回" [];
        QualificationCancelled = "qualification_cancelled" / "证书登记已注销" [];
    }
}

macro_rules! actions {
    ($($action:ident = $code:literal / $chinese:literal;)+) => {
        words! {
            /// What somebody, the clock or another act does to a matter.
            Action { $(#[doc = $chinese] $action = $code / $chinese),+ }
        }
    };
}

actions! {
    DraftRound = "draft_round" / "起草年度批次";
    EditRound = "edit_round" / "修改批次";
    SubmitRound = "submit_round" / "批次送四部门会签";
    ReturnRound = "return_round" / "退回批次修改";
    SignRound = "sign_round" / "会签批次通知";
    IssueRound = "issue_round" / "发布批次通知";
    AssessImpact = "assess_impact" / "登记个人信息保护影响评估";
    EngageMatcher = "engage_matcher" / "登记第三方匹配机构";
    FreezeMatching = "freeze_matching" / "冻结匹配参数";
    ExtendRound = "extend_round" / "延长批次期限";
    RescheduleNeed = "reschedule_need" / "随批次延长期限";
    CloseNeeds = "close_needs" / "截止征集需求";
    ConcludeRound = "conclude_round" / "办结批次";
    CancelRound = "cancel_round" / "取消批次";
    DraftNeed = "draft_need" / "起草需求";
    EditNeed = "edit_need" / "修改需求";
    SubmitNeed = "submit_need" / "提交需求";
    AgreeNeed = "agree_need" / "审核同意";
    ReturnNeed = "return_need" / "退回修改";
    RejectNeed = "reject_need" / "不予受理";
    MergeNeed = "merge_need" / "并入其他需求";
    TakeInNeed = "take_in_need" / "并入本需求";
    RerouteNeed = "reroute_need" / "改变上报渠道";
    ReportNeeds = "report_needs" / "拟文联合上报";
    ConfirmReport = "confirm_report" / "确认联合上报";
    RecallReport = "recall_report" / "撤回上报";
    FeedBackNeeds = "feed_back_needs" / "国资委反馈省科技厅";
    SendBackNeed = "send_back_need" / "省科技厅退回";
    WithdrawNeed = "withdraw_need" / "撤回需求";
    ExpireNeed = "expire_need" / "需求期满了结";
    RenewNeed = "renew_need" / "续报需求";
    ProposePair = "propose_pair" / "形成初步推荐";
    PushPair = "push_pair" / "推送派出单位";
    MovePairUp = "move_pair_up" / "候补递补";
    WithdrawPair = "withdraw_pair" / "撤销推荐";
    ReschedulePair = "reschedule_pair" / "人选随批次延长期限";
    ClosePair = "close_pair" / "未推送的随批次办结";
    AskPerson = "ask_person" / "征询本人";
    AcceptPair = "accept_pair" / "同意参加";
    DeclinePair = "decline_pair" / "谢绝";
    VouchPair = "vouch_pair" / "单位推荐";
    RefusePair = "refuse_pair" / "单位不推荐";
    SuggestOther = "suggest_other" / "另荐更合适人选";
    LapsePair = "lapse_pair" / "逾期失效";
    OptOut = "opt_out" / "退出自动匹配";
    SendToTalks = "send_to_talks" / "转组织单位对接";
    RecordMeeting = "record_meeting" / "记录洽谈";
    FailTalks = "fail_talks" / "登记对接未成";
    DeclareIntention = "declare_intention" / "登记双方意向";
    ConfirmIntention = "confirm_intention" / "确认意向并上报";
    ReturnToTalks = "return_to_talks" / "退回对接";
    ReopenReport = "reopen_report" / "重开组织单位报送";
    StrikePair = "strike_pair" / "调减";
    UnstrikePair = "unstrike_pair" / "撤销调减";
    ListPair = "list_pair" / "列入拟选派名单";
    HoldPair = "hold_pair" / "暂缓";
    ReleasePair = "release_pair" / "解除暂缓";
    StrikeListed = "strike_listed" / "异议成立，取消人选";
    UnlistPair = "unlist_pair" / "随解冻移出名单";
    RemoveListed = "remove_listed" / "移出拟选派名单";
    PublishPair = "publish_pair" / "公布人选";
    OpenListing = "open_listing" / "汇总建议名单";
    FreezeListing = "freeze_listing" / "冻结名单";
    UnfreezeListing = "unfreeze_listing" / "解冻名单";
    RecordMeetingDecision = "record_meeting_decision" / "登记党组会决定";
    StartNotice = "start_notice" / "发布公示";
    RecomputeNotice = "recompute_notice" / "重算公示截止日";
    CloseNotice = "close_notice" / "公示期满";
    CaptureNotice = "capture_notice" / "公示页面留存";
    CorrectLine = "correct_line" / "更正名单信息";
    SubmitListing = "submit_listing" / "名单送四部门会签";
    SignListing = "sign_listing" / "会签名单";
    ReturnListing = "return_listing" / "退回会签";
    SubmitHeld = "submit_held" / "补充名单送四部门会签";
    PublishListing = "publish_listing" / "联合公布";
    FileObjection = "file_objection" / "提出异议";
    AcceptObjection = "accept_objection" / "受理异议";
    DismissObjection = "dismiss_objection" / "不予受理异议";
    InvestigateObjection = "investigate_objection" / "登记调查结果";
    DecideObjection = "decide_objection" / "作出处理决定";
    AnswerObjection = "answer_objection" / "答复异议人";
    OpenAppointment = "open_appointment" / "建立聘任";
    DraftAgreement = "draft_agreement" / "拟定协议";
    OfferAgreement = "offer_agreement" / "提交三方签署";
    SignAgreement = "sign_agreement" / "签署协议";
    ReturnAgreement = "return_agreement" / "退回协议修改";
    FileAgreement = "file_agreement" / "备案";
    CancelAppointment = "cancel_appointment" / "不再聘任";
    RequestEnd = "request_end" / "申请提前终止";
    ConsentEnd = "consent_end" / "协商同意终止";
    AgreeEnd = "agree_end" / "审核同意终止";
    RefuseEnd = "refuse_end" / "不同意终止";
    CommentEnd = "comment_end" / "派出单位意见";
    FileEnd = "file_end" / "终止备案";
    RequestChange = "request_change" / "申请变更";
    ConsentChange = "consent_change" / "同意变更";
    ConfirmChange = "confirm_change" / "确认变更";
    RefuseChange = "refuse_change" / "不同意变更";
    FollowChange = "follow_change" / "随聘任变更";
    TurnYear = "turn_year" / "聘任年度届满";
    ExpireAppointment = "expire_appointment" / "聘期届满";
    LogService = "log_service" / "登记服务";
    ConfirmService = "confirm_service" / "确认服务";
    QueryService = "query_service" / "提出疑问";
    AmendService = "amend_service" / "补正服务记录";
    WithdrawService = "withdraw_service" / "撤回服务记录";
    RaiseDifficulty = "raise_difficulty" / "提出问题";
    AssignDifficulty = "assign_difficulty" / "交办问题";
    EscalateDifficulty = "escalate_difficulty" / "提请省级协调";
    SolveDifficulty = "solve_difficulty" / "登记解决";
    RecordContact = "record_contact" / "记录联系走访";
    AskConfirmation = "ask_confirmation" / "发起待遇确认";
    GiveConfirmation = "give_confirmation" / "确认待遇保留";
    ReportException = "report_exception" / "报告例外";
    NoteException = "note_exception" / "了解例外";
    RecordSupport = "record_support" / "登记支持";
    CancelSupport = "cancel_support" / "注销支持";
    RecordExample = "record_example" / "报送典型案例";
    OpenAssessment = "open_assessment" / "建立考评";
    BeginAssessment = "begin_assessment" / "考评期开始";
    SummariseTerm = "summarise_term" / "提交聘期总结";
    RateService = "rate_service" / "评价科技总师";
    ScoreAssessment = "score_assessment" / "考评评分";
    ConfirmAssessment = "confirm_assessment" / "确认评分并上报";
    ReturnAssessment = "return_assessment" / "退回重评";
    GradeAssessment = "grade_assessment" / "评定等次";
    NotifyAssessment = "notify_assessment" / "通报等次";
    DropAssessment = "drop_assessment" / "终止考评";
    OpenBatch = "open_batch" / "建立考评汇总";
    ConsolidateBatch = "consolidate_batch" / "汇总并审议";
    ReopenBatch = "reopen_batch" / "退回汇总";
    SubmitBatch = "submit_batch" / "考评结果送四部门会签";
    SignBatch = "sign_batch" / "会签考评结果";
    NotifyBatch = "notify_batch" / "联合通报";
    ProposeRevision = "propose_revision" / "提出参数调整";
    ConfirmRevision = "confirm_revision" / "确认参数调整";
    DropRevision = "drop_revision" / "不采纳参数调整";
    DeclareQualification = "declare_qualification" / "申报资质证书";
    ConfirmQualification = "confirm_qualification" / "核对并登记证书";
    RefuseQualification = "refuse_qualification" / "不予确认证书";
    WithdrawQualification = "withdraw_qualification" / "撤回证书申报";
    CancelQualification = "cancel_qualification" / "注销证书登记";
    GrantOverride = "grant_override" / "说明理由予以放宽";
}

/// A code as English words: `need_review` is "Need review".
pub fn in_english(code: &str) -> String {
    let words = code.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
