"""From files to what the store keeps: each file is read, cut, and its measures drafted; a bad one stops nothing.

Structured files (`*.measures.json`, `*.measures.yaml`) are taken as they stand; `*.policies.jsonl` holds a full text a
line, whose ids are kept; everything else goes through `harvest`, by as many processes as there are cores. A file is
kept before the next one is looked at, so that whoever starts again after a break goes on where it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any as Json
from typing import Literal, TypeAlias

from corpus.catalogue import dump_policy, read_policies_text
from corpus.errors import InputError, Problem, StoreError
from corpus.model import Document as Read
from corpus.model import Line, Notice, Policy
from corpus.rules import read_date
from corpus.store import Received, Store, sha256
from indexer.cut import cut
from indexer.follow import settle
from indexer.formats import Refused
from indexer.formats.isolate import Job, cores, do, do_each
from indexer.formats.limits import Tick
from indexer.formats.ocr import is_installed
from indexer.harvest import Harvest, sound
from indexer.ids import variant_id
from indexer.same import Known, print_of

Status: TypeAlias = Literal["indexed", "unchanged", "refused"]

STRUCTURED_TYPES = {".json": "application/json", ".yaml": "application/yaml", ".yml": "application/yaml"}
STRUCTURED = tuple(f".measures{suffix}" for suffix in STRUCTURED_TYPES)
TEXTS = ".policies.jsonl"
_TEXTS_AT_ONCE = 40


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file: taken in, unchanged since last time, or refused, and each thing refused in it."""

    received: Received
    status: Status
    problems: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Json]:
        """The entry of `ingest --json` for this file."""
        received = self.received
        return {
            "path": received.path,
            "sha256": received.sha256,
            "media_type": received.media_type,
            "status": self.status,
            "reason": "\n".join(self.problems) or received.reason,
            "pages": received.pages,
            "policies": [_policy_entry(policy) for policy in received.policies],
            "notices": [{"kind": n.kind, "text": n.text, "page": n.page} for n in received.notices],
        }


def list_files(paths: Iterable[Path]) -> list[Path]:
    """The files that `paths` name, folders opened up, in a fixed order, each once.

    Raises InputError for a path that does not exist.
    """
    files: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise InputError(Problem(str(path), "没有这个文件或文件夹", "存在的路径"))
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        files.update(dict.fromkeys(file for file in inside if file.is_file() and not file.name.startswith(".")))
    return list(files)


def ingest(store: Store, files: Iterable[Path], *, ocr: bool = True, workers: int | None = None) -> Iterator[Taken]:
    """Take in each of `files`, in order, read by `workers` processes (one for each core). Lazy.

    The same bytes again cost a hash and a look-up. A file that cannot be read is kept as refused, with the reason. At
    the end, what the policies say of one another is worked out.
    """
    intake = _Intake(store, ocr=ocr, workers=workers or cores())
    try:
        yield from intake.take(files)
    finally:
        settle(store)


@dataclass(frozen=True, slots=True)
class _Came:
    """A file as it came: nothing to be done (`taken`), or to be read."""

    path: Path
    digest: str = ""
    taken: Taken | None = None

    @property
    def is_document(self) -> bool:
        """Whether it is to be read, cut and drafted."""
        return self.taken is None and not self.path.name.endswith((*STRUCTURED, TEXTS))


