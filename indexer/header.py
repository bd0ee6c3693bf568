"""The header of a policy: 文号, issuer, the dates kept apart, validity, what it replaces and rests on, level and region."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from corpus.codes import regions
from indexer.doc_no import find_doc_nos
from indexer.formats.text import chinese_number, tidy

# ---------------------------------------------------------------- dates

_CN = "〇○零Ｏ一二三四五六七八九十"
_DATE = re.compile(
    rf"((?:19|20)\d\d|[〇○零Ｏ一二三四五六七八九]{{4}})\s*[年\-/.．]\s*(\d{{1,2}}|[{_CN}]{{1,3}})\s*[月\-/.．]\s*(\d{{1,2}}|[{_CN}]{{1,3}})\s*日?"
)


def parse_date(text: str) -> date | None:
    """The first whole date in `text`; None where there is none, or it is no day of the calendar.

    >>> parse_date("二〇二三年五月十二日"), parse_date("2023-02-30")
    (datetime.date(2023, 5, 12), None)
    """
    found = _DATE.search(text)
    return _as_date(found) if found else None


def _as_date(found: re.Match[str]) -> date | None:
    parts = [part.replace("○", "〇").replace("Ｏ", "〇") for part in found.groups()[:3]]
    numbers = [int(part) if part.isdigit() else chinese_number(part) for part in parts]
    if any(number is None for number in numbers):
        return None
    try:
        return date(*(number or 0 for number in numbers))
    except ValueError:
        return None


# ---------------------------------------------------------------- validity

_D = r"((?:19|20)\d\d)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日"
_FROM = re.compile(
    rf"自\s*{_D}\s*起?(?:正式)?(?:开始)?(?:施行|实施|执行|实行|生效|试行)|(?:施行|实施|生效|执行)(?:日期|时间)[为：:]*\s*{_D}|"
    rf"自\s*{_D}\s*起\s*(?:至|，\s*有效期|有效期)|从\s*{_D}\s*起(?:施行|实施|执行)?|{_D}\s*起(?:施行|实施|执行|实行|生效|，有效期)|自\s*{_D}\s*起"
)
_FROM_ISSUE = re.compile(
    r"自(?:本\S{0,6})?(?:印发|发布|公布|发文|颁布|下发|签发)之?日起(?:(\d{1,3})\s*日后)?(?:正式)?(?:施行|实施|执行|实行|生效|试行)?"
)
_UNTIL = re.compile(
    rf"(?:有效期|执行期限?|实施期限?|期限|执行|施行|实施|延长|延续执行|继续执行|截止|有效期限|试行)\S{{0,8}}?(?:至|到|截至)\s*{_D}|至\s*{_D}\s*(?:止|为止|有效|失效|废止)"
)
_RANGE = re.compile(
    rf"{_D}\s*(?:起)?\s*(?:至|到|—|－|–|-|~)\s*(?:((?:19|20)\d\d)\s*年\s*)?(\d{{1,2}})\s*月\s*(\d{{1,2}})\s*日"
)
_TERM = re.compile(
    r"(?:有效期限?|试行期?|执行期限?|实施期限?|政策期限|暂行期?|试点期)\s*(?:限)?(?:为|暂定|定为|是|：|:)?\s*(\d{1,2}|[一二两三四五六七八九十]{1,2})\s*(?:个)?(年|个?月)"
)
_ABOUT_TERM = re.compile(r"有效期|施行|试行|执行|实施|实行|生效|废止|失效|自.{0,24}起")


@dataclass(frozen=True, slots=True)
class Validity:
    """When a document is in force, as far as it says, and the words that say so."""

    start: date | None = None
    end: date | None = None
    text: str | None = None


def read_validity(texts: Sequence[str], issued_on: date | None) -> Validity:
    """What a document says of its own term; `issued_on` is what 自印发之日起 counts from.

    Only sentences that name the document (本办法…, 以上政策…) are taken, or where none does, one that closes it. The
    term of a single measure, of a certificate or of another document is no term of this one. Where two sentences give
    different last days, there is none, and both are in `text`.
    """
    own = [s for s in _sentences(texts) if _OWN.search(s)]
    return _term(own or [s for s in _sentences(texts[-6:]) if _CLOSING_TERM.match(s)], issued_on)


def read_period(text: str, issued_on: date | None) -> Validity:
    """The term that a card's own field gives (`2022年8月11日起，有效期3年`)."""
    found = _term([text], issued_on)
    return Validity(found.start, found.end, text or None)


