"""Target by target: what fails, what is accepted, and what drifts without failing a rule."""

from __future__ import annotations

from scanner.model import CellState, Finding, ReadingState, Row, Target
from scanner.reports.console.pen import OUTCOME_STYLES, Pen
from scanner.wording.index import Index
from scanner.wording.plain import columns, lines, listed, padded, plain
from scanner.wording.sentences import age_words, waiver_words
from scanner.wording.spoken import PlaneSaid, Said, news, observed, planes
from scanner.wording.words import DRIFTS, OUTCOMES, PLANES, Outcome, component, outcome

_PLANE_WIDTH = max(len(name) for name, _ in PLANES.values())
_VALUE_WIDTH = 36
_RAW_WIDTH = 60
_UNASKED = (CellState.NOT_ASKED, CellState.CANNOT_SHOW)
_QUIET = (Outcome.PASSED, Outcome.NOT_APPLICABLE, Outcome.NOT_ASSESSED)


def targets(index: Index, pen: Pen, verbose: bool) -> list[str]:
    """Every target that has something to tell."""
    drifting: dict[str, list[Row]] = {}
    for row in index.disagreeing:
        if row.id not in index.fails_by_row:
            drifting.setdefault(row.target, []).append(row)
    out: list[str] = []
    for name, findings in index.findings_by_target.items():
        body: list[str] = []
        for finding in findings:
            body += _finding(index, pen, finding, verbose)
        for row in drifting.get(name, []):
            body += ["", *_drifting(pen, row, verbose)]
        if body:
            out += [*pen.rule(target_words(index.targets[name])), *body]
    return out


def target_words(target: Target) -> str:
    """A target with its component, version, platform and environment."""
    kind = " ".join(part for part in (component(plain(target.component)), plain(target.version)) if part)
    place = f"on {plain(target.platform)}" if target.platform else ""
    assumed = " (assumed)" if target.environment_from == "assumed" else ""
    environment = f"{plain(target.environment)}{assumed}" if target.environment else ""
    about = ", ".join(part for part in (" ".join(part for part in (kind, place) if part), environment) if part)
    return f"{plain(target.id)}  {about}".rstrip()


def _finding(index: Index, pen: Pen, finding: Finding, verbose: bool) -> list[str]:
    ended = outcome(finding)
    if ended is Outcome.OPEN or (verbose and ended in (Outcome.ACCEPTED, Outcome.UNKNOWN)):
        return ["", *_whole(index, pen, finding, ended, verbose)]
    if ended is Outcome.ACCEPTED:
        head = _head(index, pen, finding, ended)
        return ["", *head, *_pair(index, pen, finding), *pen.wrap(waiver_words(index, finding), 4, 2)]
    if ended in _QUIET and verbose:
        return _short(index, pen, finding, ended)
    return []


def _head(index: Index, pen: Pen, finding: Finding, ended: Outcome) -> list[str]:
    title = plain(index.title(finding.rule))
    scope = f"  {plain(finding.scope)}" if finding.scope != "server" else ""
    about = pen.ink(f"{plain(finding.rule)}{scope}", "dim")
    return [f"{pen.label(ended)} {finding.severity}  {pen.ink(title, 'bold')}", f"    {about}"]


def _pair(index: Index, pen: Pen, finding: Finding) -> list[str]:
    rows = index.rows_of(finding)
    setting = listed(list(dict.fromkeys(plain(row.setting) for row in rows))) or _setting(index, finding)
    seen = observed(finding, rows) or "nothing"
    wanted = plain(finding.expected) or "nothing"
    first = f"    {setting}: {pen.ink(seen, OUTCOME_STYLES[outcome(finding)])}"
    if columns(f"    {setting}: {seen} → {wanted}") > pen.width:
        return [first, *pen.wrap(f"→ {wanted}", 6, 2, "green")]
    return [f"{first} → {pen.ink(wanted, 'green')}{pen.ink('  (observed → required)', 'dim')}"]


def _setting(index: Index, finding: Finding) -> str:
    return plain(index.rules[finding.rule].setting) if finding.rule in index.rules else "setting"


def _whole(index: Index, pen: Pen, finding: Finding, ended: Outcome, verbose: bool) -> list[str]:
    out = _head(index, pen, finding, ended) + _pair(index, pen, finding)
    rows = index.rows_of(finding)
    for row in rows:
        if len(rows) > 1:
            out.append(f"    {plain(row.setting)}  {pen.ink(plain(row.scope), 'dim')}")
        out += _planes(pen, row, finding, verbose)
        out += _drift(pen, row, 4)
    if reason := news(finding, rows):
        out += pen.wrap(reason, 4, 2)
    if finding.peers:
        out += pen.wrap("compared with " + listed([plain(peer) for peer in finding.peers], limit=8), 4, 2)
    if waiver := waiver_words(index, finding):
        out += pen.wrap(waiver, 4, 2)
    if age := age_words(index, finding):
        out += pen.wrap(age, 4, 2)
    return out + _remedy(index, pen, finding, ended)