class _Intake:
    """Files on their way into the store."""

    def __init__(self, store: Store, *, ocr: bool, workers: int) -> None:
        self._store = store
        self._ocr = ocr
        self._workers = workers
        self._known: Known | None = None
        self._curated: frozenset[str] | None = None

    def take(self, files: Iterable[Path]) -> Iterator[Taken]:
        came: list[_Came] = []  # those that are looked at ahead, until those before them are done

        def jobs() -> Iterator[Job | None]:
            for path in files:
                one = self._look(path)
                came.append(one)
                if one.is_document:
                    yield Job("indexer.harvest:harvest", (path, self._ocr, self._workers), path.name, slow=True)
                else:
                    yield None

        for found in do_each(jobs(), self._workers):
            yield self._keep(came.pop(0), found)

    def _look(self, path: Path) -> _Came:
        try:
            digest = sha256(path.read_bytes())
        except OSError as error:
            return _Came(path, taken=self._refused(path, "", f"读不出来（{error.strerror}）"))
        return _Came(path, digest, self._unchanged(path, digest))

    def _unchanged(self, path: Path, digest: str) -> Taken | None:
        """What the store has of these bytes; None where it has nothing, or what was not read then can be read now."""
        known = self._store.document(digest)
        if known is None or not known.media_type:
            return None
        if self._ocr and is_installed() and any(n.kind == "unread" and "扫描" in n.text for n in known.notices):
            return None
        if str(path) not in self._store.paths(digest):
            self._store.met_again(digest, str(path))
        return Taken(replace(known, path=str(path)), "unchanged", tuple(filter(None, (known.reason,))))

    def _keep(self, came: _Came, found: Sequence[Harvest | Refused]) -> Taken:
        path, digest = came.path, came.digest
        try:
            taken = came.taken or self._unchanged(path, digest)  # the same bytes may have come just before
            if taken is not None:
                return taken
            raw = path.read_bytes()
            if sha256(raw) != digest:
                return self._refused(path, digest, "读它的时候文件被改动了，请再入库一次")
            received, problems, repeats = self._received(path, raw, digest, found)
            if received is None:
                return self._refused(path, digest, "\n".join(problems))
            self._store.put(replace(received, reason="\n".join(problems) or None), raw, repeats=repeats)
            self._remember(received, repeats)
        except InputError as error:
            return self._refused(path, digest, str(error))
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a hostile file brings about, the next one is still read
            return self._refused(path, digest, f"读取时出错（{type(error).__name__}: {error}）")
        return Taken(received, "indexed", tuple(problems))

    def _refused(self, path: Path, digest: str, reason: str) -> Taken:
        received = Received(str(path), digest or sha256(str(path).encode()), "", reason=reason)
        self._store.refuse(received)
        return Taken(replace(received, sha256=digest), "refused", (reason,))

    def _received(
        self, path: Path, raw: bytes, digest: str, found: Sequence[Harvest | Refused]
    ) -> tuple[Received | None, list[str], frozenset[str]]:
        """What is in the file, what in it was refused, and which policies are in the store already; None for nothing."""
        if path.name.endswith(STRUCTURED):
            reading = read_policies_text(raw, path.name)
            problems = [str(problem) for problem in reading.problems]
            received = Received(str(path), digest, STRUCTURED_TYPES[path.suffix], policies=reading.policies)
            return (received if reading.policies else None), problems, frozenset()
        if path.name.endswith(TEXTS):
            policies, problems = _read_texts(raw, path.name, self._workers)
            received = Received(str(path), digest, "application/jsonl", policies=policies)
            return (received if policies else None), problems, frozenset()
        return self._harvested(path, digest, found)

    def _harvested(
        self, path: Path, digest: str, found: Sequence[Harvest | Refused]
    ) -> tuple[Received | None, list[str], frozenset[str]]:
        problems = [f"{one.name}：{one.reason}" for one in found if isinstance(one, Refused)]
        read = [one for one in found if isinstance(one, Harvest)]
        if not read:
            return None, problems, frozenset()
        curated = self._written_by_people()
        replaced = {digest, *(one.sha256 for one in self._store.documents() if one.path == str(path))}
        held = {identity for identity, holder in self._store.holders().items() if holder not in replaced}
        policies: dict[str, Policy] = {}
        repeats: set[str] = set()
        notices = [notice for one in read for notice in one.document.notices]
        for cut_out in (policy for one in read for policy in one.policies):
            policy, page = cut_out, cut_out.pages[0] if cut_out.pages else None
            same = self._met_before().same(policy)
            if same in held:
                policy = _called(policy, same)
                repeats.add(same)
            elif policy.id in held:
                policy = _called(policy, variant_id(policy.id, (clause.text for clause in policy.clauses)))
            if policy.id in policies:
                notices.append(Notice("skipped", f"《{policy.title}》重复收录，只留第一处", page))
                continue
            if policy.doc_no in curated and policy.measures:
                notices.append(Notice("skipped", f"《{policy.title}》的事项已有人整理过，不再起草", page))
                policy = replace(policy, measures=())
            policies[policy.id] = policy
        pages = [one.document.pages for one in read if one.document.pages is not None]
        received = Received(
            path=str(path),
            sha256=digest,
            media_type=read[0].document.media_type if len(read) == 1 else "application/zip",
            pages=sum(pages) if pages else None,
            notices=tuple(notices),
            policies=tuple(policies.values()),
        )
        return received, problems, frozenset(repeats)

    # ------------------------------------------------------------ met before

    def _met_before(self) -> Known:
        if self._known is None:
            self._known = Known(print_of(one.id, one.title, one.doc_no, one.texts) for one in self._store.texts())
        return self._known

    def _written_by_people(self) -> frozenset[str]:
        """The 文号 of policies whose measures people wrote: drafts beside those would only repeat them, less well."""
        if self._curated is None:
            kinds = STRUCTURED_TYPES.values()
            written = [self._store.document(one.sha256) for one in self._store.documents() if one.media_type in kinds]
            numbers = (policy.doc_no for one in written if one for policy in one.policies)
            self._curated = frozenset(filter(None, numbers))
        return self._curated

    def _remember(self, received: Received, repeats: frozenset[str]) -> None:
        if received.media_type in STRUCTURED_TYPES.values():
            self._curated = None
        if self._known is not None:
            for policy in received.policies:
                if policy.id not in repeats:
                    texts = (clause.text for clause in policy.clauses)
                    self._known.add(print_of(policy.id, policy.title, policy.doc_no, texts))