def _term(sentences: Sequence[str], issued_on: date | None) -> Validity:
    starts: dict[date, None] = {}
    ends: dict[date, None] = {}
    words: list[str] = []
    for sentence in sentences:
        start, end, said = _read_term(sentence, issued_on)
        starts.update(dict.fromkeys([start] if start else []))
        ends.update(dict.fromkeys([end] if end else []))
        if said:
            words.append(sentence)
    start = next(iter(starts), None) if len(starts) == 1 else min(starts, default=None)
    end = next(iter(ends)) if len(ends) == 1 else None
    return Validity(start, end, "；".join(dict.fromkeys(words)) or None)


def _read_term(sentence: str, issued_on: date | None) -> tuple[date | None, date | None, bool]:
    """The first and last day that one sentence gives, and whether it speaks of a term at all."""
    start = end = None
    said = False
    if found := _RANGE.search(sentence):
        start, end = _ymd(found[1], found[2], found[3]), _ymd(found[4] or found[1], found[5], found[6])
        said = True
    if found := _FROM.search(sentence):
        start, said = start or _first_date(found), True
    elif (found := _FROM_ISSUE.search(sentence)) and found[0].endswith(("行", "施", "效")):
        start = start or (issued_on + timedelta(days=int(found[1] or 0)) if issued_on else None)
        said = True
    if found := _UNTIL.search(sentence):
        end, said = end or _first_date(found), True
    if found := _TERM.search(sentence):
        count = int(found[1]) if found[1].isdigit() else chinese_number(found[1])
        if end is None and count and (start or issued_on):
            end = _after(start or issued_on or date.min, count, found[2])
        said = True
    return start, end, said


_SUBJECT = r"(?:通知|办法|意见|措施|规定|细则|方案|政策|条例|公告|通告|指南|规则|制度|决定|计划|清单|文件|法|举措|规划|要点|标准|函|令)"
_OWN = re.compile(
    rf"本(?:[^，。；、《》]{{0,8}}?){_SUBJECT}[^，。；《》]{{0,14}}?(?:自|从|有效期|施行|试行|实施|执行|于)"
    rf"|(?:以上|上述|各项)(?:[^，。；、《》中]{{0,6}}?){_SUBJECT}(?!中)[^，。；《》]{{0,10}}?(?:自|从|有效期|施行|试行|实施|执行)"
    r"|本[^，。；、《》]{1,10}?由[^，。；]{2,40}?解释[，,]\s*自"
    r"|本[^，。；、《》]{1,10}?自[^，。；]{0,24}?起(?:施行|实施|执行|生效|试行)"
)
_CLOSING_TERM = re.compile(
    r"(?:[（(一二三四五六七八九十\d、.．)）]|第\S{1,7}条)*\s*(?:自|有效期|施行日期|实施日期|政策(?:执行|有效|实施)期|试行期?|从)"
)
_NOT_OWN = re.compile(r"证书?有效期|资质有效期|有效期内|有效期届满|期满|到期|合同|贷款|许可证")


def _sentences(texts: Iterable[str]) -> Iterator[str]:
    """The sentences that may speak of a term."""
    for text in texts:
        for sentence in re.split(r"[。；\n]|(?<=[)）])(?=本)", text):
            said = sentence.strip()
            if said and len(said) <= 220 and _ABOUT_TERM.search(said) and not _NOT_OWN.search(said):
                yield said


def _first_date(found: re.Match[str]) -> date | None:
    parts = [part for part in found.groups() if part]
    return _ymd(*parts[:3]) if len(parts) >= 3 else None


