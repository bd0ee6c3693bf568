"""Where an enterprise must be registered."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.codes import regions
from corpus.model import All, Condition
from indexer.extract.atoms import Atom, Place
from indexer.extract.tokens import Tagged
from indexer.extract.whereabouts import Whereabouts, whereabouts

# How far a place reaches, after its name: 在郑州市（含航空港区）行政区域内.
_AREA = re.compile(
    "(?:（(?:不?含|包括|包含|以下简称|下同)[^（）]{0,20}）|（境）|　+|行政区划|行政区域|行政管理区域|行政区|岛(?=内)|辖区|区域|地区|大市|市域|全域|域(?=内|范围)|范围|境(?!外)|内|之内)*"
)
# 「在本市设立的」 is where it stands; 「在本市设立研发中心的」 is what it does there.
_SETTLED = "(?:设立|成立|落户|落地)(?=的|投产|，|、|并|且|满|及|和|或|登记|注册|纳税|时间|不足|不满|未满|不超过|$|\ue004|\ue005)"
_ACT = re.compile(
    f"(?:的)?(?:依法|合法|新|实际|有效|首次|进行)*(?:登记注册|注册登记|工商注册|注册或登记|登记或注册|(?:商事|市场主体|税务|工商)?登记(?!失业|求职|在册)|注册(?!商标|会计师|税务师|建造师|护士|资本|地)|{_SETTLED}|(?:创办|开办|领办|兴办)(?=的|登记|注册|\ue004|\ue005)|纳税|纳统|入统"
    "|(?:依法)?从事(?=[^，]{2,}的?(?:企业|单位|机构)))(?:或登记|设立登记|设立|成立|、设立|、?依法纳税|、?纳税|、?纳统|、?统计|、?登记|、|并|登记|的)*"
)
# What stands between a place and who is there, and what may not: things, persons and doings of the place.
_NOT_WHO = "开展|实施|举办|投资|建设|新建|承办|采购|购买|销售|应用|推广|转化|并由|户籍|居民|人员|劳动者|毕业生|农民(?!专业合作|合作社)|产品|认定|评定|授予|颁发"
_ATTRIBUTE = (
    "(?:首次|首批|新增|年度|上年度|当年|符合|依法|具有|从事|纳入|列入|入选|获评|获得|通过|参加|经营|新设立|新成立|拥有)"
)
_WHO = "(?:企业|单位|机构|工商户|主体|纳税人|旅行社|合作社|组织|平台|事务所|公司|申请人|\ue010)"
_SUBJECT = re.compile(f"(?:的)?(?:{_ATTRIBUTE}[^，。；的]{{0,16}}的)?(?:(?!{_NOT_WHO})[^，。；的]){{0,16}}?{_WHO}")
# A place before what is done, or built, in it, and not before who is there.
_NOT_SUBJECT = re.compile(
    "^(?:的)?(?:(?!企业|单位|公司|主体)[^，。；]){0,4}?(?:各级|银行|金融机构|港口|高校|院校|重点项目|收费站|市场|展会|平均|同行业|首(?!次|批)|统一|所有普通)"
)
# 全市 and 全省 count only right before who it is, or where 注册 stands by.
_RIGHT_BEFORE = re.compile(
    "(?:范围内|内)?(?:的)?(?:各类|所有|符合条件的)*(?:大?中?小微?型?企业|市场主体|经营主体|个体工商户|规上|规模以上|限上|限额以上|\ue010|企业|(?:用人|参保)单位|纳税人|[^，。；的]{2,4}企业(?!的))"
)
# Words of registration or of taxes that all stand in one place (工商注册地、税务征管关系及统计关系均在…).
_REGISTERED_BEFORE = re.compile(
    "(?:(?:工商|商事|市场主体|税务|税收|注册|登记|住所|纳税|缴税|统计)(?:工商|商事|市场主体|税务|税收|注册|登记|住所|纳税|缴税|核算|等|纳统|入统|统计|解缴|缴纳|征管|户管|属地|经营|生产|办公|关系|地址|场所|所在地|地|、|和|以及|及|与|且|均|都|应|须|需|实际)*(?:在|为|位于|属于|隶属于|于)"
    "|(?:注册|登记|落户)(?:在|于|到|至)?|(?:应|须|需|必须)?在|于)$"
)
_OF_REGISTER = re.compile("工商|商事|(?<!税务)登记|注册|住所|落户")
_OF_TAXES = re.compile("税")
# Where its head office, its works or its projects stand is not where it is registered.
_NOT_THERE = re.compile("(?:总部设?|投资|项目|基地|工厂|产能|经营地|生产地|办公地|场所|关系)(?:均|都)?在$")
# Whom it does something for, or where it comes or sells to (服务本市企业, 迁入我市, 投资我市).
_OBJECT = re.compile(
    "(?:服务|带动|采购|购买|收购|租用|培育|孵化|招引|引进|帮助|帮扶|辅导|面向|投资|投向|进入|来|到|赴|销往|迁入|迁至|迁到|转移至|输送|推荐|联合)(?:一批|在|到|至|于)?$"
)
# 「在本市注册满1年」: for how long is another condition, which needs the word itself.
_HOW_LONG = re.compile("(?:时间|登记|注册|(?<![、，])经营|(?<![、，])运营)*\ue004")
# 「湖北省上市公司」: a named place right before who is there; 「获得安徽省优秀企业称号」 is a title.
_NAMED_FIRM = re.compile(
    "(?:的|各类|所有)?(?:(?:工业|制造业?|建筑业?|服务业|外贸|商贸|民营|外资|外商投资|农业|科技型?|物流|文化|旅游|餐饮|参保)?(?:大?中?小?微?型?)企业|个体工商户|农民(?:专业)?合作社|社会组织|事业单位|律师事务所|会计师事务所|旅行社|上市公司|挂牌公司|期货公司|规上企业|规模以上企业|纳税人|用人单位|参保单位|各类参保单位)(?!家|网|局|的?(?:名录|名单|称号|奖|协会|服务|公共|信用|融资|大会|中心|榜))"
)
# 「郑州市首次上规的工业企业」: what they are like stands between.
_LIKE_FIRM = re.compile(f"(?:的)?(?:{_ATTRIBUTE}[^，。；的]{{0,16}}的)[^，。；的]{{0,8}}?{_WHO}")
# What an enterprise is and is not recognised as: a place before any other title is the rank of it (浙江省科技型中小企业).
_STATES = ("高新技术企业", "规模以上", "限额以上", "四上", "上市公司", "民营企业", "外商投资企业")
_TITLE_BEFORE = re.compile("(?:获得|评为|认定|入选|列入|荣获|获评|“)[^，]{0,8}$|(?:来自|走进|引入)$")
# What is done there as its place of business, before who does it: 在本市缴纳社会保险的用人单位.
_AT_HOME = re.compile(
    "(?=(?:的)?(?:依法|合法|正常|实际)*(?:缴纳社会保险|缴费|参保|从事|生产经营|经营|运营|符合条件|具有|办公|新设立|新注册|新成立|新落户)[^，。；]{0,40}?(?:企业|单位|机构|工商户|主体|纳税人|合作社|组织|事务所|公司|\ue010)(?:的|，|$|招用|吸纳|招录))"
)
_WHO_AFTER = re.compile("(?:的)?[^，。；的]{0,8}?(?:企业|单位|机构|公司|事务所|\ue010)")
_INSIDE = re.compile(f"(?:的)?(?:{_ATTRIBUTE}[^，。；的]{{0,16}}的)?[^，的]{{0,8}}{_WHO}")


def find_regions(tagged: Tagged, place: Place) -> Iterator[Atom]:
    """The place of registration: a named region or 本市, 省内, 在京 …, where 注册 or 登记 stands by it, or who is there."""
    text = tagged.text
    for hit in re.finditer("(?:注册|登记)?(?:在|于)?海南(?:自由贸易港|自贸港)(?:内|注册|登记|并|的)*", text):
        yield _atom(tagged, hit.start(), hit.end(), ("460000",), ("region",))
    for start, end, codes in _named(text, place):
        yield from _Spot(tagged, Whereabouts(start, end, codes[0]), codes, named=True).asked()
    for where in whereabouts(text, place):
        if where.code is not None:
            yield from _Spot(tagged, where, (where.code,), named=False).asked()


_AND = re.compile("、|和|或者?|及|与|以及")


def _named(text: str, place: Place) -> list[tuple[int, int, tuple[str, ...]]]:
    """The stretches that name places, those of a list (福州、泉州) together: one of them is enough."""
    out: list[tuple[int, int, tuple[str, ...]]] = []
    for match in regions.find(text, within=place.province):
        if out and _AND.fullmatch(text[out[-1][1] : match.start]):
            start, _, codes = out.pop()
            out.append((start, match.end, (*codes, match.code)))
        else:
            out.append((match.start, match.end, (match.code,)))
    return out


class _Spot:
    """A place in a text, and what the words around it say of who is asked to be there."""

    def __init__(self, tagged: Tagged, where: Whereabouts, codes: tuple[str, ...], *, named: bool) -> None:
        area = _AREA.match(tagged.text, where.end)
        self.tagged, self.where, self.codes, self.named = tagged, where, codes, named
        self.stop = area.end() if area else where.end
        self.lead = tagged.text[: where.start]
        self.before = _REGISTERED_BEFORE.search(self.lead)

    def asked(self) -> Iterator[Atom]:
        """The condition to be registered, or to pay taxes, there, if the words ask so."""
        act = _ACT.match(self.tagged.text, self.stop)
        start = self.before.start() if self.before else self.where.start
        if self.before and (fields := _fields(self.before.group())):
            # 「新注册落户我区」: that it is new is more than where.
            start = self.where.start if self.lead.endswith(("新注册", "新登记", "落户")) else start
        elif _NOT_THERE.search(self.lead):
            return
        elif self._at_home():
            fields, act = ("region",), None
        elif act and self._settled(act):
            fields = ("region",)
        elif not _OBJECT.search(self.lead) and self._who_is_there():
            fields, act = ("region",), None
        else:
            return
        end = act.end() if act else self.stop
        yield _atom(
            self.tagged, start, self.stop if _HOW_LONG.match(self.tagged.text, end) else end, self.codes, fields
        )

    def _settled(self, act: re.Match[str]) -> bool:
        """Whether what is registered, or set up, there is the enterprise: a name alone is not enough."""
        said = not self.named or self.before is not None or self.stop > self.where.end
        return said or _WHO_AFTER.match(self.tagged.text, act.end()) is not None

    def _at_home(self) -> bool:
        """Whether it is where the enterprise does its business (在本市缴纳社会保险的用人单位)."""
        said = self.before is not None or self.stop > self.where.end or not self.named
        return said and not self.where.weak and _AT_HOME.match(self.tagged.text, self.stop) is not None

    def _who_is_there(self) -> bool:
        """Whether the place only says where those are from who stand right after it (本市企业, 湖北省上市公司)."""
        text, stop = self.tagged.text, self.stop
        if self.named:
            return self._named_before_who()
        if self.where.weak:
            return (
                _RIGHT_BEFORE.match(text, stop) or _RIGHT_BEFORE.match(text, self.where.end)
            ) is not None and not _NOT_SUBJECT.match(text[stop:])
        return _SUBJECT.match(text, stop) is not None and not _NOT_SUBJECT.match(text[stop:])

    def _named_before_who(self) -> bool:
        text, stop = self.tagged.text, self.stop
        if self.before is not None and self.before.group() not in ("在", "驻"):
            return False
        if stop > self.where.end:
            return self.before is None and _INSIDE.match(text, stop) is not None
        state = stop in self.tagged.tags and self.tagged.tags[stop].name.startswith(_STATES)
        firm = _NAMED_FIRM.match(text, stop) or _LIKE_FIRM.match(text, stop)
        return (state or firm is not None) and not _TITLE_BEFORE.search(self.lead)


def _fields(words: str) -> tuple[str, ...]:
    """Which of registration and taxes `words` are about."""
    return tuple(field for field, said in (("region", _OF_REGISTER), ("tax_region", _OF_TAXES)) if said.search(words))


def _atom(tagged: Tagged, start: int, end: int, codes: tuple[str, ...], fields: tuple[str, ...]) -> Atom:
    words = tagged.words(start, end)
    rules = tuple(Condition(field, "within", codes, text=words) for field in fields)
    return Atom(start, end, rules[0] if len(rules) == 1 else All(rules), "region")


def region_alone(text: str, place: Place) -> Condition | None:
    """The region that `text` names and nothing else (不含厦门); None for more or less than one."""
    found = regions.find(text, within=place.province)
    if len(found) != 1 or (found[0].start, found[0].end) != (0, len(text)):
        return None
    return Condition("region", "within", (found[0].code,), text=text)
