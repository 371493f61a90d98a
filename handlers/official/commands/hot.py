"""热点: what many people raise, the hottest first, and why each is hot."""

from __future__ import annotations

from handlers.errors import Refused
from handlers.official import permissions, views
from handlers.official.commands.types import Hot
from handlers.official.rectification import opening, wording
from handlers.official.scene import Scene, says
from handlers.outcome import Needs, Outcome
from handlers.pushes import Choice

LISTED = 10
"""Issues of the list: what fits on a phone; the others are told by their place."""
TAPS = 3


def show(scene: Scene, command: Hot) -> Outcome:
    """The list, or one issue with its tickets."""
    if not any(permissions.may(role, Hot, permissions.Relation.ELSEWHERE) for role in scene.roles):
        permissions.check_may(scene.staff.role, Hot, permissions.Relation.ELSEWHERE)
    issues = opening.issues(scene)
    if not issues:
        return says(views.NOTHING_HOT)
    if command.which is None:
        lines = [views.hot_title(len(issues), issues[0].at)]
        lines += [views.hot_line(place, issue) for place, issue in enumerate(issues[:LISTED], 1)]
        lines.append(views.hot_more(LISTED, len(issues)))
        taps = (Choice(f"热点 {place}", f"热点 {place}") for place in range(1, min(TAPS, len(issues)) + 1))
        return says("\n".join(lines), *taps)
    if command.which > len(issues):
        raise Refused(views.no_such_issue(len(issues)))
    issue = issues[command.which - 1]
    if not scene.found.again:
        return Outcome(more=Needs(numbers=frozenset((*issue.numbers[:1], *issue.numbers[-1:]))))
    item = opening.running_for(scene.found.by_number.values(), scene.found.items.values())
    only_looks = permissions.ABOVE.isdisjoint(scene.roles)
    offered = "" if only_looks and item is None else wording.offered(command.which, item)
    last = scene.found.by_number.get(issue.numbers[-1]) if issue.numbers else None
    ways = [
        Choice(f"查看 {number}", f"查看 {number}") for number in issue.numbers[-1:] if last is None or scene.reads(last)
    ]
    ways += [Choice(f"整改 {item.key}", f"整改 {item.key}")] if item is not None else []
    return says("\n".join(filter(None, (views.hot_issue(command.which, issue), offered))), *ways)
