"""Which stories are told on every kind of server."""

from __future__ import annotations

import pytest

everywhere = pytest.mark.parametrize("backend", ["sqlite", "servers"], indirect=True)
"""For the few stories in which the servers themselves matter."""
