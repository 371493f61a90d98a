"""Opens the background parts: caches, timekeeper, and what the clock's jobs need."""

from __future__ import annotations

from msgspec import Struct

from bot.background.caches import Knowledge
from bot.background.monthly_report import MonthlyReport
from bot.background.timekeeper import Time
from bot.decisions import Decisions, RuleInputs
from bot.process import Process
from storage.transactions.chase import Chaser
from storage.transactions.rectify import RectificationClock


class Clockwork(Struct, frozen=True):
    """What happens because time passes. Nothing of it happens while the time is in doubt."""

    chaser: Chaser
    """Chases tickets that are due."""
    rectifications: RectificationClock
    """Moves 整改 on."""
    monthly: MonthlyReport


class Background(Struct, frozen=True):
    """What runs beside the messages."""

    time: Time
    knowledge: Knowledge
    clockwork: Clockwork


def open_background(
    process: Process, rules: RuleInputs, decisions: Decisions, time: Time, knowledge: Knowledge
) -> Background:
    """Returns what runs beside the messages of this process."""
    admits = time.timekeeper.admits
    monthly = MonthlyReport(
        engine=process.engine,
        directory=lambda: rules.directory.now,
        calendar=rules.terms.calendar,
        new_id=rules.ids.next,
        bus=process.shared.bus,
        site=process.settings.site,
    )
    clockwork = Clockwork(
        decisions.chaser(process.clock, admits), decisions.rectification_clock(process.clock, admits), monthly
    )
    return Background(time, knowledge, clockwork)
