"""The policies as pages look them up: by id, and by what a list can be narrowed to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from corpus.codes import regions
from corpus.model import LEVELS, Clause, Measure, Policy, term_on
from indexer.same import originals

# Departments offered for narrowing: a list that is longer is no help.
DEPARTMENTS = 80


@dataclass(frozen=True, slots=True)
class Placed:
    """A measure with the policy that grants it."""

    measure: Measure
    policy: Policy

    @property
    def draft(self) -> bool:
        """Whether a machine read it and no person has confirmed it."""
        return self.measure.review == "draft"

    def clause(self, path: str | None) -> Clause | None:
        """The clause at `path` of its policy; None where the policy has none such."""
        return next((clause for clause in self.policy.clauses if clause.path == path), None)

    def cited(self) -> tuple[Clause, ...]:
        """The clauses that say so, as far as the policy's text is at hand."""
        return tuple(clause for path in self.measure.clauses if (clause := self.clause(path)) is not None)


@dataclass(frozen=True, slots=True)
class Choices:
    """What lists can be narrowed to: (value, Chinese) pairs that occur in the catalogue, the commonest first."""

    regions: tuple[tuple[str, str], ...]
    levels: tuple[tuple[str, str], ...]
    departments: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Every policy and measure by id; `made` tells of a policy that is only a text which one was made from it."""

    policies: Mapping[str, Policy]
    measures: Mapping[str, Placed]
    choices: Choices
    made: Mapping[str, str]

    def originals(self, policy: Policy) -> tuple[Policy, ...]:
        """The texts that `policy` was made from, where they are kept beside it."""
        return tuple(self.policies[text] for text, made in self.made.items() if made == policy.id)

    def in_force(self, as_of: date) -> int:
        """How many measures belong to a policy in force on `as_of`."""
        return sum(term_on(placed.policy, as_of) == "in_force" for placed in self.measures.values())


def shelve(policies: Sequence[Policy]) -> Shelf:
    """The shelf of `policies`."""
    measures = {measure.id: Placed(measure, policy) for policy in policies for measure in policy.measures}
    departments = Counter(placed.measure.department for placed in measures.values() if placed.measure.department)
    codes = sorted({policy.region for policy in policies if policy.region})
    present = {policy.level for policy in policies}
    return Shelf(
        {policy.id: policy for policy in policies},
        measures,
        Choices(
            tuple((code, regions.full_name(code)) for code in codes),
            tuple((level, word) for level, word in LEVELS.items() if level in present),
            tuple((name, name) for name, _ in departments.most_common(DEPARTMENTS)),
        ),
        originals(policies),
    )
