"""What is said of a number that opens nothing."""

from __future__ import annotations

import pytest

from handlers.citizen.choose_ticket import not_open


@pytest.mark.parametrize(
    ("given", "mistyped"),
    [
        ("26000011", True),
        ("2600001", True),
        ("26000010", False),
        ("26000011 26000029", False),
        ("12", False),
        ("", False),
    ],
)
def test_only_a_number_that_looks_wrong_is_called_mistyped(given: str, mistyped: bool) -> None:
    """Of a right number nobody learns whether there is such a ticket."""
    reply = not_open(given)
    assert ("没查到" not in reply.text) is mistyped
    assert bool(reply.choices) is mistyped