def _called(policy: Policy, identity: str) -> Policy:
    """`policy` under another id, its measures with it."""
    measures = tuple(replace(m, id=identity + m.id.removeprefix(policy.id)) for m in policy.measures)
    return replace(policy, id=identity, measures=measures)


# ---------------------------------------------------------------- full texts in bulk


def _read_texts(raw: bytes, name: str, workers: int) -> tuple[tuple[Policy, ...], list[str]]:
    policies: dict[str, Policy] = {}
    problems: list[str] = []
    lines = [
        (n, line) for n, line in enumerate(raw.decode("utf-8-sig", errors="replace").splitlines(), 1) if line.strip()
    ]
    chunks = [lines[i : i + _TEXTS_AT_ONCE] for i in range(0, len(lines), _TEXTS_AT_ONCE)]
    jobs = (Job("indexer.ingest:read_lines", (chunk,), name, slow=True) for chunk in chunks)
    for chunk, found in zip(chunks, do_each(jobs, workers), strict=True):
        for number, one in found if not (found and isinstance(found[-1], Refused)) else _one_by_one(chunk, name):
            if isinstance(one, str):
                problems.append(f"{name} 第 {number} 行，{one}")
            elif policies.setdefault(one.id, one) is not one:
                problems.append(f'{name} 第 {number} 行，编号 "{one.id}" 写了两次；应为文件里唯一的编号')
    return tuple(policies.values()), problems


def _one_by_one(chunk: Sequence[tuple[int, str]], name: str) -> Iterator[tuple[int, Policy | str]]:
    """The lines of a chunk that could not be read together, each by itself, so that one stops no other."""
    for line in chunk:
        for found in do(Job("indexer.ingest:read_lines", ([line],), name, slow=True)):
            yield (line[0], found.reason) if isinstance(found, Refused) else found


def read_lines(lines: Sequence[tuple[int, str]], *, tick: Tick) -> Iterator[tuple[int, Policy | str]]:
    """The policy that each numbered line writes, or what is wrong with it."""
    for number, line in lines:
        try:
            yield number, _text_policy(line)
        except InputError as error:
            for problem in error.problems:
                yield number, str(problem)
        tick()


def _text_policy(line: str) -> Policy:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise InputError(Problem("整行", f"JSON 读不下去（{error}）", '{"id", "title", "text"}')) from None
    if not isinstance(record, dict):
        raise InputError(Problem("整行", "不是一个对象", '{"id", "title", "text"}'))
    for key in ("id", "title", "text"):
        if not isinstance(record.get(key), str) or not (record[key].strip() or key == "title"):
            raise InputError(
                Problem(key, "缺少" if record.get(key) is None else f"找到 {record[key]!r}"[:80], "不空的文字")
            )
    title = record["title"].strip() or record["text"].strip().splitlines()[0][:60]
    lines = (Line(text) for text in [title, *record["text"].splitlines()] if text.strip())
    document = Read(record["id"], sha256(record["text"].encode()), "text/plain", tuple(lines), title=title)
    parts = cut(document)
    head = parts[0] if parts else Policy(id=record["id"], title=title)
    policy = replace(
        head,
        id=record["id"],
        title=title,
        clauses=tuple(clause for part in parts for clause in part.clauses),
        measures=(),
        issuer=record.get("issuer") or head.issuer,
        doc_no=record.get("doc_no") or head.doc_no,
        region=record.get("region") or head.region,
        issued_on=read_date(None, record["date"], "date") if record.get("date") else head.issued_on,
    )
    from indexer.extract import draft_measures  # slow to import, and needed by the processes that read alone

    return replace(policy, measures=sound(policy, draft_measures(policy))[0])


# ---------------------------------------------------------------- reports


def _policy_entry(policy: Policy) -> dict[str, Json]:
    head = dump_policy(replace(policy, clauses=(), measures=()))
    keys = ("id", "title", "doc_no", "issuer", "issued_on", "effective_from", "expires_on", "region")
    return {**{key: head.get(key) for key in keys}, "clauses": len(policy.clauses), "measures": len(policy.measures)}
