"""From runs, oldest first, to changes and episodes. One result is held at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from scanner.history.approvals import ChangeRecord
from scanner.history.classes import Judge, expectations
from scanner.history.episodes import Episodes
from scanner.history.inventory import Component, components, merged
from scanner.history.nouns import NOT_RECORDED, Change, Class, Episode
from scanner.history.seen import Key, Seen, seen
from scanner.model import Plane, ScanResult


@dataclass(frozen=True)
class History:
    """What a row of runs says."""

    runs: int
    changes: tuple[Change, ...]
    """In the order in which runs saw them."""
    episodes: tuple[Episode, ...]
    components: tuple[Component, ...]


@dataclass
class _State:
    values: dict[tuple[Key, Plane], Seen] = field(default_factory=dict)
    open: dict[tuple[Key, tuple[Plane, ...]], Change] = field(default_factory=dict)
    done: list[Change] = field(default_factory=list)
    expected: dict[str, str] = field(default_factory=dict)
    components: dict[str, Component] = field(default_factory=dict)


def fold(results: Iterable[ScanResult], records: Sequence[ChangeRecord] = ()) -> History:
    """Changes, episodes and components over results, which must come oldest first."""
    state, episodes, count = _State(), Episodes(), 0
    for result in results:
        count += 1
        _step(state, result, records)
        episodes.step(result)
        state.components = merged(state.components, components(result), result)
    changes = sorted([*state.done, *state.open.values()], key=lambda item: (item.first_seen, item.key))
    return History(count, tuple(changes), episodes.all, tuple(state.components.values()))


def _step(state: _State, result: ScanResult, records: Sequence[ChangeRecord]) -> None:
    judge = Judge(result, state.expected, records)
    moved: dict[tuple[Key, str, str], list[tuple[Plane, Seen, Seen]]] = {}
    for key, plane, now in seen(result):
        before = state.values.get((key, plane))
        if before is not None and before.identity != now.identity:
            moved.setdefault((key, before.identity, now.identity), []).append((plane, before, now))
        state.values[key, plane] = now
    _settle(state, judge, result)
    for (key, _, _), planes in moved.items():
        _reverted(state, key, planes, result)
        change = judge.decide(_change(key, planes, result))
        if change.kind is Class.AUTHORISED:
            state.done.append(replace(change, closed_at=change.first_seen, closed_by="authorised when first seen"))
        else:
            state.open[key, change.planes] = change
    state.expected = expectations(result.findings)


def _change(key: Key, planes: list[tuple[Plane, Seen, Seen]], result: ScanResult) -> Change:
    ordered = sorted(planes, key=lambda item: list(Plane).index(item[0]))
    _, before, after = ordered[0]
    recorded = next((now for _, _, now in ordered if now.actor_source), None)
    named = recorded or next((now for _, _, now in ordered if now.actor), ordered[-1][2])
    return Change(
        *key,
        planes=tuple(plane for plane, _, _ in ordered),
        old=before.text,
        new=after.text,
        last_seen=max(item.finished for _, item, _ in ordered),
        first_seen=result.started,
        run=result.run_id,
        where=named.where,
        actor=named.actor or NOT_RECORDED,
        actor_source=named.actor_source,
        gone=tuple(item for item in before.members if item not in after.members),
        came=tuple(item for item in after.members if item not in before.members),
    )


def _settle(state: _State, judge: Judge, result: ScanResult) -> None:
    """Close what this run shows as settled: the source follows, or somebody recorded it."""
    for name, change in list(state.open.items()):
        why = judge.settled(change)
        if why:
            state.done.append(replace(change, closed_at=result.started, closed_by=why))
            del state.open[name]


def _reverted(state: _State, key: Key, planes: list[tuple[Plane, Seen, Seen]], result: ScanResult) -> None:
    """A further change on the same planes ends the one before it."""
    here = {plane for plane, _, _ in planes}
    for name, change in list(state.open.items()):
        if name[0] == key and here & set(change.planes):
            new = planes[0][2].text
            why = "changed back" if new == change.old else f"changed again, to {new}"
            state.done.append(replace(change, closed_at=result.started, closed_by=why))
            del state.open[name]
