"""What the pages are given to work with: put together once by the composition root, never looked up elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from corpus.errors import StoreError
from corpus.model import Policy
from indexer.search.judgements import Votes
from matcher.facts import Profile

if TYPE_CHECKING:
    from corpus.store import Place, Store
    from indexer.search.entities import Chip
    from indexer.search.facets import Count
    from indexer.search.search import Index
    from matcher.match import Result
    from matcher.together import Received


class Found(Protocol):
    """What a search comes back with (see `SearchResult`)."""

    @property
    def chips(self) -> Sequence[Chip]:
        """What was recognised in the query."""
        ...

    @property
    def facets(self) -> Mapping[str, Sequence[Count]]:
        """How many of what was found have each value."""
        ...

    def to_json(self) -> dict[str, Any]:
        """The `search --json` shape."""
        ...


class Matching(Protocol):
    """One enterprise on a day against everything, after what it has received already."""

    def __call__(self, profile: Profile, as_of: date, received: Sequence[Received] = ()) -> Result: ...


@dataclass(frozen=True, slots=True)
class Services:
    """The library calls behind the pages.

    `search(query, as_of=…, limit=…, **filters)` and `match(profile, as_of, received)` are those of the packages; `today` is the
    only clock; `places(policy_id)` tells where a policy was met; `votes` keeps 有用 / 没用; `office` is the name that stands under a checklist, empty where nobody signs; `renewed` gives the
    services anew where what they rest on has changed since, else None.
    """

    policies: Sequence[Policy]
    search: Callable[..., Found]
    match: Matching
    today: Callable[[], date]
    samples: Sequence[Profile] = ()
    office: str = ""
    renewed: Callable[[], Services | None] = lambda: None
    places: Callable[[str], Sequence[Place]] = lambda _: ()
    votes: Votes | None = None

    @classmethod
    def over(
        cls,
        store: Store,
        index: Index,
        *,
        today: Callable[[], date],
        samples: Sequence[Profile] = (),
        office: str = "",
    ) -> Services:
        """The services over what `store` and `index` hold now; rules are compiled once for all requests.

        They are renewed when something is put into the store: only the policies that changed are read again. The index
        follows with the next search. A store that cannot be read just now leaves them as they are.
        """
        revision = store.revision()
        policies = store.policies()
        return cls._at(revision, policies, store, _Following(store, index, revision, policies), today, samples, office)

    @classmethod
    def _at(
        cls,
        revision: int,
        policies: Sequence[Policy],
        store: Store,
        following: _Following,
        today: Callable[[], date],
        samples: Sequence[Profile],
        office: str,
    ) -> Services:
        from matcher.catalogue import compile_catalogue
        from matcher.match import match

        def renewed() -> Services | None:
            try:
                now = store.revision()
                if now == revision:
                    return None
                newer = _newer(store, revision, policies)
                return cls._at(now, newer, store, following, today, samples, office)
            except StoreError:
                return None

        def search(query: str, **asked: Any) -> Found:
            following.catch_up(revision, policies)
            return following.index.search(query, **asked)

        catalogue = compile_catalogue(policies)
        return cls(
            policies=policies,
            search=search,
            match=lambda profile, as_of, received=(): match(catalogue, profile, as_of, received=received),
            today=today,
            samples=samples,
            office=office,
            renewed=renewed,
            places=store.places,
            votes=Votes(store.folder / "votes.jsonl"),
        )


def _newer(store: Store, revision: int, policies: Sequence[Policy]) -> Sequence[Policy]:
    """The policies of the store, given those at `revision`; only what changed since is read where that is known."""
    changed = store.changed_since(revision)
    if changed is None:
        return store.policies()
    fresh = {identity: store.policy(identity) for identity in changed}
    return tuple(fresh.get(policy.id) or policy for policy in policies)


class _Following:
    """The index with the revision that it was brought to: one search brings it on, those beside it take it as it is."""

    def __init__(self, store: Store, index: Index, revision: int, policies: Sequence[Policy]) -> None:
        self.index = index
        self._store = store
        self._revision = revision
        self._ids = {policy.id for policy in policies}
        self._busy = Lock()

    def catch_up(self, revision: int, policies: Sequence[Policy]) -> None:
        """Bring the index to `policies`, as they were at `revision`. Left for later while another process writes it."""
        if revision <= self._revision or not self._busy.acquire(blocking=False):
            return
        try:
            changed = self._store.changed_since(self._revision)
            ids = {policy.id for policy in policies}
            self.index.update(policy for policy in policies if changed is None or policy.id in changed)
            if gone := self._ids - ids:
                self.index.remove(gone)
            self._revision, self._ids = revision, ids
        except StoreError:
            return
        finally:
            self._busy.release()
