"""Floors for reading real documents, as `benchmarks/reading.py` measures them."""

from __future__ import annotations

import pytest

from benchmarks.reading import measure_files, measure_quality


@pytest.mark.shared
def test_real_documents_are_read_as_well_as_they_were(shared):
    figures = list(measure_quality(shared))
    assert len(figures) >= 15
    assert [f"{figure.what} {figure.value:.3f} < {figure.floor}" for figure in figures if not figure.holds] == []


@pytest.mark.shared
@pytest.mark.slow
def test_no_real_document_is_silently_empty(shared):
    told, silent = measure_files(shared)
    assert told.value == 1.0, told.detail
    assert silent.value == 0.0, silent.detail
