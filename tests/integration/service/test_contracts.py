"""The addresses that docs/contracts.md promises answer; those that it reserves do not exist."""

from __future__ import annotations

import re
from pathlib import Path

from tests.integration.service.stage import Stage

PAGE = (Path(__file__).parents[3] / "docs" / "contracts.md").read_text().split("## HTTP\n", 1)[1].split("\n## ", 1)[0]
ELSEWHERE = {
    "/sandbox/": "absent unless SANDBOX=1: tests/integration/sandbox/test_whole.py",
    "/wecom": "absent unless an agent is set: tests/integration/gateways/test_wecom.py",
}


async def test_every_promised_address_answers_and_no_reserved_one_does(stage: Stage) -> None:
    promised, _, reserved = PAGE.partition("**Reserved:**")
    paths = re.findall(r"^\| `(/[^`]*)` \|", promised, re.MULTILINE)
    assert len(paths) > 8
    site = stage.url.removesuffix("/wechat")
    for path in paths:
        if path in ELSEWHERE:
            continue
        async with stage.http.get(site + path.replace("{token}", "A" * 22)) as response:
            shown = await response.text()
            # A page of ours says that this ticket is not known; the server's own 404 is a bare line.
            assert response.status != 404 or "<html" in shown, path
    held = re.findall(r"`(/[^`]*)`", reserved)
    assert held
    for path in held:
        async with stage.http.get(site + path) as response:
            assert response.status == 404, path
