"""From official words to rules: who qualifies, for what. Deterministic, offline; what is not understood is kept in words.

How a passage is read, in the order of the modules:

passage     one width, no stray blanks; cut into sentences and pieces, every character's place remembered
tokens      figures and titles become single symbols with their bound, so that patterns are about what stands where
find        what a stretch asks in so many words: figures, names, branches, places, events (one module a sort)
conditions  these become fields, the words between them `manual`, the connectives a tree
grants      which pieces of a sentence say who, which say what, and whether it is for an enterprise at all
amounts     what is given: bases, taxes, rates, sums, per head, caps
pairing     分别给予;  tiers: levels and thresholds as tiers of one benefit
scene       goes through the sentences;  context: what carries over;  general: what is said once for all
reader      `extract`;  line: for `run.py extract`;  policy: `draft_measures`;  coverage: what was not understood

To teach it a word, add it to `data/*.yaml` (titles, themes, industries, numbers, kinds, hints); to teach it a turn of
phrase, add a pattern to the finder of its sort and a case to `tests/indexer/extract/cases/`.
"""

from indexer.extract.line import extract_line
from indexer.extract.policy import draft_measures
from indexer.extract.reader import VERSION, Reading, Span, extract

__all__ = ["VERSION", "Reading", "Span", "draft_measures", "extract", "extract_line"]