def _ymd(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _after(start: date, count: int, unit: str) -> date:
    """The last day of a term of `count` years or months that begins on `start`."""
    months = count * (12 if unit == "年" else 1)
    year, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + year, month + 1
    day = min(start.day, calendar.monthrange(year, month)[1])
    return date(year, month, day) - timedelta(days=1)


# ---------------------------------------------------------------- issuer, level, region

_ORG_END = (
    r"(?:人民政府|政府|办公厅|办公室|委员会|管委会|党委|市委|省委|区委|县委|工委|委|局|厅|部|院|会|中心|领导小组|署|处|所|行|公司|法院|检察院|"
    r"总局|总署|海关|分局|部门|单位|国务院|中央|联盟|支队|总队|服务办|大队|基金)"
)
_ORG_LAST = r"[局厅部委院会室署处办]"
_ISSUER = re.compile(
    rf"^(?:[（(]?转载[）)]?)?(.{{2,80}}?{_ORG_END}(?:[、\s]?等(?:[\d ]+|[一二三四五六七八九十]+)?个?(?:部门|单位|部委|厅局|局|委)?)?)"
    r"\s*(?=关于|印发|转发|发布|公布|批转|公告|通告|就《)"
)


def issuer_of_title(title: str) -> str | None:
    """The office that a title names before 关于 or 印发; None where it names none.

    >>> issuer_of_title("某市财政局 某市科技局关于印发某办法的通知")
    '某市财政局、某市科技局'
    """
    bare = re.sub(r"^[（(]转载[)）]\s*", "", title.strip())
    found = _ISSUER.match(bare)
    if found is None or re.search(r"[《》。]", found[1]):
        return None
    return _one_by_one(re.sub(r"\s+", "、", found[1].strip()))


def _one_by_one(names: str) -> str:
    """Offices of one place that a title sets without a gap (某市财政局某市科技局), told apart where the place comes again."""
    places = regions.find(names)
    if not places or places[0].start > 2 or not names.startswith(("中共", names[places[0].start : places[0].end])):
        return re.sub(r"(?<=办公厅)(?=国务院|中共)|(?<=中共中央)(?=国务院)", "、", names)
    place = names[places[0].start : places[0].end]
    return re.sub(rf"(?<={_ORG_LAST})(?=(?:中共)?{place})", "、", names)


def is_office(text: str) -> bool:
    """Whether `text` reads as the name of an office: it ends as such names do."""
    return bool(re.search(_ORG_END + "$", text.strip()))


def place_of(issuer: str | None, doc_no: str | None, title: str) -> tuple[str | None, str | None]:
    """Level and region code of a document by who issued it; by its title or 文号 where the issuer names no place."""
    for text in (issuer or "", title.split("关于", maxsplit=1)[0] if "关于" in title else title):
        matches = regions.find(text)
        if matches:
            code = matches[0].code
            park = re.search(r"开发区|高新区|示范区|自贸|自由贸易|新区|园区|合作区", text)
            return ("park" if park and "管" in text else _level(code)), code
        if _NATIONAL.search(text):
            return "national", "100000"
    if doc_no:
        for prefix, code in _PREFIXES.items():
            if doc_no.startswith(prefix):
                return ("national" if code == "100000" else "province"), code
    return None, None


_NATIONAL = re.compile(
    r"^(?:国务院|中共中央|中央|全国|国家|财政部|税务总局|商务部|科技部|科学技术部|工业和信息化部|工信部|人力资源社会保障部|人力资源和社会保障部|"
    r"人社部|住房和?城乡建设部|自然资源部|生态环境部|交通运输部|农业农村部|水利部|文化和旅游部|应急管理部|市场监管总局|海关总署|"
    r"中国人民银行|人民银行|金融监管总局|银保监会|中国银保监会|证监会|中国证监会|教育部|民政部|司法部|公安部|退役军人事务部|最高人民|中华人民共和国)"
)
_PREFIXES = {
    "国": "100000", "财": "100000", "税总": "100000", "人社部": "100000", "人社厅": "100000", "工信": "100000",
    "发改": "100000", "银": "100000", "建办": "100000", "自然资": "100000", "商": "100000", "农": "100000",
    "京": "110000", "津": "120000", "冀": "130000", "晋": "140000", "内": "150000", "辽": "210000", "黑": "230000",
    "沪": "310000", "苏": "320000", "浙": "330000", "皖": "340000", "闽": "350000", "赣": "360000", "鲁": "370000",
    "豫": "410000", "鄂": "420000", "湘": "430000", "粤": "440000", "桂": "450000", "琼": "460000", "渝": "500000",
    "川": "510000", "黔": "520000", "滇": "530000", "藏": "540000", "陕": "610000", "甘": "620000", "宁": "640000",
    "济管": "419001", "济政": "419001",
}  # fmt: skip


def _level(code: str) -> str:
    if code in regions.COUNTRY:
        return "national"
    if code.endswith("0000"):
        return "province"
    return "city" if code.endswith("00") or code[2:4] == "90" else "county"


# ---------------------------------------------------------------- what it rests on, what it ends

_ENDS = re.compile(
    r"同时(?:废止|停止执行|失效|停止施行)|予以废止|(?:即行|随之|相应)废止|自.{0,16}起废止|不再执行|停止执行"
)
_NAMED = re.compile(r"《([^《》]{4,80}(?:《[^《》]*》[^《》]*)*)》\s*(?:[（(]([^（()）]{4,40})[)）])?")


def find_replaced(texts: Iterable[str]) -> tuple[str, ...]:
    """What the document says it puts an end to as a whole: 文号 where it gives them, else titles.

    What it cites as its ground in the same breath is not ended, nor a document of which only some articles are.
    """
    found: list[str] = []
    for text in texts:
        for sentence in re.split(r"[。\n]", text):
            ends = _ENDS.search(sentence)
            if ends is None or _IN_PART.search(sentence):
                continue
            ended = _ended_before(sentence[: ends.start()])
            if not ended and (after := sentence[ends.end() :]).startswith(("《", "原《", "：《", ":《")):
                ended = _references(after)
            found.extend(ended)
    return tuple(dict.fromkeys(found))


_IN_PART = re.compile(r"不一致|不相符|不符的|抵触|不同时废止|继续有效|不予废止")
_PART = re.compile(
    r"》\s*(?:[（(][^（()）]*[)）])?\s*(?:第[一二三四五六七八九十百零\d]+[条章款项]|中|内|里|附件|有关|相关|关于|所附|的?部分)"
)
_GROUND = re.compile(r"根据|依据|按照|依照|贯彻|落实|参照|遵照")
_PIECE = re.compile(r"(?:《[^》]*(?:》(?=[^《]*》)[^》]*)*》|[（(][^（()）]*[)）]|[^，,《（(])+")


def _ended_before(text: str) -> list[str]:
    """The documents named right before the word that ends them, back to what speaks of something else."""
    found: list[str] = []
    for passed, piece in enumerate(reversed(_PIECE.findall(text))):
        named = [] if _PART.search(piece) else _references(piece)
        if not named and (passed or "《" in piece):
            break
        if _GROUND.search(piece.split("《")[0]):
            break
        found = named + found
    return found


def find_basis(texts: Sequence[str]) -> tuple[str, ...]:
    """The documents that its opening paragraphs name as what it rests on: 文号 where given, else titles."""
    found: list[str] = []
    for text in texts[:6]:
        for part in re.finditer(r"(?:根据|依据|按照|落实|贯彻)(?:《|[^。；]{0,12}《)[^。；]*", text):
            found.extend(_references(_ISSUES.split(part[0])[0]))
    return tuple(dict.fromkeys(found))


# From here on a sentence speaks of what it issues itself.
_ISSUES = re.compile(r"现将|现就|现印发|现制定|(?:编制|制定|起草|研究)(?:形成)?了《|[，,]制定《")


def _references(text: str) -> list[str]:
    named = []
    for mark in _NAMED.finditer(text):
        numbers = find_doc_nos(mark[2] or "")
        named.append(numbers[0] if numbers else tidy(mark[1]))
    return named or list(find_doc_nos(text))


_OFFICE = re.compile(r"(?:局|委|委员会|厅|办|办公室|部|部门|中心|政府|处|署|小组|院)$")
_EXPLAINS = re.compile(r"由([^，。；、]{2,40}?)(?:会同[^，。；]{2,40})?(?:负责|承担)?(?:进行)?(?:具体)?(?:负责)?解释")


def find_department(texts: Iterable[str]) -> str | None:
    """The office that the document says explains it: a lead to whom to ask, not where to apply."""
    for text in texts:
        if (found := _EXPLAINS.search(text)) and _OFFICE.search(found[1]):
            return found[1]
    return None
