"""From words to conditions: what the finders know becomes fields, the rest becomes `manual`, and the connectives a tree."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus.model import All, Any, Condition, EventWindow, Not, Rule
from corpus.rules import conditions as walk
from indexer.extract.asides import after_giver, is_aside
from indexer.extract.atoms import Atom, Place
from indexer.extract.branches import industry_codes
from indexer.extract.confidence import confidence_of
from indexer.extract.find import find_atoms
from indexer.extract.hints import hints_of
from indexer.extract.names import tag
from indexer.extract.passage import Part
from indexer.extract.payees import payees
from indexer.extract.places import region_alone
from indexer.extract.tokens import Tagged


@dataclass(frozen=True, slots=True)
class Node:
    """A rule and the stretch of the even text that it was read from. `joins` says how it hangs on what goes before."""

    rule: Rule
    start: int
    end: int
    what: str
    joins: str = "all"


# ---------------------------------------------------------------- words that carry nothing

_LEAD = re.compile(
    "^(?:对于|对|凡是|凡|其中|此外|另外|同时|对于?其|如果|如|若|当(?![年地月前季日选期])|且|并且|并|以及|及|和|的|可以|应当|应|须|需要|需|要|可|由|将|是|您|您如果|纳税人(?=[^，]{4,})|经(?!济|营|认定|过)|"
    "企业(?=[^，]{3})(?!家|内|所得|自主|集团|总部|技术中心|法人|年金)|支持|鼓励(?!类)|引导|推动|面向|针对(?!人工|.{2,20}(?:环节|技术))|延续实施|继续|重点|进一步|符合条件的|符合条件|按规定|按照规定|上述|该|各类|各|相关|有关|具有|具备|属于|等(?!次|级|额)|：|，|、)+"
)
_KEEP_LEAD = re.compile("^(?:在|经|具有|具备|由|属于|为(?!主)|应|须|需)")
_TAIL = re.compile(
    "(?:的|等|企业|单位|机构|纳税人|用人单位|情况|，|、|且|或|并|和|及|与|以及|对|给|可|其|由|按|在|同时|每家|每户|每个|分别|一次性|最高|市级财政|省级财政|财政)+$"
)
_GENERIC = re.compile(
    "^(?:企业|公司|单位|机构|主体|用人单位|纳税人|市场主体|创新主体|经营主体|申报主体|申请主体|申报单位|申报企业|申请人|项目|产品|资金|相关|有关|上述|新增|年度新增|符合条件|条件|要求|规定|标准|政策|的|等|可|按|其|每家|或|和|及|且|与|类|家|户|人|含|均|各|对|是|为|在|应|须|需|并|同时|已|称号|认定|入库|当年入库|按程序|期间|每年|年度|当年|范围|内|地区|资格|具有|具备|获得|取得|重点|优质|优秀|、|，|“|”|（|）|：)*$"
)
_OTHER_PARTY = re.compile(
    "被投|(?<!新)引进的?(?:企业|项目)|被引进|被担保|见习人员|受让方|入驻企业|被服务|所投企业|租户|(?:^|[对为向])服务企业|服务的企业|孵化的?企业|培育的?企业|推荐的?企业"
)


def read_conditions(parts: Iterable[Part], place: Place, *, listing: bool = False) -> list[Node]:
    """The conditions that `parts` (pieces of a sentence) put, in order; all of them together are asked.

    `listing` says that they stand in a list of requirements, where a bare 「信用良好、制度健全」 is two conditions.
    """
    nodes: list[Node] = []
    said = place.before
    last = 0  # where the nodes of the piece before begin
    for part in parts:
        if is_aside(part.text) and not part.text.endswith("的"):
            said += part.text
            continue
        if len(nodes) - last > 1 and re.match("或者?(?!以上)", part.text):
            # 「A且B，或C且D的」: all of one piece, or all of the other.
            found = [
                n
                for conjunct in _conjuncts(part)
                for n in _read(conjunct, replace(place, before=said), listing=listing)
            ]
            if found:
                nodes[last:] = [_either(_whole(nodes[last:]), found)]
            said += part.text
            continue
        last = len(nodes)
        for conjunct in _conjuncts(part):
            found = _read(conjunct, replace(place, before=said), listing=listing)
            said += conjunct.text
            if found and found[0].joins == "any" and nodes:
                nodes.append(_either(nodes.pop(), found))
            elif nodes and (whole := _goes_on(nodes[-1], found)):
                nodes[-1] = whole
            elif found and (at := _same_field(nodes, found, conjunct.text)) is not None:
                nodes[at] = _either(nodes[at], found)
            else:
                nodes += found
    return nodes


def _whole(nodes: list[Node]) -> Node:
    """All of `nodes` as one."""
    return Node(All(tuple(node.rule for node in nodes)), nodes[0].start, nodes[-1].end, "all")


def _either(last: Node, found: list[Node]) -> Node:
    """`last`, or all of `found`."""
    inner = last.rule.of if isinstance(last.rule, Any) and last.what == "alternatives" else (last.rule,)
    other = found[0].rule if len(found) == 1 else All(tuple(node.rule for node in found))
    return Node(Any((*inner, other)), last.start, found[-1].end, "alternatives")


# 「受疫情影响，面临暂时性困难，确实无力缴费的」 is one thing, told in three steps.
_HARDSHIP = re.compile("^(?:受|因)[^，]{0,16}(?:影响|原因|导致|损失)")
_HARDER = re.compile("^(?:面临|确实|确因|确有|无力|不能|正常生产|生产经营|导致|暂时|恢复|缴费)")


def _goes_on(last: Node, found: list[Node]) -> Node | None:
    """`last` with what `found` adds to its tale of hardship; None where it tells none."""
    if not found or not isinstance(last.rule, Condition) or not isinstance(first := found[0].rule, Condition):
        return None
    words, more = str(last.rule.value), str(first.value)
    if len(found) > 1 or {last.rule.field, first.field} != {"manual"}:
        return None
    if not (_HARDSHIP.match(words) and _HARDER.match(more)):
        return None
    return Node(manual(f"{words}，{more}"), last.start, found[0].end, "manual", last.joins)


def _same_field(nodes: list[Node], found: list[Node], text: str) -> int | None:
    """Which of `nodes` bounds the figure that `found`, a case of its own (其中…), bounds otherwise."""
    fields = {c.field for node in found for _, c in walk(node.rule) if isinstance(c.value, float)}
    if not text.startswith("其中") and "layoff_rate" not in fields:
        return None
    cases = len(found) > 1 or isinstance(found[0].rule, All)
    for at, node in enumerate(nodes):
        rule = node.rule
        if isinstance(rule, Any) and (fields & {c.field for _, c in walk(rule)} or _LAYOFF.search(_words(rule))):
            return at
        if cases and isinstance(rule, Condition) and (rule.field in fields or _LAYOFF.search(_words(rule))):
            return at
    return None


_LAYOFF = re.compile("裁员率")


def _words(rule: Rule) -> str:
    """The words of a rule that no field holds."""
    return "，".join(str(c.value) for _, c in walk(rule) if c.field == "manual")


def join(nodes: Iterable[Node]) -> All:
    """All of `nodes` as one rule, none twice."""
    rules: list[Rule] = []
    for node in nodes:
        for rule in node.rule.of if isinstance(node.rule, All) else (node.rule,):
            if rule not in rules:
                rules.append(rule)
    return All(tuple(rules))


def _conjuncts(part: Part) -> list[Part]:
    out, start, depth = [], 0, 0
    text = part.text
    for hit in re.finditer("[（“《]|[）”》]|、并(?!购)|并且|而且|且(?!恢复有望|有望)|(?<=的)同时", text):
        mark = hit.group()
        if mark in "（“《":
            depth += 1
        elif mark in "）”》":
            depth = max(0, depth - 1)
        elif depth == 0 and hit.start() > start:
            out.append(Part(part.start + start, part.start + hit.start(), text[start : hit.start()]))
            start = hit.end()
    if start < len(text):
        out.append(Part(part.start + start, part.end, text[start:]))
    return out


_OR = re.compile(
    "^(?:、|，|和|或|或者|及|以及|与|和/或|/|（(?:含|包括|包含)?|）|的|等|“|”|其他|符合条件的|各类|类|企业|称号|认定|纳税人)*$"
)
_EXCEPT = re.compile(
    "（(?P<in>[^（）]{2,30}?)除外）|除(?P<out>[^，。；]{2,24}?)(?:外|以外|之外)|（不(?:含|包括)(?P<not>[^（）数]{2,30})）|(?P<bare>[^，。；（）]{2,24})除外$"
)


def _read(part: Part, place: Place, *, listing: bool) -> list[Node]:
    if at := after_giver(part.text):
        part = Part(part.start + at, part.end, part.text[at:])
    return _alternative_payees(part, place) or _read_one(part, place, listing=listing)


def _alternative_payees(part: Part, place: Place) -> list[Node]:
    """A list of sorts of payee, one of which it must be, each with its own attributes; empty for no such list."""
    found = payees(part)
    if found is None or _FOR_OTHERS.search(part.text):
        return []
    branches: list[Rule] = []
    for member in found.members:
        nodes = [_firms(member)] if member.text == "企业" else _read_one(member, place, listing=False)
        if not nodes and len(member.text) == 2:
            nodes = [Node(manual(member.text), member.start, member.end, "manual")]
        if not nodes:
            return []
        rules = [node.rule for node in nodes]
        inner = rules[0].of if len(rules) == 1 and isinstance(rules[0], Any) else ()
        branches += inner or [rules[0] if len(rules) == 1 else All(tuple(rules))]
    branches, shared = _hoisted(branches)
    start, end = found.members[0].start, found.members[-1].end
    listed = Node(Any(tuple(dict.fromkeys(branches))), start, end, "alternatives")
    around = [_read_one(piece, place, listing=False) if piece else [] for piece in (found.before, found.after)]
    return [*around[0], *(Node(rule, start, start, "region") for rule in shared), listed, *around[1]]


def _firms(part: Part) -> Node:
    """Enterprises, as one of several legal forms in a list."""
    rule = Condition("legal_form", "is", "企业", text="企业", confidence=confidence_of("form", "legal_form"))
    return Node(rule, part.start, part.end, "form")


def _hoisted(branches: list[Rule]) -> tuple[list[Rule], list[Rule]]:
    """The branches without a place that only the first names, which holds for all (湖北省上市公司、挂牌公司); and that place."""
    first = branches[0]
    if not isinstance(first, All):
        return branches, []
    places: list[Rule] = [rule for rule in first.of if isinstance(rule, Condition) and rule.field == "region"]
    others = any(c.field == "region" for branch in branches[1:] for _, c in walk(branch))
    if len(places) != 1 or others or first.of[0] is not places[0]:
        return branches, []
    rest = first.of[1:]
    return [rest[0] if len(rest) == 1 else All(rest), *branches[1:]], places


def _read_one(part: Part, place: Place, *, listing: bool) -> list[Node]:
    text, nodes = part.text, []
    for hit in _EXCEPT.finditer(text):
        words = hit["in"] or hit["out"] or hit["not"] or hit["bare"]
        left_out = _left_out(words, place)
        nodes.append(
            Node(
                Not(left_out[0] if len(left_out) == 1 else Any(tuple(left_out))),
                part.start + hit.start(),
                part.start + hit.end(),
                "except",
            )
        )
        text = text[: hit.start()] + "　" * (hit.end() - hit.start()) + text[hit.end() :]
    if _OTHER_PARTY.search(text) or (
        _OTHER_PARTY.search(place.before[-24:]) and not re.match("对|企业|申报|申请", text)
    ):
        return [*_leftover(part, text, 0, len(text)), *nodes]
    joins = "any" if re.match("或(?!以上)|或者|以及", text) else "all"
    tagged = tag(text, part.start)
    others = _span_of_others(tagged.text)
    atoms = [
        atom
        for atom in find_atoms(tagged, place)
        if not (others[0] <= atom.start < others[1]) and _about_enterprise(atom, tagged.text)
    ]
    if not atoms:
        return [*_plain(part, text, joins, listing=listing), *nodes]
    return [*_sequence(tagged, atoms, part, joins), *nodes]


def _left_out(words: str, place: Place) -> list[Rule]:
    """Those that the words of an exception leave out, one of which is enough."""
    out: list[Rule] = []
    for item in re.split("、|和|及|以及|或者?", words):
        if region := region_alone(item, place):
            out.append(_certain(region, "region"))
            continue
        if codes := industry_codes(item):
            out.append(_certain(Condition("industry", "within", codes, text=item), "branch"))
            continue
        tagged = tag(item)
        atoms = find_atoms(tagged, place)
        whole = [atom for atom in atoms if len(tagged.text) - (atom.end - atom.start) <= 2]
        out += [_certain(atom.rule, atom.finder) for atom in whole] or ([manual(item)] if len(item) >= 2 else [])
    return out or [manual(words)]


# A name inside a longer noun, or that things are done for, is not about the enterprise itself.
_OBJECT_BEFORE = re.compile(
    "(?:给|向|(?<!应|须|需|果|如|均|定|成|评|升)为|将|面向|帮助|服务|转贷|发放|的贷款|(?<!适)用于|许可|支付|提供|名下|转移至|参评[^，]{0,6}|(?:培育|孵化|引进|推荐|招引)(?:一批|\ue008|\\d+家|一家)?|创建|争创|申报|打造|评选|有关|涉及|参展|参会)$"
)
_BOUGHT = re.compile("(?:采购|购买|收购|销往|进出|应用)$")
_NOUN_AFTER = re.compile(
    "^(?:的)?(?:发展(?!良好|较好|$)|增信|贷款(?!用于)|融资(?!租)|专项|培育|债|工会|协会|园区|名录|供需|采购|集合|集聚|名下|信用|服务平台|服务站|服务中心|创新服务|培育库|资质申请|重大项目落地|产业链|产业园|产业集群|创新产品|创新成果|融资|信贷|票据|办公|入库培育|清单|库|房产|房屋|物业|投资项目|数量|家数|户数|占比|占(?!地)|比例|贷款余额|客户|用户|股份转让|公共服务|划型(?!标准)|复审|复核|推广应用|指导目录|推荐目录|薄弱环节|关键技术|关键领域|关键环节|核心技术|技术攻关|发展局|主管部门)"
)


# 「为区属中小微企业减免房租的业主」, 「担保公司对小微企业开展的业务」: between these words stands whom it is done for.
_FOR_OTHERS = re.compile(
    "(?:^(?:对于?|凡)?(?:在[^，]{2,14})?(?:为|向|给|帮助)|(?:机构|公司|银行|单位|平台|中心|集团|载体|基地|业主|协会|运营方|企业)(?:对|为|向|给|面向|帮助))"
    "(?P<whom>[^，]{2,60}?)(?=提供|新?开展|新?发放|减免|免收|担保(?!金额|费|额|业务)|办理|输送|推荐|承销|代理|销售|租赁|出租|融资(?!担保|租赁)|服务|培训|介绍|转让|新增)"
)


def _span_of_others(text: str) -> tuple[int, int]:
    """Where the words stand that say for whom the enterprise does something; an empty stretch where none do."""
    hit = _FOR_OTHERS.search(text)
    return hit.span("whom") if hit else (0, 0)


def _about_enterprise(atom: Atom, text: str) -> bool:
    if text.rfind("《", 0, atom.start) > text.rfind("》", 0, atom.start):
        return False
    before, after = text[: atom.start].rstrip("“‘"), text[atom.end :].lstrip("”’")
    if atom.finder in ("region", "size") and (_BOUGHT.search(before) or re.match("的?产品", after)):
        return False
    if atom.finder not in ("size", "form", "title", "branch"):
        return True
    return not _OBJECT_BEFORE.search(before) and not _NOUN_AFTER.match(after)


def _sequence(tagged: Tagged, atoms: list[Atom], part: Part, joins: str) -> list[Node]:
    """Atoms and the words between them: what only 、 or 或 joins are alternatives, other words become `manual`."""
    atoms = _not_said_twice(tagged, atoms)
    out: list[Node] = []
    group: list[Atom] = [atoms[0]]
    gaps: list[tuple[int, int]] = [(0, atoms[0].start)]
    for last, atom in pairwise(atoms):
        between = tagged.text[last.end : atom.start]
        if _OR.match(between) and _alternatives(last, atom, between):
            group.append(atom)
        else:
            out.append(_group(tagged, group))
            group = [atom]
            gaps.append((last.end, atom.start))
    out.append(_group(tagged, group))
    gaps.append((atoms[-1].end, len(tagged.text)))
    out += _first_times(tagged, atoms)
    titled = {atom.start for atom in atoms if atom.finder in ("title", "title_like")}
    for start, end in gaps:
        if start >= end or (_RECOGNISED.fullmatch(tagged.text[start:end]) and end in titled):
            continue
        begin, stop = tagged.start(start) - part.start, tagged.end(end) - part.start
        rest = _leftover(part, tagged.source, begin, stop)
        words = tagged.text[start:end]
        beside = [node for node in out if node.start == tagged.start(end)] if re.search("(?:或|或者)$", words) else []
        beside = beside or (
            [node for node in out if node.end == tagged.end(start)] if re.match("或(?!以上)", words) else []
        )
        if rest and beside:
            out.remove(beside[0])
            pair = sorted([rest[0], beside[0]], key=lambda node: node.start)
            out.append(Node(Any((pair[0].rule, pair[1].rule)), pair[0].start, pair[1].end, "alternatives"))
            rest = rest[1:]
        out += rest
    out.sort(key=lambda node: node.start)
    out = _with_its_head(out)
    if out and joins == "any":
        out[0] = Node(out[0].rule, out[0].start, out[0].end, out[0].what, "any")
    return out


# What is said of the head noun at the end, before thresholds that stand between (新引进的固定资产投资1亿元以上的工业项目).
_OF_THE_HEAD = re.compile("新引进|新建|新开办|新设|新落地|引进|首批|重点|在建|新上|新开工|续建")


def _with_its_head(nodes: list[Node]) -> list[Node]:
    """`nodes` in which words that only describe the head noun stand with it."""
    first, last = nodes[0], nodes[-1]
    if len(nodes) < 3 or not (isinstance(first.rule, Condition) and isinstance(last.rule, Condition)):
        return nodes
    words, head = str(first.rule.value), str(last.rule.value)
    if (first.rule.field, last.rule.field) != ("manual", "manual") or not _OF_THE_HEAD.fullmatch(words):
        return nodes
    return [*nodes[1:-1], replace(last, rule=manual(f"{words}的{head}"))]


# 「经认定的市级示范企业」: a title is what was recognised.
_RECOGNISED = re.compile("(?:对|凡)?经[^，的]{0,10}认定的")


def _not_said_twice(tagged: Tagged, atoms: list[Atom]) -> list[Atom]:
    """The atoms without the titles that having grown into the statistics says already (新投产纳统的规上工业企业)."""
    out = [atoms[0]]
    for atom in atoms[1:]:
        last = out[-1]
        grown = last.finder in ("event", "up", "newly") and re.search(
            "纳统|升规|上规|入规", tagged.words(last.start, last.end)
        )
        if (
            grown
            and isinstance(atom.rule, Condition)
            and str(atom.rule.value).startswith(("规模以上", "限额以上", "四上"))
        ) and tagged.text[last.end : atom.start] in ("", "的"):
            out[-1] = replace(last, end=atom.end)
            continue
        out.append(atom)
    return out


def _first_times(tagged: Tagged, atoms: list[Atom]) -> list[Node]:
    """That a threshold is reached for the first time (年营业收入首次突破1亿元): no field says it."""
    out = []
    for atom in atoms:
        words = tagged.words(atom.start, atom.end)
        if (
            atom.finder == "number"
            and (hit := re.search(".*?首次(?:突破|达到|超过|实现)?", words))
            and len(hit.group()) > 5
        ):
            start = tagged.start(atom.start)
            out.append(Node(manual(hit.group()), start, start + hit.end(), "manual"))
    return out


def _alternatives(one: Atom, other: Atom, between: str) -> bool:
    if "或" in between:
        return True
    if not between.strip("的"):
        return one.finder == other.finder and one.finder in ("title", "up") and not between
    named = ("title", "size", "form", "branch", "won", "first_title", "newly", "event", "up")
    return one.finder in named and other.finder in named


def _group(tagged: Tagged, atoms: list[Atom]) -> Node:
    rules: list[Rule] = []
    for atom in atoms:
        members = atom.rule.of if isinstance(atom.rule, Any) else (atom.rule,)
        rules += [_certain(_in_window(rule, rules), atom.finder) for rule in members]
    start, end = tagged.start(atoms[0].start), tagged.end(atoms[-1].end)
    rules = list(dict.fromkeys(rules))
    rule = rules[0] if len(rules) == 1 else Any(tuple(rules))
    return Node(rule, start, end, "alternatives" if len(rules) > 1 else atoms[0].finder)


def _in_window(rule: Rule, before: list[Rule]) -> Rule:
    """An event in the window of the one that it stands beside (2023年新投产纳统、规下转规上的)."""
    first = before[0] if before else None
    if not (isinstance(first, Condition) and isinstance(first.value, EventWindow) and isinstance(rule, Condition)):
        return rule
    if (rule.field, rule.op) != ("event", "has"):
        return rule
    return replace(rule, op="during", value=replace(first.value, event=str(rule.value)))


def _certain(rule: Rule, finder: str) -> Rule:
    if isinstance(rule, Condition):
        return replace(rule, confidence=confidence_of("manual" if rule.field == "manual" else finder, rule.field))
    if isinstance(rule, (All, Any)):
        return type(rule)(tuple(_certain(inner, finder) for inner in rule.of))
    return rule


_BOUNDED = re.compile("\\d[^，]{0,10}(?:以上|以下|以内)|(?:不低于|不少于|超过|不超过|达到|高于|低于)[^，]{0,6}\\d")
_CLAUSE_LIKE = re.compile(
    "清晰|明确|良好|健全|规范|完善|合法|稳定|依法|没有|无|建立|具有|拥有|不|设立|有|较|能|齐全|真实"
)


def _plain(part: Part, text: str, joins: str, *, listing: bool) -> list[Node]:
    items = [text]
    if re.search("首次(?:突破|达到|超过)[^，]*\\d[^，]*元", text) and "、" in text:
        return _leftover(part, text, 0, len(text), joins)
    either = [item for item in re.split("或者?(?!以上|以下)", text) if item]
    if len(either) > 1 and all(_BOUNDED.search(item) for item in either):
        found = [
            node for item in either for node in _leftover(part, text, text.index(item), text.index(item) + len(item))
        ]
        if len(found) == len(either):
            return [Node(Any(tuple(node.rule for node in found)), found[0].start, found[-1].end, "alternatives", joins)]
    if listing:
        members = [item for item in re.split("、", text) if item]
        if len(members) > 1 and all(len(item) >= 4 and _CLAUSE_LIKE.search(item) for item in members):
            items = members
    nodes, at = [], 0
    for item in items:
        at = text.index(item, at)
        nodes += _leftover(part, text, at, at + len(item), joins)
        at += len(item)
    return nodes


def _leftover(part: Part, text: str, start: int, end: int, joins: str = "all") -> list[Node]:
    """The words of a stretch as a `manual` condition, if they say anything of their own."""
    words = text[start:end].replace("　", "")
    if not words:
        return []
    core = _trim(words)
    if len(core) < 3 or _GENERIC.match(core):
        return []
    if (
        not _FOR_OTHERS.search(core)
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
    if (
        (hit := _WHO_DOES.match(core) or _LIKE_DOES.match(core))
        and len(hit["who"]) >= 3
        and not _OTHER_PARTY.search(core)
        and not _GENERIC.match(hit["who"])
    ):
        at = text.find(hit["does"], start)
        middle = at if at >= 0 else end
        return [
            Node(manual(_trim(hit["who"])), part.start + start, part.start + middle, "manual", joins),
            *_leftover(part, text, middle, end),
        ]
    if (at := core.find("择优")) >= 4:
        return [
            Node(manual(_trim(core[:at])), part.start + start, part.start + end, "manual", joins),
            Node(manual("择优"), part.start + start, part.start + end, "manual"),
        ]
    return [Node(manual(core), part.start + start, part.start + end, "manual", joins)]


# 「农产品加工企业新上先进加工设备项目」 is who it is and what it does.
_DOES = (
    "(?P<does>(?:新上|建设|聘用|引进(?!的)|针对|开展|参加|投保|购买|购置|租赁|租用|招用|吸纳|组织|实施|承担|采购|获得|取得|入驻|提供|发行|自行|自主|参与|举办|设立|发起|发放|利用|围绕|"
    "开通|运营|投资|新增|新建|新引进|新取得|符合|安装|对(?!外)|通过|上一?年度|年度|首次|在|为).{3,})"
)
_WHO_DOES = re.compile(
    "(?P<who>(?!企业|单位|机构|用人单位)[^，的对、或和在为与]{0,14}?(?:企业|机构|主体|事务所|公司|集团|平台|载体|旅行社|合作社|银行|基地|孵化器|众创空间|园区|景区|协会))"
    + _DOES
)
# 「达到企业在职职工总数15%」 is no enterprise that does something.
_SHARE_OF_STAFF = re.compile("(?:达到|占|超过)(?:企业|单位|本企业)")
# 「受疫情影响严重的企业采购指定服务的」: what it is like, and what it does.
_LIKE_DOES = re.compile("(?P<who>(?:受|因|有|具有|已|未|从事|符合)[^，、]{3,30}的)(?:企业|单位|用人单位|机构)" + _DOES)
# 「年交易额300万美元以上的自建海外仓」 is a threshold and a thing.
_MEASURED = re.compile(
    "(?P<measure>[^，的]{4,}\\d[^，的]{0,8}(?:以上|以下|以内|（含[^）]*）))的(?P<head>[^，的\\d]{3,14})$"
)


_HEAD_WORDS = re.compile(
    "^(?:对|凡)?[^，、]{0,16}?(?:应当?|须|需)?(?:同时)?(?:符合|满足|具备|具有|有)(?:以下|下列|如下)[^，]{0,12}(?:条件|情形|情况|要求|标准)(?:之一|中的?(?:任意|任)?[一二两三四五](?:项|条)(?:及?以上)?)?(?:的)?(?:企业|单位|项目|主体)?$|^适用(?:对象|范围)(?:为|是)?|^(?:本|该)(?:政策|措施|办法|意见|细则|规定|通知)[^，]{0,6}(?:适用于|适用)|(?:采取|以)(?:事前|事后|后|先)?(?:补助|奖励|资助)?方式(?:给予(?:分档|分类)?支持)?$|^(?:申报|申请|基本|支持|具体)?条件(?:要求|如下)?|^(?:申报|申请)[^，]{2,24}?(?:应|须|需)?(?:同时)?(?:符合|具备|满足)(?:以下|下列)?(?:基本)?条件(?:之一)?$|^(?:并)?(?:应|须|需)?(?:同时)?(?:符合|具备|满足)(?:以下|下列)(?:基本)?条件(?:之一)?$|^(?:申报|申请)[^，]{2,16}$"
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
    core = core.removesuffix("的企业")
    core = re.sub(
        "(?<=认定|审核|批准|确认|备案|验收|核准|同意|考核|评审|审批|上市|合格|通过|推荐|合同|认证)后$", "", core
    )
    # A bracket left open by the cut would read as damage.
    if core.count("（") != core.count("）"):
        core = core.strip("（）")
    return core


# 「优秀创业孵化基地」, 「省级出口品牌企业」: nothing but a title, though the dictionary lacks it.
_TITLE_LIKE = re.compile(
    "(?:(?:国家级|省级|市级|区级|县级|国家|全国|中关村|优秀|示范|[一-龥]{2,3}[省市])[一-龥A-Z“”]{0,14}?)(?:示范|试点|领军|龙头|优秀|品牌|标杆|领航|头雁|创新型|孵化|服务|重点|标准化|工作|培育|出口|总部)[一-龥]{0,6}(?:企业|单位|基地|园区|工厂|平台|工作室|载体|孵化器|总部)"
)


def manual(words: str) -> Condition:
    """The condition that keeps `words` for a person to confirm; a title where they are plainly one and no more."""
    if _TITLE_LIKE.fullmatch(words) and not re.search("对|在|新|的|范围|区域", words):
        return Condition(
            "qualification", "has", words, text=words, confidence=confidence_of("title_like", "qualification")
        )
    return Condition(
        "manual", "confirm", words, text=words, hints=hints_of(words), confidence=confidence_of("manual", "manual")
    )
