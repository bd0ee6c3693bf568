"""The rule language read once more, as plainly as can be, from raw JSON: what the matcher is held to.

No code of the matcher is used here, and no type of its own: None is unknown.
"""

from datetime import date
from fractions import Fraction

from corpus.codes import industries, regions, sizes, titles
from corpus.fields import registry

RATIOS = {
    "rd_ratio": ("rd_spend", "revenue"),
    "tech_staff_ratio": ("tech_staff", "employees"),
    "disabled_ratio": ("disabled_staff", "employees"),
}
GROWTH = {"revenue_growth": "revenue", "profit_growth": "profit", "rd_growth": "rd_spend", "tax_growth": "tax_paid"}


def verdict(rule, profile, as_of):
    """True, False or None for a rule in JSON."""
    if "all" in rule:
        found = [verdict(branch, profile, as_of) for branch in rule["all"]]
        return False if False in found else None if None in found else True
    if "any" in rule:
        found = [verdict(branch, profile, as_of) for branch in rule["any"]]
        return True if True in found else None if None in found else False
    if "not" in rule:
        found = verdict(rule["not"], profile, as_of)
        return None if found is None else not found
    if "at_least" in rule:
        found = [verdict(branch, profile, as_of) for branch in rule["of"]]
        yes, open_ones = found.count(True), found.count(None)
        return True if yes >= rule["at_least"] else False if yes + open_ones < rule["at_least"] else None
    return condition(rule, profile, as_of)


def condition(rule, profile, as_of):
    facts, field, op, value = profile.get("facts", {}), rule["field"], rule["op"], rule["value"]
    kind = registry()[field].type
    if kind == "manual":
        return profile.get("confirmations", {}).get(value)
    if kind == "number":
        return number(rule, facts, as_of)
    if kind == "set":
        names = value if isinstance(value, list) else [value]
        found = [has(facts.get(field), name, as_of, field) for name in names]
        if op == "has_all":
            return False if False in found else None if None in found else True
        some = True if True in found else None if None in found else False
        return (None if some is None else not some) if op == "lacks" else some
    if kind == "event":
        return event(facts.get("event"), value, op)
    have = facts.get(field)
    if kind == "ordered":
        possible = [have] if have else sizes_of(facts, as_of) if field == "size_class" else None
        if not possible:
            return None
        order = list(registry()[field].order)
        found = {test(op, name, value, order) for name in possible}
        return found.pop() if len(found) == 1 else None
    if have is None:
        return None
    if kind == "date":
        day = date.fromisoformat(have)
        ends = value if isinstance(value, list) else [value]
        return compare(op, day, [None if end is None else date.fromisoformat(end) for end in ends])
    if kind == "enum":
        return test(op, have, value, [])
    return code(op, have, value if isinstance(value, list) else [value], regions if "region" in field else industries)


def test(op, have, value, order):
    if op in ("is", "in", "not_in"):
        return (have in ([value] if op == "is" else value)) != (op == "not_in")
    ends = value if isinstance(value, list) else [value]
    return compare(op, order.index(have), [None if end is None else order.index(end) for end in ends])


def compare(op, have, ends):
    if op == "between":
        low, high = ends
        return (low is None or low <= have) and (high is None or have <= high)
    need = ends[0]
    return {"ge": have >= need, "gt": have > need, "le": have <= need, "lt": have < need, "eq": have == need}[op]


def code(op, have, needs, tree):
    under = op in ("within", "not_within")
    found = False
    for need in needs:
        if have == need or (under and tree.contains(need, have)):
            found = True
            break
        if tree.contains(have, need):
            found = None
    return found if op in ("within", "in", "is") or found is None else not found


def has(given, name, as_of, field):
    if given is None:
        return None
    full = titles.canonical if field == "qualification" else (lambda n: n.strip())
    implied = titles.implied if field == "qualification" else (lambda n: frozenset())
    held = set()
    for raw in given["has"] if isinstance(given, dict) else given:
        entry = {"name": raw} if isinstance(raw, str) else raw
        since, until = entry.get("since"), entry.get("until")
        if (since is None or since <= str(as_of)) and (until is None or str(as_of) <= until):
            held |= {full(entry["name"]), *implied(entry["name"])}
    name = full(name)
    if name in held:
        return True
    if isinstance(given, list):
        return False
    lacked = {full(other) for other in given["lacks"]}
    return False if name in lacked or implied(name) & lacked else None


def event(given, value, op):
    if given is None:
        return None
    name, start, end = (value["event"], value["from"], value["to"]) if op == "during" else (value, None, None)
    if isinstance(given, dict):
        entries, whole = given["has"], name in given["lacks"]
    else:
        entries, whole = given, True
    found = not whole and None
    for raw in entries:
        entry = {"name": raw} if isinstance(raw, str) else raw
        on = entry.get("on")
        if entry["name"] != name:
            continue
        if start is None and end is None:
            return True
        if on is None:
            found = None
        elif (start is None or start <= on) and (end is None or on <= end):
            return True
    return found


def number(rule, facts, as_of):
    field, op, period = rule["field"], rule["op"], rule.get("period", "last_year")
    ends = rule["value"] if isinstance(rule["value"], list) else [rule["value"]]
    if not registry()[field].by_year:
        have = age(facts, as_of) if field == "age_years" else facts.get(field)
        return None if have is None else compare(op, have, ends)
    year = as_of.year
    if "_of_last_" in period:
        how, n = period.split("_of_last_")
        years = range(year - int(n), year)
    else:
        how, years = "each", [{"last_year": year - 1, "this_year": year}.get(period) or int(period)]
    values = [of_year(facts, field, y, as_of) for y in years]
    if how in ("sum", "avg"):
        if None in values:
            return None
        total = sum(Fraction(repr(float(v))) for v in values) / (len(values) if how == "avg" else 1)
        return compare(op, total, [None if end is None else Fraction(repr(float(end))) for end in ends])
    found = [None if v is None else compare(op, v, ends) for v in values]
    if how == "each":
        return False if False in found else None if None in found else True
    return True if True in found else None if None in found else False


def of_year(facts, field, year, as_of):
    given = facts.get(field)
    if isinstance(given, dict):
        given = given.get(str(year))
    elif year != as_of.year - 1:
        given = None
    if given is not None:
        return float(given)
    if field in RATIOS:
        part, whole = (of_year(facts, name, year, as_of) for name in RATIOS[field])
        return None if part is None or whole is None or whole <= 0 else part / whole
    if field in GROWTH:
        now, before = (of_year(facts, GROWTH[field], y, as_of) for y in (year, year - 1))
        return None if now is None or before is None or before <= 0 else (now - before) / before
    if field == "debt_ratio":
        assets, net = (of_year(facts, name, year, as_of) for name in ("assets", "net_assets"))
        return None if assets is None or net is None or assets <= 0 else (assets - net) / assets
    return None


def age(facts, as_of):
    if facts.get("founded_on") is None:
        return facts.get("age_years")
    founded = date.fromisoformat(facts["founded_on"])
    if founded > as_of:
        return None
    return as_of.year - founded.year - ((as_of.month, as_of.day) < (founded.month, founded.day))


def sizes_of(facts, as_of):
    parts = (of_year(facts, name, as_of.year - 1, as_of) for name in ("employees", "revenue", "assets"))
    possible = sizes.classify(facts.get("industry"), *parts).classes
    return None if len(possible) == 4 else possible
