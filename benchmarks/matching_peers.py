"""The same rules in the peers' own forms, two-valued as theirs are: openfisca-core vectorised, zen-engine pair by pair.

Each function answers pairs a second, or why there is nothing to measure.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from corpus.fields import registry
from corpus.model import All, Any, AtLeast, Bounds, Condition, Not
from matcher.judge import ordered_verdict, period_of, years_of
from matcher.kernel import lower
from matcher.known import hold
from matcher.operators import COMPARISONS, MEMBERSHIPS, as_names, as_window, contains_of, in_window
from matcher.truth import ELIGIBLE


def openfisca(policy, frame, as_of):
    """openfisca-core: every measure a variable, computed over all enterprises at once."""
    try:
        from openfisca_core import periods
        from openfisca_core.entities import build_entity
        from openfisca_core.simulations import SimulationBuilder
        from openfisca_core.taxbenefitsystems import TaxBenefitSystem
        from openfisca_core.variables import Variable
    except ImportError:
        return "没有安装，跳过"
    entity = build_entity("enterprise", "enterprises", "企业", is_person=True)
    system = TaxBenefitSystem([entity])
    inputs = _inputs(frame)
    always = {"entity": entity, "definition_period": periods.DateUnit.YEAR}
    for name in inputs:
        system.add_variable(type(name, (Variable,), {"value_type": float, **always}))
    rules = [lower(measure.rule, as_of) for measure in policy.measures]
    for i, rule in enumerate(rules):
        formula = _formula(rule, frame, as_of)
        system.add_variable(type(f"measure_{i}", (Variable,), {"value_type": bool, "formula": formula, **always}))
    simulation = SimulationBuilder().build_default_simulation(system, count=frame.size)
    for name, column in inputs.items():
        simulation.set_input(name, "2024", column)
    started = time.process_time()
    for i in range(len(rules)):
        simulation.calculate(f"measure_{i}", "2024").sum()
    return frame.size * len(rules) / (time.process_time() - started)


def _formula(rule, frame, as_of):
    def formula(enterprise, period):
        return _holds(rule, lambda name: enterprise(name, period), frame, as_of)

    return formula


def _inputs(frame):
    columns = {f"{name}_{year}": np.nan_to_num(column) for (name, year), column in frame.numbers.items()}
    columns |= {name: np.nan_to_num(column) for name, column in frame.days.items()}
    columns |= {
        name: column.places.astype(float)
        for name, column in (frame.words | frame.sets | {"event": frame.events}).items()
    }
    return columns


def _holds(rule, column: Callable, frame, as_of):
    match rule:
        case All(of) | Any(of):
            join = np.logical_and if isinstance(rule, All) else np.logical_or
            found = np.full(frame.size, isinstance(rule, All))
            for branch in of:
                found = join(found, _holds(branch, column, frame, as_of))
            return found
        case Not(of):
            return ~_holds(of, column, frame, as_of)
        case AtLeast(n, of):
            return sum(_holds(branch, column, frame, as_of).astype(np.int8) for branch in of) >= n
    field = registry()[rule.field]
    holds = COMPARISONS[rule.op].holds if rule.op in COMPARISONS else None
    if field.type == "number":
        years = [column(f"{field.name}_{year}") for year in years_of(rule, field, as_of)]
        how = period_of(rule, field).how
        return holds(sum(years) / (len(years) if how == "avg" else 1), rule.value)
    if field.type == "date":
        need = rule.value
        assert not isinstance(need, Bounds)
        return holds(column(field.name), float(need.toordinal()))
    return np.isin(column(field.name), _places(rule, field, frame, as_of))


def _places(atom: Condition, field, frame, as_of) -> list[int]:
    """The places of the values for which an atom holds, as one would write them into a formula."""
    if field.type == "event":
        window = as_window(atom.value)
        values = frame.events.values
        return [
            i
            for i, v in enumerate(values)
            if v and any(e.name == window.event and in_window(e.on, window) for e in v.has)
        ]
    if field.type == "set":
        values = frame.sets[field.name].values
        return [i for i, v in enumerate(values) if v and atom.value in hold(field.name, v, as_of).held]
    values = frame.words[field.name].values
    if field.type == "ordered":
        return [
            i for i, v in enumerate(values) if v and ordered_verdict(atom, field, (field.order.index(v),)) is ELIGIBLE
        ]
    test, tree = MEMBERSHIPS[atom.op].test, contains_of(field)
    return [i for i, v in enumerate(values) if v and test(v, as_names(atom.value), tree) is ELIGIBLE]


# ---------------------------------------------------------------- zen-engine


def zen(policy, profiles, as_of):
    """zen-engine: every measure a compiled expression, every enterprise a context."""
    try:
        import zen as engine
    except ImportError:
        return "没有安装，跳过"
    expressions = [engine.compile_expression(_written(lower(m.rule, as_of), as_of)) for m in policy.measures]
    contexts = [_context(profile, as_of) for profile in profiles]
    started = time.process_time()
    for context in contexts:
        for expression in expressions:
            expression.evaluate(context)
    return len(contexts) * len(expressions) / (time.process_time() - started)


def _context(profile, as_of):
    facts = profile["facts"]
    context = {
        "region": "",
        "industry": "",
        "qualification": [],
        "exclusion": [],
        "event": [],
        "size_class": -1,
        "founded_on": 0,
    }
    for name, value in facts.items():
        if isinstance(value, dict):
            context |= {f"{name}_{year}": number for year, number in value.items()}
        elif name == "event":
            context["event"] = [f"{entry['name']}@{entry['on'][:4]}" for entry in value]
        elif name == "size_class":
            context[name] = registry()[name].order.index(value)
        elif name == "founded_on":
            context[name] = int(value.replace("-", ""))
        elif name == "employees":
            context[f"employees_{as_of.year - 1}"] = value
        else:
            context[name] = value
    for name in ("revenue", "employees", "rd_ratio"):
        for year in range(as_of.year - 3, as_of.year):
            context.setdefault(f"{name}_{year}", 0)
    return context


_SIGNS = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<", "eq": "=="}


def _written(rule, as_of) -> str:
    match rule:
        case All(of):
            return "(" + (" and ".join(_written(branch, as_of) for branch in of) or "true") + ")"
        case Any(of):
            return "(" + (" or ".join(_written(branch, as_of) for branch in of) or "false") + ")"
        case Not(of):
            return f"not({_written(of, as_of)})"
        case AtLeast(n, of):
            return "(" + " + ".join(f"({_written(branch, as_of)} ? 1 : 0)" for branch in of) + f" >= {n})"
    field = registry()[rule.field]
    if field.type == "number":
        years = [f"{field.name}_{year}" for year in years_of(rule, field, as_of)]
        how = period_of(rule, field).how
        return f"(({' + '.join(years)}) / {len(years) if how == 'avg' else 1} {_SIGNS[rule.op]} {rule.value})"
    if field.type == "date":
        return f"(founded_on {_SIGNS[rule.op]} {rule.value.strftime('%Y%m%d')})"
    if field.type == "ordered":
        if rule.op == "in":
            return "(" + " or ".join(f"size_class == {field.order.index(name)}" for name in as_names(rule.value)) + ")"
        return f"(size_class {_SIGNS[rule.op]} {field.order.index(rule.value)})"
    if field.type == "event":
        window = as_window(rule.value)
        return f"('{window.event}@{window.start.year}' in event)"
    if field.type == "set":
        return f"('{rule.value}' in {field.name})"
    prefixes = [name.rstrip("0") if field.name == "region" else name for name in as_names(rule.value)]
    return "(" + " or ".join(f"startsWith({field.name}, '{prefix}')" for prefix in prefixes) + ")"
