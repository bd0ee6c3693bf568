"""Lists of who: 「餐饮企业、品牌便利店和老字号企业新设直营店的」 are three sorts of payee, each with its own attributes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.extract.passage import Part

_HEAD = (
    "(?:企业|单位|机构|公司|纳税人|主体|工商户|事务所|平台|园区|基地|项目|合作社|组织|集团|载体|协会|便利店|菜店|银行|门店|孵化器|"
    "采购包|工厂|车间|中心|实验室|集群|研究院|院所|高校|院校|学校|医院|商会|联盟|旅行社|酒店|民宿|景区|饭店|宾馆|餐厅|商场|超市|幼儿园|团体|市场|街区|综合体|人口|人员|毕业生|退役士兵|退役军人|家庭|农场|林场|众创空间|权益人|投资者|运营方|承办方|举办方)"
)
_JOINT = re.compile(
    f"(?P<head>{_HEAD}(?:（[^（）]*）)?)(?P<joint>、|，?以及|和|及(?!其|以上)|或者|或(?!以上|高于|超过|大于|低于|等于)|与)"
)
_ENDS = re.compile(f"{_HEAD}(?:（[^（）]*）)?的?$")
# What all of the list must do, after its last member.
_DOES = re.compile(
    f"(?P<who>^.*?{_HEAD})(?P<does>(?:共同|联合|新[设建增购上开招]|自行|参加|参与|入驻|开展|建设|购置|购买|投保|租赁|租用|招用|吸纳|组织|实施|承担|采购|设立|聘用|引进|举办|开设|符合|在|于|首次|年度|因|受).{{2,}})$"
)


# 「获得A企业、B企业称号的」 is one thing that was won, of several.
_ONE_WIN = re.compile(
    "(?:首次|初次|首|(?<!重)新)(?:认定|获|评|入|列|备案|通过|取得|被|引进)|获得|获评|获批|荣获|认定为|评为|评定为|入选|入围|列入|授予|取得|纳统|升规|上规"
)


# 「本地企业与高校共建研发平台的」: one does it with the other.
_TOGETHER = re.compile("与[^，、与]{2,20}(?:共建|合作|联合|共同|组建|组成|结成|签订|签约)")
# 「登记失业人员或高校毕业生创办的小微企业」: the persons of the list founded it.
_FOUNDED_BY = re.compile(
    "(?:人员|人口|毕业生|军人|士兵|人才|农民工|团队|大学生)(?:[^，、]{0,6})(?:创办|开办|领办|创立|设立|兴办)的"
)


@dataclass(frozen=True, slots=True)
class Payees:
    """The members of a list, what is said of all of them before it, and after it; None where nothing is."""

    members: tuple[Part, ...]
    before: Part | None
    after: Part | None


def payees(part: Part) -> Payees | None:
    """The list of payees that a piece is; None where it is no list, or one of bare names that mean the same either way."""
    text = part.text
    if (
        _FOUNDED_BY.search(text)
        or _TOGETHER.search(text)
        or _ONE_WIN.search(text)
        or re.search("(?:费用?|支出|投入)$", text)
        or re.search("招用|吸纳|录用|聘用|接收|培训|(?<!社会|经济|专业)组织", text)
    ):
        return None
    lead = re.match("(?:对于?|凡是?|针对|面向|支持|鼓励|将)?", text)
    begin = lead.end() if lead else 0
    cuts = [hit for hit in _JOINT.finditer(text, begin) if _outside(text, hit.start("joint"))]
    cuts = [hit for hit in cuts if len(text) - hit.end() >= 3]
    if not cuts:
        return None
    bounds = [begin, *(edge for hit in cuts for edge in hit.span("joint")), len(text)]
    spans = list(zip(bounds[::2], bounds[1::2], strict=True))
    after = None
    start, end = spans[-1]
    if not _ENDS.search(text[start:end]):
        does = _DOES.match(text[start:end])
        if does is None:
            return None
        after = Part(part.start + start + does.end("who"), part.end, does["does"])
        spans[-1] = (start, start + does.end("who"))
    words = [text[start:end].removesuffix("的") for start, end in spans]
    if any(len(word) < 2 for word in words):
        return None
    before = None
    if "的" in words[0] and not any("的" in word for word in words[1:]):
        at = words[0].rindex("的") + 1
        before = Part(part.start + spans[0][0], part.start + spans[0][0] + at, words[0][:at])
        spans[0] = (spans[0][0] + at, spans[0][1])
    members = tuple(Part(part.start + start, part.start + end, text[start:end]) for start, end in spans)
    return Payees(members, before, after)


def _outside(text: str, at: int) -> bool:
    """Whether a place stands outside all brackets and quotation marks."""
    return all(text.count(left, 0, at) == text.count(right, 0, at) for left, right in ("（）", "“”", "《》"))
