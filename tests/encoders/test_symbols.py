"""Symbols: a text survives the way into numbers and back."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from fusion_edu.encoders import Symbols

TEXTS = ("igel", "große katze", "七夕树")


def test_numbers_marks_and_padding():
    symbols = Symbols.fit(["aab", "b", "a"])
    assert symbols.symbols == ("a", "b")
    assert len(symbols) == 6
    assert symbols.ids(["ab", "", "b?"]).tolist() == [[4, 5, 2], [2, 0, 0], [5, 3, 2]]


def test_reading_stops_at_the_first_end():
    symbols = Symbols.fit(["ab"])
    assert symbols.texts(torch.tensor([[1, 4, 2, 5], [5, 5, 3, 0], [2, 4, 4, 4]])) == ("a", "bb?", "")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=5), st.sampled_from(["", " "]))
def test_there_and_back(texts, between):
    clean = [between.join(part for part in text.split(between) if part) if between else text for text in texts]
    if not any(clean):
        return
    symbols = Symbols.fit(clean, between=between)
    assert symbols.texts(symbols.ids(clean)) == tuple(clean)


def test_words_are_symbols_where_spaces_stand_between():
    symbols = Symbols.fit(["rot alt rot"], between=" ")
    assert symbols.symbols == ("rot", "alt")
    assert symbols.ids(["alt rot"]).tolist() == [[5, 4, 2]]


def test_errors_name_the_argument():
    with pytest.raises(ValueError, match="texts is the one string 'igel'"):
        Symbols.fit("igel")
    with pytest.raises(ValueError, match="texts has no symbol"):
        Symbols.fit(["", ""])
    with pytest.raises(ValueError, match="texts is the one string"):
        Symbols.fit(TEXTS).ids("igel")
