"""The words that no finder reads: cut into conditions as a person would cut them, and kept as `manual`."""

from __future__ import annotations

import re

from corpus.model import Any, Condition
from indexer.extract.asides import asks_nothing
from indexer.extract.atoms import Node
from indexer.extract.confidence import confidence_of
from indexer.extract.hints import hints_of
from indexer.extract.parties import FOR_OTHERS, OTHER_PARTY
from indexer.extract.passage import Part
from indexer.extract.subjects import subject_of

# Words that carry nothing.
_LEAD = re.compile(
    "^(?:[一二三四五]是|对于|对|凡是|凡|其中|此外|另外|同时|对于?其|如果|如|若|当(?![年地月前季日选期])|且|并且|并(?!购|网|联|表|轨)|以及|及|和(?!谐)|的|可以|应当|应(?!用|急|届|税|收|付|缴|纳|交|链)|须|需要|需(?!求)|要(?!素)|可(?!再生|持续|穿戴|信|降解|循环)|由|将(?!来)|是|您|您如果|纳税人(?=[^，]{4,})|经(?!济|营|认定|过|[^，的]{0,20}(?:批准|同意|审核|审批|核准|确认|推荐|评审|考核|评估|鉴定))|"
    "企业(?=[^，]{3})(?!家|内|所得|自主|集团|总部|技术中心|法人|年金)|积极|大力|着力|全力|支持|鼓励(?!类)|引导|指导|推动|面向|针对(?!人工|.{2,20}(?:环节|技术))|延续实施|继续|重点|进一步|根据[^，]{2,10}需要(?=[^，]{4,})|符合条件的|符合条件|按规定|按照规定|上述|该|各类|各|(?:申报|申请)(?:单位|企业|主体)(?=[^，的]{3})|相关|有关|具有|具备|属于|等(?!次|级|额)|：|，|、)+"
)
_KEEP_LEAD = re.compile("^(?:在|经|具有|具备|由|属于|为(?!主)|应|须|需)")
_TAIL = re.compile(
    "(?:的|等|企业|单位|机构|纳税人|用人单位|情况|，|、|且|或|并|和|及|与|以及|对|给|可|其|由|按|在|同时|每家|每户|每个|分别|一次性|最高|市级财政|省级财政|财政)+$"
)
_GENERIC = re.compile(
    "^(?:企业|公司|单位|机构|主体|用人单位|纳税人|市场主体|创新主体|经营主体|申报主体|申请主体|申报单位|申报企业|申请企业|申请单位|申请人|项目|产品|资金|相关|有关|上述|新增|年度新增|(?:符合|满足|达到)(?:上述|以上)(?:条件|要求)|(?:满足|达到)条件|条件|要求|规定|标准|政策|的|等|可|按|其|每家|或|和|及|且|与|类|家|户|人|含|均|各|对|是|为|在|应|须|需|并|同时|已|称号|认定|入库|当年入库|按程序|期间|每年|年度|当年|范围|内|地区|资格|具有|具备|获得|取得|重点|优质|优秀|有效期内|证书|资格证书|处于|尚|仍|、|，|“|”|（|）|：)*$"
)


_BOUNDED = re.compile("\\d[^，]{0,10}(?:以上|以下|以内)|(?:不低于|不少于|超过|不超过|达到|高于|低于)[^，]{0,6}\\d")
# 「年出口额2000万美元以上、增幅20%以上」: each names its own figure.
_OWN_FIGURE = re.compile("(?:对|凡)?[^\\d]{2,}(?:\\d[^，]{0,10}(?:以上|以下|以内)|(?<=[到于超过少满达])\\d)[^、]*$")
# A requirement in a list that 、 alone parts from the next: something to have or do, or something that is as it should be.
_CLAUSE_LIKE = re.compile(
    "(?:具有|具备|拥有|建立|设立|建有|设有|没有|无|未|依法|合法|遵守|按时|按规定|有(?!限|关))[^、]{2,}|[^、]{2,}(?:清晰|明确|良好|健全|规范|完善|合法|稳定|齐全|真实|完备|有效|合理|突出|显著|优良|雄厚|较[强好高大])"
)