def _remedy(index: Index, pen: Pen, finding: Finding, ended: Outcome) -> list[str]:
    out = pen.verbatim("fix at  ", [plain(finding.fix_at)], 4) if finding.fix_at else []
    if ended is Outcome.UNKNOWN:
        steps = [line for remedy in index.remedies(finding) for line in lines(remedy)]
        return out + pen.verbatim("opens   ", steps, 4, "cyan")
    if finding.remedy:
        return out + pen.verbatim("fix     ", lines(finding.remedy), 4, "cyan")
    rule = index.rules.get(finding.rule)
    for where, how in rule.fix if rule else ():
        out += pen.verbatim(f"fix     {plain(where)}: ", lines(how), 4, "cyan")
    return out


def _planes(pen: Pen, row: Row, finding: Finding | None, verbose: bool) -> list[str]:
    shown = [plane for plane in planes(row, finding) if verbose or plane.state not in _UNASKED]
    widths = [columns(_value(said)) for plane in shown for said in plane.readings]
    wide = min(_VALUE_WIDTH, max(widths, default=0))
    return [line for plane in shown for line in _plane(pen, plane, wide)]


def _plane(pen: Pen, plane: PlaneSaid, wide: int) -> list[str]:
    mark = pen.mark(plane.mark) if plane.mark else " "
    name = padded(PLANES[plane.plane][0], _PLANE_WIDTH)
    if not plane.readings:
        silent = plane.state is CellState.SILENT
        why = pen.ink(plane.silence, "yellow" if silent else "dim")
        return [f"    {pen.mark(Outcome.UNKNOWN) if silent else mark} {name}  {why}"]
    out: list[str] = []
    for said in plane.readings:
        lead = f"    {mark} {name}  " if not out else " " * (_PLANE_WIDTH + 8)
        out += _reading(pen, lead, said, wide)
    return out


def _value(said: Said) -> str:
    state = "" if said.state is ReadingState.EFFECTIVE else f"{said.state}: "
    return f"{state}{said.value}" + (f" (raw {said.raw})" if said.raw and len(said.raw) <= _RAW_WIDTH else "")


def _reading(pen: Pen, lead: str, said: Said, wide: int) -> list[str]:
    where = said.where + (f" ({said.layer})" if said.layer and said.layer not in said.where else "")
    first = f"{lead}{padded(_value(said), wide)}  {pen.ink(where, 'dim')}"
    lead_in = "who changed it: " if said.changed.startswith("not ") else "changed by "
    rest = [*said.details, *([f"{lead_in}{said.changed}"] if said.changed else [])]
    way = f"  ← {said.chain}" if said.chain else ""
    if _PLANE_WIDTH + 10 + max(wide, columns(_value(said))) + columns(where + way) <= pen.width:
        first += pen.ink(way, "dim")
    elif way:
        rest = [way.strip(), *rest]
    records = [" " * (_PLANE_WIDTH + 10) + pen.ink(record, "dim") for record in said.records]
    return [first, *records, *(line for text in rest for line in pen.wrap(text, _PLANE_WIDTH + 10, 2, "dim"))]


def drift_words(row: Row) -> str:
    """The drift of a row: every state, what it means or why it is so, and what moved."""
    if not row.headline:
        return ""
    states = " and ".join(DRIFTS[state].shout for state in row.drift)
    why = plain(row.drift_note) or DRIFTS[row.headline].meaning.rstrip(".")
    moved = f"; what moved: {plain(row.moved)}" if row.moved else ""
    return f"{states}: {why}{moved}"


def _drift(pen: Pen, row: Row, indent: int) -> list[str]:
    if not row.headline or DRIFTS[row.headline].symbol != "≠":
        return []
    return pen.wrap(f"≠ drift {drift_words(row)}", indent, 2, "magenta")


def _drifting(pen: Pen, row: Row, verbose: bool) -> list[str]:
    scope = f"  {plain(row.scope)}" if row.scope != "server" else ""
    title = f"{pen.ink('≠ DRIFT', 'magenta')}  {pen.ink(plain(row.setting), 'bold')}{scope}"
    return [title, *pen.wrap(drift_words(row), 4, 2), *_planes(pen, row, None, verbose)]


def _short(index: Index, pen: Pen, finding: Finding, ended: Outcome) -> list[str]:
    seen = observed(finding, index.rows_of(finding)) if ended is Outcome.PASSED else plain(finding.reason)
    scope = f" {plain(finding.scope)}" if finding.scope != "server" else ""
    text = f"{plain(finding.rule)}{scope}"
    return [f"{pen.mark(ended)} {OUTCOMES[ended].shout.lower()}  {text}  {pen.ink(seen, 'dim')}"]
