"""The bracket that names the offices in charge: who they are, and the sentence without it."""

from __future__ import annotations

import re
from dataclasses import replace

from indexer.extract.passage import Sentence

DEPARTMENT = re.compile(
    "[（〔(](?:责任单位|责任部门|牵头单位|牵头部门|主管部门|责任处室|实施单位)[:：](?P<names>[^（）〔〕()]{2,120})[）〕)]|[（〔(](?P<led>[^（）〔〕()]{2,80}?)(?:牵头|负责|按职责分工负责)[^（）〔〕()]{0,40}[）〕)]"
)
_NAMES_OFFICE = re.compile("责任|牵头|主管部门|实施单位|负责")


def without_department(sentence: Sentence) -> Sentence:
    """`sentence` without the bracket that names the offices in charge."""
    if not _NAMES_OFFICE.search(sentence.text):
        return sentence
    if lead := DEPARTMENT.match(sentence.text):
        sentence = replace(sentence, start=sentence.start + lead.end(), text=sentence.text[lead.end() :])
    text = DEPARTMENT.sub("", sentence.text)
    return replace(sentence, end=sentence.start + len(text), text=text) if sentence.text.startswith(text) else sentence