def plain(part: Part, text: str, joins: str, *, listing: bool) -> list[Node]:
    items = [text]
    if re.search("首次(?:突破|达到|超过)[^，]*\\d[^，]*元", text) and "、" in text:
        return leftover(part, text, 0, len(text), joins)
    either = [item for item in re.split("或者?(?!以上|以下|高于|超过|大于|低于|少于|等于)", text) if item]
    if len(either) > 1 and all(_BOUNDED.search(item) for item in either):
        found = [
            node for item in either for node in leftover(part, text, text.index(item), text.index(item) + len(item))
        ]
        if len(found) == len(either):
            return [Node(Any(tuple(node.rule for node in found)), found[0].start, found[-1].end, "alternatives", joins)]
    members = [item for item in re.split("、(?![^（]*）)", text) if item]
    if len(members) > 1 and (
        all(_OWN_FIGURE.match(item) for item in members)
        or (listing and all(len(item) >= 4 and _CLAUSE_LIKE.fullmatch(item) for item in members))
    ):
        items = members
    nodes, at = [], 0
    for item in items:
        at = text.index(item, at)
        nodes += leftover(part, text, at, at + len(item), joins)
        at += len(item)
    return nodes


def leftover(part: Part, text: str, start: int, end: int, joins: str = "all") -> list[Node]:
    """The words of a stretch as a `manual` condition, if they say anything of their own."""
    words = text[start:end].replace("　", "")
    if not words:
        return []
    core = _trim(words)
    if _AS_THEY_SEE_FIT.fullmatch(core) or _RETURNED.fullmatch(core):
        return []
    if len(core) < 3 or _GENERIC.match(core) or _COUNTED.fullmatch(core):
        return []
    of_noun = words.endswith("的") or text.startswith("的", end) or f"{core}的" in words
    if asks_nothing(words, of_noun=of_noun) or asks_nothing(core, of_noun=of_noun):
        return []
    if (
        not FOR_OTHERS.search(core)
        and (hit := _MEASURED.match(core))
        and len(_trim(hit["head"])) >= 3
        and not _GENERIC.match(hit["head"])
    ):
        at = text.find(hit["head"], start)
        middle = at if at >= 0 else end
        return [
            Node(manual(_trim(hit["measure"])), part.start + start, part.start + middle, "manual", joins),
            Node(manual(_trim(hit["head"])), part.start + middle, part.start + end, "manual"),
        ]
    if not OTHER_PARTY.search(core) and (found := subject_of(core)):
        who, does = found
        # The same words may stand in front of who it is too.
        at = text.find(does, max(start, text.find(who, start) + len(who)))
        middle = at if at > start else end
        return [
            Node(manual(_trim(who)), part.start + start, part.start + middle, "manual", joins),
            *leftover(part, text, middle, end),
        ]
    if hit := _ASSESSED.fullmatch(core):
        return [Node(manual(hit["how"]), part.start + start, part.start + end, "manual", joins)]
    if (at := core.find("择优")) >= 4:
        return [
            Node(manual(_trim(core[:at])), part.start + start, part.start + end, "manual", joins),
            Node(manual("择优"), part.start + start, part.start + end, "manual"),
        ]
    return [Node(manual(core), part.start + start, part.start + end, "manual", joins)]


# What an office goes by (可根据受疫情影响情况和基金承受能力), not what is asked.
_AS_THEY_SEE_FIT = re.compile("[^，]{0,12}?(?:（）)?(?:可以?)?(?:根据|结合|视)[^，]{0,30}(?:情况|能力|实际|进展)")


# 「可申领稳岗返还」: the benefit itself.
_RETURNED = re.compile("(?:可以?)?(?:申领|申请|享受|实施|给予)[^，]{0,4}稳岗返还[^，]{0,8}")


# 「每孵化一家奖励5万元」, 「每个展位补贴2万元」: what is counted, and no condition.
_COUNTED = re.compile(
    "每(?:新)?(?:孵化|培育|引进|引育|新增|招引|培养|个|件|场|项|台|套|次|辆|吨|亩|平方米|立方米)[^，、\\d]{0,6}"
)


# 「对技术转移机构的服务成效进行绩效考核」: it is assessed, which is asked; what is looked at is for who assesses.
_ASSESSED = re.compile("[^，]{2,60}?进行(?P<how>(?:绩效|综合|年度|考核|第三方)*(?:考核|评价|评估|评审)+)")


# 「年交易额300万美元以上的自建海外仓」 is a threshold and a thing.
_MEASURED = re.compile(
    "(?P<measure>[^，的]{4,}\\d[^，的]{0,8}(?:以上|以下|以内|（含[^）]*）))的(?P<head>[^，的\\d]{3,14})$"
)


