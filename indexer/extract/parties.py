"""Whose condition it is: the enterprise's own, or that of those whom it serves, brings in, or buys from."""

from __future__ import annotations

import re

from indexer.extract.atoms import Atom

# Words that name another party than who applies.
OTHER_PARTY = re.compile(
    "被投|被(?:并购|收购|兼并)|(?<!新)引进的?(?:企业|项目)|被引进|被担保|见习人员|受让方|入驻企业|被服务|所投企业|租户|(?:在孵|毕业|入园|园区内?|平台内|产业链上下游|子)企业(?:中|被|获|成长|升级|晋升|每|首次|新(?!材料|能源|一代)|通过认定)|(?:^|[对为向])服务企业|服务的企业|孵化的?企业|培育的?企业|推荐的?企业"
)


# A name inside a longer noun, or that things are done for, is not about the enterprise itself.
OBJECT_BEFORE = re.compile(
    "(?:给|向|(?<!应|须|需|果|如|均|定|成|评|升|业|务|类|型|模)为|将|面向|帮助|服务|转贷|发放|的贷款|(?<!适)用于|许可|支付|提供|名下|转移至|参评[^，]{0,6}|(?:培育|孵化|引进|推荐|招引)(?:一批|\ue008|\\d+家|一家)?|创建|争创|申报|打造|评选|有关|涉及|参展|参会|吸引|引入|引育|带动|帮扶|辅导|集聚|聚集|汇聚|(?:孵化|培育|培养)出|联合|携手|赋能|共建|搭建|自建|(?<=[一-龥])(?:推动|引导|组织|动员|扶持)|采购|购买|收购|并购|兼并|每(?:新增|新?认定|成功)?[^，。；]{0,4}(?:\ue008|\\d+家|一家))$"
)
# The policy's own verb of encouragement (积极引导中小微企业…).
_OWN_VERB = re.compile(
    "(?:积极|大力|重点|加快|鼓励(?:和|、)?|支持(?:和|、)?|进一步|着力|全力)*(?:支持|扶持|引导|鼓励|推动)(?:各类)?"
)
# 「对文化企业的股权投资」: an investor's own doing.
_INVESTED = re.compile("^(?:的|进行|开展|实施)[^，的]{0,10}投资(?!额|项目)")
# 「与小微企业组成联合体」: the partner.
_TOGETHER = re.compile("^(?:的)?(?:组成|组建|结成|合作|签订|签约|开展合作|联合|对接|协作|共建|共同)")
# 「向专精特新、单项冠军方向发展」: what it may become.
_TOWARDS = re.compile("^[^，]{0,16}?方向(?:发展|迈进|转型|培育)")
_BOUGHT = re.compile("(?:采购|购买|收购|销往|进出|应用)$")
# 「（新兴产业项目可适当放宽）」: for whom something else holds.
_EASED = re.compile("[^（）]{0,8}(?:放宽|降低|不受|另行|除外)[^（）]{0,12}）")
# Nouns that make what stands before them a mark of something else (中小企业发展专项资金); the same words can be what the
# enterprise itself does or is (中小企业发展壮大的), so that most are nouns only before certain words.
_ENDS = "$|、|，|和|的."
_NOUN_AFTER = re.compile(
    "^(?:的)?(?:方向(?:发展|迈进|转型|培育)|发展(?=专项|资金|基金|局|规划|环境|水平|政策|示范|协会|大会|论坛|战略|目标|银行|促进|需求|需要|计划|报告|工程|行动|中|的.)"
    f"|增信|贷款(?!用于|的$)|融资(?=服务|需求|环境|成本|渠道|担保|难|协调|对接|平台|专项|贷款|额|增信|支持|风险|规模|余额|综合|模式|机制|能力|业务|信用|{_ENDS})"
    f"|专项|培育(?=库|对象|名单|计划|工程|工作|力度|数量|{_ENDS})|债|工会|协会|园区|名录|供需|采购(?=份额|项目|预留|比例|金额|合同|预算|限额|活动|需求|$|的)|集合|集聚(?=区|地|园|平台|{_ENDS})|名下"
    f"|信用(?=体系|信息|担保|保险|贷款|评价体系|平台|修复|监管|档案|建设|记录|风险|{_ENDS})|服务平台|服务站|服务中心|创新服务|培育库|资质申请|重大项目落地|产业链(?=图谱|建设|供应链|招商|发展|{_ENDS})|产业园|产业集群|创新产品|创新成果"
    f"|信贷(?=投放|支持|业务|规模|产品|资金|额|风险|担保|政策|需求|{_ENDS})|票据(?=业务|融资|池|{_ENDS})|办公|入库培育|清单|库(?!存)|房产|房屋|物业|投资项目|数量|家数|户数|占比|占(?!地)|比例|贷款余额|(?:客户|用户)(?=群|端|{_ENDS})|股份转让|公共服务|划型(?!标准)|复审|复核"
    "|推广应用(?=目录|指导|项目$)|指导目录|推荐目录|薄弱环节|关键技术|关键领域|关键环节|核心技术|技术攻关|发展局|主管部门|计量标杆|年报库|服务券|网[“（])"
)


# 「为区属中小微企业减免房租的业主」, 「担保公司对小微企业开展的业务」: between these words stands whom it is done for.
FOR_OTHERS = re.compile(
    "(?:^(?:对于?|凡)?(?:在[^，]{2,14})?(?:为|向|给|帮助)|(?:机构|公司|银行|单位|平台|中心|集团|载体|基地|业主|协会|运营方|房东|出租[人方]|企业)(?:对|为|向|给|面向|帮助|减免|免收|减收|免除))"
    "(?P<whom>[^，]{2,60}?)(?=提供|新?开展|新?发放|减免|免收|担保(?!金额|费|额|业务)|办理|输送|推荐|承销|代理|销售|租赁|出租|融资(?!担保|租赁)|服务|培训|介绍|转让|新增|租金|房租)"
)


def span_of_others(text: str) -> tuple[int, int]:
    """Where the words stand that say for whom the enterprise does something; an empty stretch where none do."""
    hit = FOR_OTHERS.search(text)
    return hit.span("whom") if hit else (0, 0)


def about_enterprise(atom: Atom, text: str) -> bool:
    if text.rfind("《", 0, atom.start) > text.rfind("》", 0, atom.start):
        return False
    before, after = text[: atom.start].rstrip("“‘"), text[atom.end :].lstrip("”’")
    if _TOWARDS.search(after) and re.search("[向往][^，]{0,30}$", before):
        return False
    if atom.finder in ("region", "size") and (_BOUGHT.search(before) or re.match("的?产品", after)):
        return False
    if before.rfind("（") > before.rfind("）") and _EASED.match(after):
        return False
    if atom.finder not in ("size", "form", "title", "branch"):
        return True
    if re.search("[与和同]$", before) and _TOGETHER.match(after):
        return False
    if re.search("[对向]$", before) and _INVESTED.match(after):
        return False
    own = _OWN_VERB.fullmatch(before) is not None
    return (own or not OBJECT_BEFORE.search(before)) and not _NOUN_AFTER.match(after)
