"""From official words to rules: who qualifies, for what. Deterministic, offline; what is not understood is kept in words.

How a passage is read, in the order of the modules:

passage     one width, no stray blanks; cut into sentences and pieces, every character's place remembered
tokens, titles  figures and titles become single symbols with their bound, so that patterns are about what stands where
asides      pieces, and rests of them, that ask nothing (`data/asides.yaml`: when, why, by whom, how to apply);  payees: lists of who, each with its own attributes
find        what a stretch asks in so many words: figures, names, branches, places, events, employment, exclusions (one
            module a sort; the grounds that shut out are `data/grounds.yaml`);  whose: whether a figure is its own
            events: what happened, and when;  wins: titles won;  listing: steps to the market
parties     whose condition it is;  leftover: what no finder reads, cut as a person would cut it, kept as `manual`;
            subjects: who and what it does;  deeds: of which one is enough;  steps: rising thresholds in words
conditions  what is read becomes fields, the connectives a tree;  confidence: how sure that is
giving      where in a piece the words of giving begin (`data/giving.yaml`);  limits: words that only bound what was given
recipients  whether it is for an enterprise at all, and given and not merely wished
grants      which pieces of a sentence say who and which say what;  rows: lists of who and how much
cases       those who get more or less of the award before (其中…)
amounts     what is given;  sums, units (a head, an item, a step), rates (of which base), taxes, caps, terms (how long, how often)
relative    what is given by the measure of another award: 1.2倍, 上浮20%
lists       a list in words spelled out item by item;  pairing: 分别给予;  tiers: levels and thresholds as tiers of one benefit
scene       goes through the sentences;  context: what carries over;  general: what is said once for all;  together: the most
            that one enterprise gets of it all
reader      `extract`;  line: for `run.py extract`;  policy: `draft_measures`;  coverage: what was not understood

To teach it a word, add it to `data/*.yaml` (titles, themes, industries, numbers, kinds, hints); to teach it a turn of
phrase, add a pattern to the finder of its sort and a case to `tests/indexer/extract/cases/`.
"""

from indexer.extract.line import extract_line
from indexer.extract.policy import draft_measures
from indexer.extract.reader import VERSION, Reading, Span, extract

__all__ = ["VERSION", "Reading", "Span", "draft_measures", "extract", "extract_line"]
