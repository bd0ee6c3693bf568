"""The checklist of one enterprise (一企一策政策清单), built once as data; every format renders the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TypeAlias

from corpus.model import Condition
from matcher.facts import Profile
from matcher.match import Result
from matcher.matched import Match
from matcher.truth import ELIGIBLE, INELIGIBLE
from matcher.worth import Estimate, worth_words
from web.outcome import bearing, counts_as, read_outcome, wanting
from web.words import benefit_words, day, had_words, limit_words, window_words

TITLE = "一企一策政策清单"
DISCLAIMER = "本清单按企业提供的情况和收录的政策逐条比对得出，供参考，以政策原文和主管部门解释为准。"
UNSAID = "未载明"
# A list that nobody reads to its end helps nobody: the foremost are written out, the number of the rest is stated.
UNKNOWN_SHOWN = 15
NEAR_SHOWN = 10
NONE = "没有这一类事项。"

Row: TypeAlias = tuple[str, tuple[str, ...]]
"""A label and the lines that stand beside it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a sentence on one condition, and the clause that it rests on, with the clause's words."""

    mark: str
    words: str
    clause: str
    quote: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One measure: what one gets, why, what is left to do, and where. Every text is ready to print."""

    measure_id: str
    title: str
    policy: str
    gives: str
    worth: str
    reasons: tuple[Reason, ...]
    to_do: tuple[str, ...]
    bring: tuple[str, ...]
    department: str
    window: str
    contact: str
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class Group:
    """Measures of one standing. `left_out` is how many more there are that are not written out; where one goes on to
    apply (`for_applying`), what the policy leaves unsaid is said to be so.
    """

    title: str
    note: str
    to_do_title: str
    entries: tuple[Entry, ...]
    left_out: int = 0
    for_applying: bool = False

    @property
    def heading(self) -> str:
        """The title with how many there are."""
        return f"{self.title}（{len(self.entries) + self.left_out} 项）"

    @property
    def rest(self) -> str:
        """What to say of those that are not written out; empty where all are."""
        return f"另有 {self.left_out} 项未列出，可在网页上查看。" if self.left_out else ""

    def rows(self, entry: Entry) -> tuple[Row, ...]:
        """One of its entries as labelled lines, without empty ones: what stands in the table of a document."""
        why = (f"[{r.mark}] {r.words}" + (f"（依据：{r.clause}）" if r.clause else "") for r in entry.reasons)
        rows: tuple[Row, ...] = (
            ("支持标准", (entry.gives,)),
            ("可得估算", (entry.worth,) if entry.worth != entry.gives else ()),
            (self.to_do_title, entry.to_do),
            ("理由和条款", tuple(why)),
            ("要带的材料", entry.bring or (UNSAID,)),
            ("责任部门", (f"{entry.department}（联系方式：{entry.contact}）",)),
            ("申报时间", (entry.window,)),
            ("政策依据", (entry.policy, entry.source) if entry.source else (entry.policy,)),
            ("提示", (entry.note,) if entry.note else ()),
        )
        return tuple(row for row in rows if row[1] and (self.for_applying or row[1] != (UNSAID,)))


@dataclass(frozen=True, slots=True)
class Checklist:
    """The whole list for one enterprise on one day; `office` is who hands it over, empty where nobody signs."""

    enterprise: str
    code: str
    day: str
    office: str
    summary: str
    total: str
    groups: tuple[Group, ...]
    title: str = TITLE
    disclaimer: str = DISCLAIMER

    @property
    def facts(self) -> tuple[Row, ...]:
        """What stands at its head, as labelled lines without empty ones."""
        rows = (
            ("统一社会信用代码", self.code),
            ("判定日期", self.day),
            ("比对结果", self.summary),
            ("金额估算", self.total),
        )
        return tuple((label, (text,)) for label, text in rows if text)

    @property
    def numbered(self) -> tuple[tuple[str, Group], ...]:
        """The groups with their numbers as headings have them (一、二、三)."""
        return tuple(zip("一二三", self.groups, strict=True))

    @property
    def signature(self) -> tuple[str, ...]:
        """The lines of the 落款: who and when."""
        return (*filter(None, (self.office,)), self.day)


def build_checklist(
    result: Result,
    profile: Profile,
    as_of: date,
    office: str = "",
    contacts: Mapping[str, str] = MappingProxyType({}),
) -> Checklist:
    """The checklist of `result`: what can be applied for, what more facts would settle, what one change would bring.

    `office` signs it; `contacts` says where to call by department, for measures and policies that do not say it themselves.
    """
    outcome = read_outcome(result)
    unknown = (*outcome.unknown, *outcome.drafts)
    counts = result.counts
    return Checklist(
        enterprise=profile.name or profile.id,
        code=profile.id if profile.id != profile.name else "",
        day=day(as_of),
        office=office,
        summary=(
            f"共比对 {len(result.matches)} 个政策事项：符合 {counts['eligible']} 项，待核实 {counts['unknown']} 项，"
            f"不符合 {counts['ineligible']} 项，不在有效期 {counts['not_in_force']} 项。"
        ),
        total=_total(result),
        groups=(
            _group(
                "可直接申报",
                "条件逐条核对都符合，可以准备材料申报。",
                "注意",
                outcome.eligible,
                len(outcome.eligible),
                contacts,
            ),
            _group(
                "补充信息后可判定", "还缺少下列信息，补齐后才能判定。", "还要核实", unknown, UNKNOWN_SHOWN, contacts
            ),
            _group("差一步", "只差一个条件，供企业安排下一步参考。", "还差", outcome.one_step, NEAR_SHOWN, contacts),
        ),
    )


def _total(result: Result) -> str:
    bundle = result.bundle
    if not bundle.measures:
        return ""
    worth = worth_words(Estimate(bundle.low, bundle.high, "要看核定的基数"))
    uncounted = f"；另有 {len(bundle.uncounted)} 项不以金额计或无法估算" if bundle.uncounted else ""
    limits = "".join(f"；{limit_words(limit)}" for limit in bundle.limits)
    had = f"；{words}" if (words := had_words(bundle)) else ""
    return f"可直接申报的合计估算：{worth}（同类事项只计最高一项{uncounted}{had}{limits}）"


def _group(
    title: str,
    note: str,
    to_do_title: str,
    matches: tuple[Match, ...],
    shown: int | None,
    contacts: Mapping[str, str],
) -> Group:
    entries = tuple(_entry(match, contacts) for match in matches[:shown])
    return Group(title, note, to_do_title, entries, len(matches) - len(entries), for_applying=shown is None)


def _entry(match: Match, contacts: Mapping[str, str]) -> Entry:
    measure, policy = match.measure, match.policy
    source = measure.source or policy.source
    number = f"（{policy.doc_no}）" if policy.doc_no else ""
    department = measure.department or policy.department
    return Entry(
        measure_id=measure.id,
        title=measure.title,
        policy=f"《{policy.title}》{number}",
        gives=benefit_words(measure.benefit, match.as_of) or UNSAID,
        worth=worth_words(match.benefit),
        reasons=reasons(match),
        to_do=_to_do(match),
        bring=measure.materials,
        department=department or UNSAID,
        window=window_words(measure.window) or UNSAID,
        contact=measure.contact or policy.contact or contacts.get(department or "") or UNSAID,
        source=(source.url or source.host or "") if source else "",
        note=match.note or "",
    )


def _to_do(match: Match) -> tuple[str, ...]:
    if match.standing == "unknown":
        return (*wanting(match), *(("政策事项本身待审核",) if match.draft else ()))
    return tuple(change.words for change in match.near_miss)


def reasons(match: Match) -> tuple[Reason, ...]:
    """The conditions that bear on the verdict, with what is known of each and the clause it rests on, in the rule's order."""
    found = []
    for leaf in bearing(match.finding) if match.finding else ():
        if leaf.answer is None or not isinstance(leaf.rule, Condition):
            continue
        clause = match.clause(leaf.rule)
        page = f"（第 {clause['page']} 页）" if clause["page"] else ""
        verdict = counts_as(leaf)
        mark = "符合" if verdict is ELIGIBLE else "不符合" if verdict is INELIGIBLE else "待核实"
        found.append(
            Reason(mark, leaf.answer.reason(leaf.negated), f"{clause['path'] or ''}{page}", clause["quote"] or "")
        )
    return tuple(found)
