"""Who does what: the nouns of those who act, and where in words that no finder reads the words of what they do begin."""

from __future__ import annotations

import re

# The last word of who: organisations of every sort.
HEAD = (
    "(?:企业|机构|主体|事务所|公司|集团|平台|载体|旅行社|合作社|银行|基地|孵化器|众创空间|园区|产业园|景区|协会|商会|联盟|组织|工厂|车间|门店|便利店|超市|商场|"
    "酒店|饭店|宾馆|民宿|餐厅|医院|学校|幼儿园|农场|林场|业主|运营方|经营者|服务商|运营商|供应商|承办方|举办方|院所|研究院|实验室|工作室|书店|影院|剧场|基金会|社会团体|用户|种植户|"
    "纳税人|工商户|单位|中心|集群|商家|厂商|房东|出租人|人才团队|创新主体|经营主体|市场主体)"
)
# What the words of doing begin with: a verb, or what stands before one (when, where, by whom, for whom).
_VERB = (
    "新上|新建|新设|新增|新引进|新取得|新购|新获|新认定|建设(?!单位|项目|主体|运营)|建立|搭建|打造|改建|扩建|自建|自行|自主|自营|聘用|引进(?!的)|针对|开展|参加|参与|参展|投保|购买|购置|租赁|租用|承租|招用|招录|吸纳|组织|"
    "实施(?!企业|单位|主体|的)|承担|承接|承揽|采购|获得|获评|获批|获|取得|入驻|入选|提供|发行|举办|承办|设立|发起|发放|利用|运用|使用|应用|围绕|开通|运营(?!方|商|中心|机构)|投资(?!机构|公司|平台|企业)|符合|安装|通过|制定|主导|牵头|"
    "促成|推荐|输送|培育(?!库|企业|入库|对象)|孵化(?!器|基地|载体|空间)|引入|销售(?!企业|公司)|生产(?!企业|基地|车间)|出口(?!企业|基地|额)|进口(?!企业)|研发(?!机构|中心|平台|企业|团队|投入|费用)|研制(?!单位|企业)|发布|加入|纳入|列入|进入|晋升|升级|成为|"
    "转让|迁入|落户|注册(?!的)|登记(?!的)|完成|实现|达到|接待|并购|收购|上市(?!公司|企业)|挂牌(?!企业|公司)|进行|委托|拓展|申请|申报|履行|签订|合作|共建|联合|为(?!主)|向|对(?!外|口|接)|将|以(?!上|下|内|外)|由|按|按照|因|受|被|在|从(?!业)|自(?!有|身)|赴|于|"
    "依法|依托|成功|首次|初次|首|当年|当期|年内|一年内|近[一二三四五两\\d]|连续|每年|每(?=新|成功|引)|全年|年度|上一?年度|本年度|年均?(?=营|销|产|交|出|实|新|综|纳|应|贷|研|接)|月均|人均|亩均|实际|已|未|无|不(?!动产)|均|累计|扩大|增加|持续|减免|免收|缴纳|足额|承诺|具有|具备|拥有|"
    "营业收入|销售收入|销售额|产值|纳税|税收|零售额|营业额|进出口|出口额|研发投入|研发费用|固定资产投资"
)
_DOES = f"(?P<does>(?:{_VERB}).{{2,}})"
# Words that a subject does not begin with, or that are no subject of their own.
_NOT_FIRST = "延续|继续|落实|执行|资金|企业|单位|机构|用人单位|主体|从|向|自|与|由|将|为|对|在|于|因|被|给|通过|按|当年|新|首次|首|获|入驻|纳入|列入|进入|参加|购|租|投|建|引进|培育|孵化|招|吸纳|符合|开展|实施|组织|承担|提供|设立|支持|鼓励|使用|采购|达到|推荐|支付|缴|每|占|超过|以|经(?!营|济)|依"
_SUBJECT = re.compile(
    f"(?P<who>(?!{_NOT_FIRST})[^，的、或和在为与向对将由被获]{{0,16}}?{HEAD}(?:（[^（）]*）)?){_DOES}"
)
_GENERIC_HEAD = re.compile(
    "(?:单家|每家|同一|单个|项目|各类|相关|上述|本|该|所在|申报|申请|创新|市场|经营|用人|符合条件的?|有关)*(?:企业|单位|机构|主体|组织|平台|中心|基地)"
)
# 「受疫情影响严重的企业采购指定服务的」: what it is like, and what it does.
_LIKE = re.compile(f"(?P<who>(?:受|因|有|具有|已|未|从事|符合)[^，、]{{3,30}}的)(?:企业|单位|用人单位|机构){_DOES}")


def subject_of(words: str) -> tuple[str, str] | None:
    """Who it is and what it does, where words say both (农产品加工企业新上先进设备); None for words of one alone."""
    hit = _SUBJECT.fullmatch(words) or _LIKE.fullmatch(words)
    if hit is None or len(hit["who"]) < 3 or _GENERIC_HEAD.fullmatch(hit["who"]):
        return None
    # A head noun at the end: what stands before it only says which (自建海外仓的外贸企业).
    if re.search(f"的[^，的]{{0,12}}{HEAD}$", hit["does"]):
        return None
    return hit["who"], hit["does"]
