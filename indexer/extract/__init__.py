"""From official words to rules: who qualifies, for what. Deterministic, offline; what is not understood is kept in words."""

from indexer.extract.line import extract_line
from indexer.extract.policy import draft_measures
from indexer.extract.reader import VERSION, Reading, Span, extract

__all__ = ["VERSION", "Reading", "Span", "draft_measures", "extract", "extract_line"]
