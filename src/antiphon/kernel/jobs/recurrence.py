"""When something recurs, in words a person can write into a row.

| text | meaning |
|---|---|
| `every 300` | every 300 seconds, counted from 1970 |
| `hourly 05` | at minute 5 of each hour |
| `daily 00:00` | each day at midnight |
| `weekly 1 06:30` | each Monday (1 to 7) at half past six |
| `monthly 30 00:00` | on the 30th, in a shorter month on its last day |
"""

import calendar
import re
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from antiphon.kernel.errors import invalid

Unit = Literal["every", "hourly", "daily", "weekly", "monthly"]

_FORMS: dict[Unit, re.Pattern[str]] = {
    "every": re.compile(r"every (?P<seconds>[1-9][0-9]{0,8})"),
    "hourly": re.compile(r"hourly (?P<minute>[0-5][0-9])"),
    "daily": re.compile(r"daily (?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9])"),
    "weekly": re.compile(r"weekly (?P<day>[1-7]) (?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9])"),
    "monthly": re.compile(r"monthly (?P<day>[12]?[1-9]|[123]0|31) (?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9])"),
}


class Recurrence(msgspec.Struct, frozen=True):
    """Parsed form. `day` is a weekday (1 is Monday) or a day of the month."""

    unit: Unit
    seconds: int = 0
    day: int = 0
    hour: int = 0
    minute: int = 0

    def next_after(self, moment: float, zone: ZoneInfo) -> float:
        """The first time after `moment` (seconds since 1970), by the clocks on the wall in `zone`.

        A wall time that a change of the clocks leaves out is met at the change; one that it repeats is met once.
        """
        if self.unit == "every":
            return (moment // self.seconds + 1) * self.seconds
        if self.unit == "hourly":
            this_hour = moment // 3600 * 3600 + self.minute * 60
            return this_hour if this_hour > moment else this_hour + 3600
        day = datetime.fromtimestamp(moment, zone).date() - timedelta(days=1)
        while True:
            if self._falls_on(day):
                local = datetime(day.year, day.month, day.day, self.hour, self.minute, tzinfo=zone)
                found = local.astimezone(UTC).timestamp()
                if found > moment:
                    return found
            day += timedelta(days=1)

    def latest_until(self, moment: float, earliest: float, zone: ZoneInfo) -> float:
        """The last time up to `moment`, at least `earliest` (itself one of the times)."""
        if self.unit == "every":
            return max(earliest, moment // self.seconds * self.seconds)
        latest = earliest
        while True:
            following = self.next_after(latest, zone)
            if following > moment:
                return latest
            latest = following

    def _falls_on(self, day: date) -> bool:
        if self.unit == "weekly":
            return day.isoweekday() == self.day
        if self.unit == "monthly":
            return day.day == min(self.day, calendar.monthrange(day.year, day.month)[1])
        return True


def parse_recurrence(text: str) -> Recurrence:
    """The recurrence that `text` spells. Raises INVALID where it spells none."""
    for unit, form in _FORMS.items():
        match = form.fullmatch(text)
        if match is not None:
            return Recurrence(unit, **{name: int(value) for name, value in match.groupdict().items()})
    raise invalid(recurrence="Write it like: every 300, hourly 05, daily 00:00, weekly 1 06:30 or monthly 30 00:00.")