_HEAD_WORDS = re.compile(
    "^(?:对|凡)?[^，、]{0,16}?(?:应当?|须|需)?(?:同时)?(?:符合|满足|具备|具有|有)(?:以下|下列|如下)[^，]{0,12}(?:条件|情形|情况|要求|标准)(?:之一|中的?(?:任意|任)?[一二两三四五](?:项|条)(?:及?以上)?)?(?:的)?(?:企业|单位|项目|主体)?$|^适用(?:对象|范围)(?:为|是)?|^(?:本|该)(?:政策|措施|办法|意见|细则|规定|通知)[^，]{0,6}(?:适用于|适用)|(?:采取|以)(?:事前|事后|后|先)?(?:补助|奖励|资助)?方式(?:给予(?:分档|分类)?支持)?$|^(?:申报|申请|基本|支持|具体)?条件(?:要求|如下)?|^(?:申报|申请)[^，]{2,24}?(?:应|须|需)?(?:同时)?(?:符合|具备|满足)(?:以下|下列)?(?:基本)?条件(?:之一)?$|^(?:并)?(?:应|须|需)?(?:同时)?(?:符合|具备|满足)(?:以下|下列)(?:基本)?条件(?:之一)?$|^(?:申报|申请)(?!单位|企业|主体|机构|人)[^，]{2,16}$"
)


def _trim(words: str) -> str:
    core = words.strip("，、：；。的 ")
    core = _HEAD_WORDS.sub("", core)
    while (hit := _LEAD.match(core)) and not _KEEP_LEAD.match(core):
        core = core[hit.end() :]
    core = re.sub("^(?:或者|或)", "", core)
    tail = _TAIL.search(core)
    if tail and tail.start() >= 4 and tail.group() in ("的", "，", "、"):
        core = core[: tail.start()]
    core = re.sub(
        "(?:的|，|、|且|并|和|及|与|(?<!针)对|给|可|其|由|按|分阶段|分年度|分期|近三年|近[2-5]年|上年度|年内|或|具有|具备|属于)+$",
        "",
        core,
    )
    core = re.sub(
        "(?<=.{4})(?:适当|优先|分档|酌情|按规定|按程序|将|可以?|均)*(?:给予|予以)(?:支持|奖励|扶持|补助|资助|补贴)?$",
        "",
        core,
    )
    core = core.removesuffix("的企业")
    core = re.sub(
        "(?<=认定|审核|批准|确认|备案|验收|核准|同意|考核|评审|审批|上市|合格|通过|推荐|合同|认证)后$", "", core
    )
    core = re.sub("(?<=批准|同意|审核|核准|确认|认定)后(?:可以?)?(?:延期|缓缴|延缓|减免|予以|享受)[^，]*$", "", core)
    # A bracket left open by the cut would read as damage.
    if core.count("（") != core.count("）"):
        core = core.strip("（）")
    if core.count("“") != core.count("”"):
        core = core.strip("“”")
    # Nor is the beginning of a term (落户后两|年内) or the verb of having anything asked.
    return re.sub("(?<=.{4})(?:后[一二两三四五]|享受)$", "", core)


# 「优秀创业孵化基地」, 「省级出口品牌企业」: nothing but a title, though the dictionary lacks it.
_TITLE_LIKE = re.compile(
    "(?:(?:国家级|省级|市级|区级|县级|国家|全国|中关村|优秀|示范|[一-龥]{2,3}[省市])[一-龥A-Z“”]{0,14}?)(?:示范|试点|领军|龙头|优秀|品牌|标杆|领航|头雁|创新型|孵化|服务|重点|标准化|工作|培育|出口|总部)[一-龥]{0,6}(?:企业|单位|基地|园区|工厂|平台|工作室|载体|孵化器|总部)"
)


def manual(words: str) -> Condition:
    """The condition that keeps `words` for a person to confirm; a title where they are plainly one and no more."""
    if _TITLE_LIKE.fullmatch(words) and not re.search("对|在|新|的|范围|区域|引进|入驻|培育|创建|申报|争创", words):
        return Condition(
            "qualification", "has", words, text=words, confidence=confidence_of("title_like", "qualification")
        )
    return Condition(
        "manual", "confirm", words, text=words, hints=hints_of(words), confidence=confidence_of("manual", "manual")
    )
