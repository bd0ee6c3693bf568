"""What the pages are given to work with: put together once by the composition root, never looked up elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from corpus.errors import StoreError
from corpus.model import Policy
from matcher.facts import Profile

if TYPE_CHECKING:
    from corpus.store import Store
    from indexer.search import Index
    from matcher.match import Result


class Found(Protocol):
    """What a search comes back with."""

    def to_json(self) -> dict[str, Any]:
        """The `search --json` shape."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """The library calls behind the pages.

    `search(query, as_of=…, limit=…, **filters)` and `match(profile, as_of)` are those of the packages; `today` is the
    only clock; `office` is the name that stands under a checklist, empty where nobody signs; `renewed` gives the
    services anew where what they rest on has changed since, else None.
    """

    policies: Sequence[Policy]
    search: Callable[..., Found]
    match: Callable[[Profile, date], Result]
    today: Callable[[], date]
    samples: Sequence[Profile] = ()
    office: str = ""
    renewed: Callable[[], Services | None] = lambda: None

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

        They are renewed when something is put into the store. One that cannot be read just now leaves them as they are.
        """
        from matcher.catalogue import compile_catalogue
        from matcher.match import match

        revision = store.revision()
        policies = store.policies()

        def renewed() -> Services | None:
            try:
                changed = store.revision() != revision
                return cls.over(store, index, today=today, samples=samples, office=office) if changed else None
            except StoreError:
                return None

        catalogue = compile_catalogue(policies)
        return cls(
            policies=policies,
            search=index.search,
            match=lambda profile, as_of: match(catalogue, profile, as_of),
            today=today,
            samples=samples,
            office=office,
            renewed=renewed,
        )
