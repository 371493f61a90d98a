"""One reader for all tests of the room: loading takes a moment and nothing in a reader changes."""

from __future__ import annotations

import pytest

from nlp.understand import Reader, load


@pytest.fixture(scope="session")
def reader() -> Reader:
    """A reader of a service in Changsha (4301)."""
    return load(home="4301")
