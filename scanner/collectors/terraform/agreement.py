"""What the sources and a plan say together of one value.

The plan decides what a value will be, the sources tell where it is written. Each fills what the other does not know,
and the chain of the value says so. Two known values that differ mean that one side is stale: nobody knows which, so
the value is not known and both are named.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from scanner.collectors.terraform import types
from scanner.collectors.terraform.functions.encoding import text_structure
from scanner.collectors.terraform.values import (
    MAPPINGS,
    PRIMITIVES,
    SEQUENCES,
    Hole,
    Trail,
    Value,
    deep_marks,
    everything,
    find_hole,
    mapping,
    sequence,
)

REMEDY = "make the plan again from these sources with the same variables and workspace"
_BOTH_SILENT = "the plan says that it is {0}, and the sources: {1}"


@dataclass(frozen=True)
class Agreement:
    """Two readings of one resource, joined value by value."""

    plan: str
    """Name of the plan, for chains."""
    place: str
    """Where the resource is declared."""
    kind: str = "plan"
    """What it is the name of: a plan or a state."""

    def join(self, written: Value | None, planned: Value) -> Value:
        """One value of two; ``written`` is None where the sources say nothing."""
        if written is None or written.kind == "null":
            return self.only_planned(planned, "set by the plan, not written in the sources")
        if written.kind in {"unknown", "lazy"}:
            return self._unwritten(written, planned)
        if planned.kind == "unknown":
            return self._carried(written.at("known to the sources, not to the plan", self.plan), planned)
        pair = _unwrapped(written, planned)
        if pair is not None:
            return self.join(*pair)
        if written.kind in MAPPINGS and planned.kind in MAPPINGS:
            return self._objects(written, planned)
        if written.kind in SEQUENCES and planned.kind in SEQUENCES:
            return self._lists(written, planned)
        if _same(written, planned):
            kept = replace(planned, trail=written.trail, links=written.links, structure=written.structure)
            return self._carried(kept, written)
        return self._differing_texts(written, planned)

    def disagree(self, written: Value, planned: Value) -> bool:
        """Whether both are known, at any place, and differ."""
        joined = everything([self.join(written, planned)])
        return any(item.kind == "unknown" and item.data.remedy == REMEDY for item in joined)

    def only_planned(self, planned: Value, note: str, place: str = "") -> Value:
        """A value, and all inside it, that only the plan tells."""
        trail = Trail(self.plan, note, Trail(place or self.place))
        if planned.kind in SEQUENCES:
            items = tuple(self.only_planned(item, note, place) for item in planned.data)
            return replace(planned, data=items, trail=trail)
        if planned.kind in MAPPINGS:
            found = {key: self.only_planned(item, note, place) for key, item in planned.data.items()}
            return replace(planned, data=found, trail=trail)
        return replace(planned, trail=trail)

    def conflict(self, written: Value | None, planned: Value | None) -> Value:
        """Not known, because the two sides differ; both are named where they may be."""
        place = written.trail.first() if written is not None and written.trail else self.place
        said = f"the sources say {_named(written)} ({place}) and the plan {self.plan} says {_named(planned)}"
        hole = Hole(f"{said}: one of them is stale", REMEDY)
        return Value("unknown", hole, written.trail if written else Trail(place), _marks(written, planned))

    def _carried(self, kept: Value, other: Value) -> Value:
        return kept.marked(other.marks).linked(other.links)

    def _unwritten(self, written: Value, planned: Value) -> Value:
        hole: Hole = written.data if written.kind == "unknown" else Hole("not known", computed=True)
        if planned.kind == "unknown":
            if written.kind == "lazy" or hole.structure is not None or hole.parts or hole.alternatives:
                return self._carried(written, planned)
            reason = _BOTH_SILENT.format(planned.data.reason, hole.reason)
            return self._carried(replace(written, data=replace(hole, reason=reason, computed=True)), planned)
        if (written.marks or deep_marks(planned)) and hole.computed:
            return self._carried(written, planned)
        place = written.trail.first() if written.trail else ""
        found = self.only_planned(planned, "known to the plan, not to the sources", place)
        return self._carried(found, written)

    def _objects(self, written: Value, planned: Value) -> Value:
        here = replace(self, place=written.trail.first()) if written.trail else self
        found = {}
        for key, item in planned.data.items():
            found[key] = here.join(written.data.get(key), item)
        for key, item in written.data.items():
            if key not in found and item.kind != "null":
                found[key] = here.conflict(item, None)
        joined = replace(mapping(found), trail=written.trail, marks=written.marks | planned.marks)
        return joined.linked(written.links)

    def _lists(self, written: Value, planned: Value) -> Value:
        """Lists, whose order a plan may change: by name, else by what is the same, else what is left by its order."""
        left = list(planned.data)
        found: list[Value] = []
        unmatched: list[Value] = []
        for item in written.data:
            other = next((it for it in left if _same_record(item, it)), None)
            if other is None:
                unmatched.append(item)
                continue
            left = [it for it in left if it is not other]
            found.append(self.join(item, other))
        strange: list[Value] = []
        for item in unmatched:
            if left and (find_hole(item) is not None or len(unmatched) == len(left) == 1):
                found.append(self.join(item, left.pop(0)))
            else:
                strange.append(self._stray(item, item, None))
        if written.rest is None:
            strange += [self._stray(item, None, item) for item in left]
        else:
            found += [self.only_planned(item, "known to the plan, not to the sources") for item in left]
        rest = self.conflict(written, planned).hole if strange else None
        joined = sequence((*found, *strange), rest=rest)
        joined = replace(joined, trail=written.trail, marks=written.marks | planned.marks)
        return joined.linked(written.links)

    def _stray(self, item: Value, written: Value | None, planned: Value | None) -> Value:
        """A member that only one side has: its name stays, so that what it speaks of is known to be in doubt."""
        if item.kind not in MAPPINGS:
            return self.conflict(written, planned)
        named = item.data.get("name")
        members = {
            key: self.conflict(inner if written else None, inner if planned else None)
            for key, inner in item.data.items()
            if inner.kind != "null" and not (key == "name" and inner.kind == "string")
        }
        if named is not None and named.kind == "string":
            members["name"] = named
        return replace(mapping(members), trail=item.trail, marks=item.marks)

    def _differing_texts(self, written: Value, planned: Value) -> Value:
        """Two texts of JSON may differ in one member only, and then only that one is in doubt."""
        found = self.conflict(written, planned)
        if written.kind != "string" or planned.kind != "string":
            return found
        ours, theirs = text_structure(written), text_structure(planned)
        if ours is None or theirs is None or ours.kind in PRIMITIVES or theirs.kind in PRIMITIVES:
            return found
        joined = self.join(ours, theirs)
        if find_hole(joined) is None:
            return self._carried(replace(written, structure=joined), planned)
        return replace(found, data=replace(found.data, structure=joined))


def _marks(written: Value | None, planned: Value | None) -> int:
    return (deep_marks(written) if written else 0) | (deep_marks(planned) if planned else 0)


def _named(value: Value | None) -> str:
    """A value as a reason may name it: never a sensitive one, never a long one."""
    if value is None or value.kind == "null":
        return "nothing"
    if value.marks or value.kind not in PRIMITIVES:
        return "something else" if value.marks else f"another {value.kind}"
    text = types.as_text(value)
    return f"“{text}”" if len(text) <= 60 else "another text"


def _unwrapped(written: Value, planned: Value) -> tuple[Value, Value] | None:
    """A single block is an object on one side and a list of one on the other."""
    if written.kind in SEQUENCES and planned.kind in MAPPINGS and len(written.data) == 1 and written.rest is None:
        return written.data[0].marked(written.marks), planned
    if written.kind in MAPPINGS and planned.kind in SEQUENCES and len(planned.data) == 1:
        return written, planned.data[0].marked(planned.marks)
    return None


def _empty(value: Value) -> bool:
    if value.kind == "string":
        return not value.data
    return value.kind == "null" or (value.kind in SEQUENCES | MAPPINGS and not value.data and value.rest is None)


def _same(written: Value, planned: Value) -> bool:
    if written.kind in PRIMITIVES and planned.kind in PRIMITIVES:
        return types.as_text(written) == types.as_text(planned)
    return _empty(written) and _empty(planned)


def _same_record(written: Value, planned: Value) -> bool:
    """Whether two members of lists are the same one: by their name, or because nothing known differs."""
    if written.kind in MAPPINGS and planned.kind in MAPPINGS:
        ours, theirs = written.data.get("name"), planned.data.get("name")
        if ours is not None and theirs is not None and ours.kind in PRIMITIVES and theirs.kind in PRIMITIVES:
            return types.as_text(ours) == types.as_text(theirs)
        known = {key: item for key, item in written.data.items() if item.kind in PRIMITIVES}
        return bool(known) and all(
            key in planned.data and _same(item, planned.data[key]) for key, item in known.items()
        )
    return _same(written, planned)
