"""What a person typed, understood: words to rank by, phrases and operators that must hold, a 文号."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from whoosh.qparser import QueryParser, QueryParserError
from whoosh.query import NullQuery, Phrase
from whoosh.query import Query as WhooshQuery

from corpus.codes import regions
from corpus.model import LEVELS
from indexer.doc_no import DocNo, typed_doc_no
from indexer.search import lexicon
from indexer.search.alike import Held
from indexer.search.analysis import cut, fold, half_width, places
from indexer.search.lexicon import Expansion, Found, Kind
from indexer.search.schema import schema
from indexer.search.spelling import Correction, corrections

# How much counts, beside a word that was typed: a word inside it, the pair of characters where two words
# meet, and that of two single characters (a name that the dictionary lacks). Set on the tune halves of all sets.
PART, PAIR, LONE_PAIR = 0.7, 0.65, 0.8

# Each further official word of an entry counts a little less than the one before; one of several words shares its weight
# out, so that 用工保障 does not count twice what 稳岗 does.
FURTHER = 0.93
# What people say is seldom what the policy says: where lay entries are most of the query, their own words count less.
AS_SAID = 0.25
# An entry that is a small part of a long question counts LEAST; one that is not all of the query counts BESIDE by its kind;
# what is only similar counts SIMILAR at the most.
LEAST, SIMILAR = 0.3, 0.6
# In a question of more characters than this words that belong to each other stand together.
TELLS_A_STORY = 12
BESIDE: dict[Kind, float] = {"lay": 1.0, "short": 0.6, "same": 0.3, "near": 0.3}
# Where something else was likely meant, what was typed counts this much beside it.
AS_TYPED = 0.35
# A question's words call up TIED words that its answers use, which together count this share of the words that called; a few
# keywords, of fewer characters than this, name what they want, and what is mostly lay words the lexicon has answered.
TIED, TIED_SHARE, A_QUESTION = 20, 0.7, 8

FIELDS = {
    "标题": "title",
    "正文": "text",
    "文号": "doc_no",
    "发文机关": "issuer",
    "机关": "issuer",
    "部门": "department",
    "层级": "level",
    "地区": "region",
    "发布": "issued",
    "施行": "effective",
    "到期": "expires",
}
_NAMES = "|".join((*FIELDS, *FIELDS.values()))
# Fields whose values are in the words of no text.
_CODES = frozenset({"doc_no", "level", "region", "issued", "effective", "expires"})
_CODE_NAMES = "|".join(name for pair in FIELDS.items() if pair[1] in _CODES for name in pair)
_FIELD = re.compile(rf"(?<![\w\u4e00-\u9fff])({_NAMES}):")
_OPERATOR = re.compile(rf"(?:^|\s)(?:AND|OR|NOT)\s|\w\*|(?:^|\s)-\w|(?<![\w\u4e00-\u9fff])(?:{_NAMES}):\S")
_QUOTED = re.compile(r'"([^"]+)"')
# Chinese quotation marks mostly only set a name off (“专精特新”企业); they ask for a phrase where nothing else stands.
_EMPHASIS = re.compile(r"[“”「」『』]")
_ONLY_EMPHASISED = re.compile(r"(?:\s*[“「『][^“”「」『』]+[”」』]\s*)+")
_YEARS = re.compile(r"\b(issued|effective|expires):(?:\[(\d{4})? ?TO ?(\d{4})?\]|(\d{4})\b)")
_CODED = re.compile(r"\b(level|region):([\u4e00-\u9fff]+)")


@dataclass(frozen=True, slots=True)
class Query:
    """A query, understood. `words` are what is ranked by, with their weight; `must` what Whoosh must find true.

    `cited` is the 文号 as a phrase, where the query is nothing else: what neither has it nor speaks of it is not meant.
    `expansions` say which entries of the lexicon added words, `slips` what was likely meant, `phrases` what stood in quotes.
    """

    text: str
    words: dict[str, float] = field(default_factory=dict)
    must: WhooshQuery | None = None
    number: DocNo | None = None
    cited: WhooshQuery | None = None
    phrases: tuple[str, ...] = ()
    expansions: tuple[Expansion, ...] = ()
    slips: tuple[Correction, ...] = ()

    @property
    def suggestion(self) -> str | None:
        """The query with what was likely meant in place of what was typed; None where nothing looks like a slip."""
        out = fold(self.text)
        for slip in self.slips:
            out = out.replace(slip.typed, slip.meant, 1)
        return out if self.slips else None


def understand(text: str, held: Held | None = None, done: Collection[str] = ()) -> Query:
    """The query that `text` is; `held` is the index that slips are weighed by; `done` are words (folded) that rank nothing.

    Never fails: what cannot be read as operators is read as words.
    """
    written = half_width(text).strip()
    if _ONLY_EMPHASISED.fullmatch(written):
        written = _EMPHASIS.sub('"', written)
    phrases = tuple(_QUOTED.findall(written))
    must = _must(written) if phrases or _OPERATOR.search(written) else None
    plain = fold(_plain(written) if must is not None else written)
    for words_done in done:
        plain = plain.replace(words_done, " " * len(words_done))
    slips = corrections(plain, held)
    typed, plain = plain, _corrected(plain, slips)
    words = weigh(plain)
    if slips:
        words = {term: weight * AS_TYPED for term, weight in weigh(typed).items()} | words
    content = sum(len(word.text) for word in cut(plain) if word.text not in lexicon.stop_words()) or 1
    found = [_as_meant(hit, plain) for hit in lexicon.find(plain, gaps=content <= TELLS_A_STORY)]
    covered = len({at for hit in found if hit.entry.kind == "lay" for at in range(hit.start, hit.end)})
    for hit in found:
        if hit.entry.kind == "lay" and covered * 2 > content:
            for term in weigh(plain[hit.start : hit.end]):
                if term in words:
                    words[term] = min(words[term], AS_SAID)
    for hit in found:
        strength = hit.entry.weight * _strength(hit, content)
        for place, official in enumerate(hit.entry.means):
            terms = _official(official)
            share = strength * FURTHER**place / math.sqrt(max(sum(weight == 1.0 for weight in terms.values()), 1))
            for term, weight in terms.items():
                words[term] = max(words.get(term, 0.0), weight * share)
    if content >= A_QUESTION and covered * 2 <= content:
        for term, weight in tied(words).items():
            words[term] = words.get(term, 0.0) + weight
    number = typed_doc_no(written)
    alone = number is not None and not re.search(r"\w", written[: number.start] + written[number.end :])
    return Query(
        text=text,
        words=words,
        must=must,
        number=number,
        cited=Phrase("text", [word.text for word in cut(written)]) if alone else None,
        phrases=phrases,
        expansions=tuple(hit.entry for hit in found),
        slips=slips,
    )


@lru_cache(maxsize=8192)
def _official(words: str) -> Mapping[str, float]:
    """The terms of official words, which the lexicon holds few thousands of."""
    return MappingProxyType(weigh(words))


def _corrected(text: str, slips: Sequence[Correction]) -> str:
    """`text` with what was likely meant in the place of each slip."""
    for slip in reversed(slips):
        text = text[: slip.start] + slip.meant + text[slip.end :]
    return text


def tied(words: Mapping[str, float]) -> dict[str, float]:
    """The words that answers use to `words` of a question, with the weight that each adds."""
    known = lexicon.associations()
    called: Counter[str] = Counter()
    calling = {word: weight for word, weight in words.items() if word in known}
    for word, weight in calling.items():
        for term, strength in known[word].items():
            called[term] += weight * strength  # type: ignore[assignment]
    chosen = called.most_common(TIED)
    share = TIED_SHARE * sum(calling.values()) / (sum(strength for _, strength in chosen) or 1.0)
    return {term: strength * share for term, strength in chosen}


def _as_meant(hit: Found, text: str) -> Found:
    """The entry as found, only similar where it is of everyday words and the text has an official word of it already."""
    if hit.entry.kind != "lay" or not any(official in text for official in hit.entry.means):
        return hit
    return replace(hit, entry=replace(hit.entry, kind="near"))


def _strength(hit: Found, content: int) -> float:
    """How far an entry is to be trusted: wholly where it is the query, less the more was said beside it."""
    share = min((hit.end - hit.start) / content, 1.0)
    kind = BESIDE[hit.entry.kind] if share < 1.0 else SIMILAR if hit.entry.kind == "near" else 1.0
    return (LEAST + (1 - LEAST) * share) * kind


def weigh(text: str) -> dict[str, float]:
    """The terms of `text` with their weight: words 1, words inside words and pairs less; function words only if there is nothing else."""
    stop = lexicon.stop_words()
    words: dict[str, float] = {}
    bare: dict[str, float] = {}
    for place in places(text):
        (bare if place.word.text in stop else words)[place.word.text] = 1.0
        for part in place.parts:
            words[part] = max(words.get(part, 0.0), PART)
        if place.pair:
            words[place.pair] = max(words.get(place.pair, 0.0), LONE_PAIR if place.lone else PAIR)
    return words or bare


def _must(typed: str) -> WhooshQuery | None:
    written = _FIELD.sub(lambda match: f"{FIELDS.get(match[1], match[1])}:", typed)
    written = re.sub(r"(^|\s)-(?=\w)", r"\1NOT ", written)
    written = _CODED.sub(_code, _YEARS.sub(_days, written))
    if (given := re.search(r"doc_no:(\S+)", written)) and (number := typed_doc_no(given[1])):
        written = written.replace(given[1], f"'{number}'")
    if not _OPERATOR.search(typed):
        written = " ".join(f'"{phrase}"' for phrase in _QUOTED.findall(typed))
    try:
        parsed: Any = QueryParser("text", schema()).parse(written)
    except (QueryParserError, IndexError, AssertionError):
        # The last two: Whoosh meets operators without anything to work on (NOT NOT, ANDMAYBE REQUIRE).
        return None
    return None if parsed == NullQuery else parsed


def _days(match: re.Match[str]) -> str:
    name, first, last, only = match.groups()
    first, last = (only, only) if only else (first, last)
    return f"{name}:[{first + '0101 ' if first else ''}TO{' ' + last + '1231' if last else ''}]"


def _code(match: re.Match[str]) -> str:
    """A level or a region in words (市级, 济源) as the code that the index has; what is neither stays as it is."""
    name, words = match.groups()
    if name == "level":
        codes = [code for code, label in LEVELS.items() if label.startswith(words)]
    else:
        codes = [found.code for found in regions.find(words)]
    return f"{name}:{codes[0] if codes else words}"


def _plain(typed: str) -> str:
    """The words of a query with operators: without field names, days and codes, and what must not stand there."""
    text = re.sub(r"(?:^|\s)(?:NOT\s+|-)(?:\w+:)?(?:\"[^\"]*\"|\S+)", " ", typed)
    text = re.sub(rf"(?:{_CODE_NAMES}):(?:\[[^\]]*\]|\S+)|(?:{_NAMES}):", " ", text)
    return re.sub(r"(?:^|\s)(?:AND|OR|NOT)(?=\s)|[\"()*]", " ", text)
