"""From files to what the store keeps: each file is read, cut, and its measures drafted; a bad one stops nothing.

Structured files (`*.measures.json`, `*.measures.yaml`) are taken as they stand; `*.policies.jsonl` holds a full text a
line, whose ids are kept; everything else goes through `formats`, `cut` and `extract`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any as Json
from typing import Literal, TypeAlias

from corpus.catalogue import dump_policy, read_policies_text
from corpus.errors import InputError, Problem, StoreError
from corpus.model import Document, Line, Notice, Policy
from corpus.rules import read_date
from corpus.store import Received, Store, sha256
from indexer.cut import cut
from indexer.extract import draft_measures
from indexer.formats import Refused, read_file

Status: TypeAlias = Literal["indexed", "unchanged", "refused"]

STRUCTURED_TYPES = {".json": "application/json", ".yaml": "application/yaml", ".yml": "application/yaml"}
STRUCTURED = tuple(f".measures{suffix}" for suffix in STRUCTURED_TYPES)
TEXTS = ".policies.jsonl"


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


def ingest(store: Store, files: Iterable[Path], *, ocr: bool = True) -> Iterator[Taken]:
    """Take in each of `files`, one at a time, in order. Lazy: a file is kept before the next is read.

    The same bytes again cost a hash and a look-up. A file that cannot be read is refused with the reason, and nothing
    of it is kept.
    """
    for path in files:
        try:
            raw = path.read_bytes()
        except OSError as error:
            yield _refused(path, "", f"读不出来（{error.strerror}）")
            continue
        digest = sha256(raw)
        known = store.document(digest)
        if known is not None and known.path == str(path):
            yield Taken(known, "unchanged", tuple(filter(None, (known.reason,))))
            continue
        yield _take_in(store, path, raw, digest, ocr=ocr)


def _take_in(store: Store, path: Path, raw: bytes, digest: str, *, ocr: bool) -> Taken:
    try:
        received, problems = _read(path, raw, digest, ocr=ocr, curated=_curated(store))
        if received is None:
            return _refused(path, digest, "\n".join(problems))
        store.put(replace(received, reason="\n".join(problems) or None), raw)
    except InputError as error:
        return _refused(path, digest, str(error))
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a hostile file brings about, the next one is still read
        return _refused(path, digest, f"读取时出错（{type(error).__name__}: {error}）")
    return Taken(received, "indexed", tuple(problems))


def _curated(store: Store) -> frozenset[str]:
    """The 文号 of policies whose measures people wrote: drafts beside those would only repeat them, less well."""
    written = (store.document(one.sha256) for one in store.documents() if one.media_type in STRUCTURED_TYPES.values())
    return frozenset(policy.doc_no for one in written if one for policy in one.policies if policy.doc_no)


def _read(
    path: Path, raw: bytes, digest: str, *, ocr: bool, curated: frozenset[str]
) -> tuple[Received | None, list[str]]:
    """What is in the file, and what in it was refused; None where nothing of it can be used."""
    if path.name.endswith(STRUCTURED):
        reading = read_policies_text(raw, path.name)
        media_type = STRUCTURED_TYPES[path.suffix]
        problems = [str(problem) for problem in reading.problems]
        received = Received(str(path), digest, media_type, policies=reading.policies)
        return (received if reading.policies else None), problems
    if path.name.endswith(TEXTS):
        policies, problems = _read_texts(raw, path.name)
        received = Received(str(path), digest, "application/jsonl", policies=policies)
        return (received if policies else None), problems
    return _read_documents(path, digest, ocr=ocr, curated=curated)


def _read_documents(
    path: Path, digest: str, *, ocr: bool, curated: frozenset[str]
) -> tuple[Received | None, list[str]]:
    documents: list[Document] = []
    problems: list[str] = []
    for read in read_file(path, ocr=ocr):
        if isinstance(read, Refused):
            problems.append(f"{read.name}：{read.reason}")
        else:
            documents.append(read)
    if not documents:
        return None, problems
    policies: dict[str, Policy] = {}
    notices = [notice for document in documents for notice in document.notices]
    for policy in (policy for document in documents for policy in cut(document)):
        page = policy.pages[0] if policy.pages else None
        if policy.id in policies:
            notices.append(Notice("skipped", f"《{policy.title}》重复收录，只留第一处", page))
        elif policy.doc_no in curated:
            policies[policy.id] = policy
            notices.append(Notice("skipped", f"《{policy.title}》的事项已有人整理过，不再起草", page))
        else:
            policies[policy.id] = replace(policy, measures=draft_measures(policy))
    pages = [document.pages for document in documents if document.pages is not None]
    received = Received(
        path=str(path),
        sha256=digest,
        media_type=documents[0].media_type if len(documents) == 1 else "application/zip",
        pages=sum(pages) if pages else None,
        notices=tuple(notices),
        policies=tuple(policies.values()),
    )
    return received, problems


# ---------------------------------------------------------------- full texts in bulk


def _read_texts(raw: bytes, name: str) -> tuple[tuple[Policy, ...], list[str]]:
    policies: dict[str, Policy] = {}
    problems: list[str] = []
    for number, line in enumerate(raw.decode("utf-8-sig", errors="replace").splitlines(), 1):
        if not line.strip():
            continue
        try:
            policy = _text_policy(line)
        except InputError as error:
            problems.extend(f"{name} 第 {number} 行，{problem}" for problem in error.problems)
            continue
        if policies.setdefault(policy.id, policy) is not policy:
            problems.append(f'{name} 第 {number} 行，编号 "{policy.id}" 写了两次；应为文件里唯一的编号')
    return tuple(policies.values()), problems


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
    document = Document(record["id"], sha256(record["text"].encode()), "text/plain", tuple(lines), title=title)
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
    return replace(policy, measures=draft_measures(policy))


# ---------------------------------------------------------------- reports


def _refused(path: Path, digest: str, reason: str) -> Taken:
    return Taken(Received(str(path), digest, "", reason=reason), "refused", (reason,))


def _policy_entry(policy: Policy) -> dict[str, Json]:
    head = dump_policy(replace(policy, clauses=(), measures=()))
    keys = ("id", "title", "doc_no", "issuer", "issued_on", "effective_from", "expires_on", "region")
    return {**{key: head.get(key) for key in keys}, "clauses": len(policy.clauses), "measures": len(policy.measures)}
