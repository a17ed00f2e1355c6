"""A simulated power plant: two uninterruptible power supplies, a generator and the switchgear, as files in `plant/`.

It stands where a building-management system and a person at the switchgear would be. It has the interlocks of the real
one: what would cost the racks a supply, or harm somebody, is refused. Its clock goes on by some minutes whenever its
points are read, so that nobody has to wait for it.

Usage: plant.py show [POINT]...        these points, or all, as JSON
       plant.py do ACT                 one of: mute, unmute, start-generator, stop-generator, to-static, to-inverter,
                                       shut-down, start-rectifier, test-battery
       plant.py turn [SWITCH STATE]    a switch by hand: q1, q2, q3, q4 or qb; closed or open
       plant.py settings FILE          write the settings of the UPS to a file
       plant.py compare FILE           compare them with such a file
       plant.py spread MEAN LOWEST     how far the weakest battery block is below the mean, as JSON
       plant.py alarms                 every alarm since the alarms were muted, as CSV
"""

from __future__ import annotations

import csv
import fcntl
import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PLANT = Path("plant")
RATING, LOAD, OTHER_LOAD = 160.0, 62.4, 58.9
"""Of each UPS, what this one feeds, and what the other one feeds, in kW."""
FLOAT, EMPTY = 545.0, 500.0
"""The DC bus on float charge, and the least at which the battery breaker may close, in V."""
LEFT, RUN_UP = 0.2, 2
"""What a reading finds left of the charge that the one before found, and the readings that a start takes."""
SETTINGS = {"output_v": 400, "frequency_hz": 50.0, "bypass_window_percent": 10, "float_v": 545, "test_days": 30}
AT_FIRST = {
    "switches": {"q1": "closed", "q2": "closed", "q3": "open", "q4": "closed", "qb": "closed"},
    "rectifier": True, "inverter": True, "feeds": "inverter", "off_at": 0, "generator_at": 0, "muted": False,
    "clock": 1,
}  # fmt: skip
ALARMS = {
    "to-static": "UPS A: load on bypass", "shut-down": "UPS A: inverter off", "qb open": "UPS A: battery disconnected",
    "q1 open": "UPS A: no input", "q4 open": "UPS A: output open", "q3 closed": "UPS A: on maintenance bypass",
}  # fmt: skip


def main(words: list[str]) -> None:
    """Do what is asked, alone."""
    PLANT.mkdir(exist_ok=True)
    match words:
        case ["show", *names]:
            with changed("") as state:
                state["clock"] += 1
                found = points(state)
            print(json.dumps({name: found[name] for name in names or found}))
        case ["do", act]:
            do(act)
        case ["turn"]:
            state = read()
            print("\n".join(f"{name}  {how}" for name, how in state["switches"].items()))
            print(f"The racks on path A are fed by: {source(state)}")
        case ["turn", switch, how] if switch in AT_FIRST["switches"] and how in ("open", "closed"):
            turn(switch, how)
        case ["settings", file]:
            Path(file).parent.mkdir(parents=True, exist_ok=True)
            Path(file).write_text(json.dumps(SETTINGS, indent=2) + "\n", "utf-8")
            print(f"{len(SETTINGS)} settings written to {file}")
        case ["compare", file]:
            compare(json.loads(Path(file).read_text("utf-8")))
        case ["spread", mean, lowest]:
            print(json.dumps({"spread_percent": round((float(mean) - float(lowest)) / float(mean) * 100, 2)}))
        case ["alarms"]:
            print("\n".join(alarms()))
        case _:
            sys.exit(__doc__)


# -- how it stands ----------------------------------------------------------------------------------


def source(state: dict) -> str:
    """What feeds the racks on path A."""
    closed = {name for name, how in state["switches"].items() if how == "closed"}
    inside = ""
    if "q4" in closed and state["inverter"] and state["feeds"] == "inverter":
        inside = "inverter"
    elif {"q2", "q4"} <= closed and state["feeds"] == "static bypass":
        inside = "static bypass"
    if "q3" in closed:
        return "both bypasses" if inside else "maintenance bypass"
    return inside or "nothing"


def points(state: dict) -> dict:
    """What a building-management system would measure."""
    closed = {name for name, how in state["switches"].items() if how == "closed"}
    running = bool(state["generator_at"]) and state["clock"] - state["generator_at"] >= RUN_UP
    return {
        "source": source(state),
        "mains_v": 401,
        "mains_hz": 50.02,
        "load_kw": LOAD,
        "output_v": 0 if source(state) == "nothing" else 400,
        "dc_v": round(dc(state, "qb" in closed), 1),
        "bypass_phase_deg": 0.8 if "q2" in closed else 180.0,
        "battery_charging": state["rectifier"] and "qb" in closed,
        "alarms": 0 if state["muted"] else len(standing(state)),
        "conditions": sorted(standing(state)),
        "other_source": "inverter",
        "other_battery_percent": 100,
        "other_load_percent": round((LOAD + OTHER_LOAD) / RATING * 100, 1),
        "generator": "running" if running else "starting" if state["generator_at"] else "standby",
        "generator_hz": 50.0 if running else 0.0,
        "generator_v": 400 if running else 0,
        "fuel_percent": 84,
    }


def dc(state: dict, battery: bool) -> float:
    """The voltage of the DC bus: held by the rectifier or the battery; otherwise the capacitors discharge."""
    if state["rectifier"]:
        return FLOAT
    if battery:
        return 520.0
    return FLOAT * LEFT ** (state["clock"] - state["off_at"])


def standing(state: dict) -> set[str]:
    """The alarms that stand now, muted or not."""
    found = {"load on bypass"} if source(state) != "inverter" else set()
    found |= {"no input"} if state["switches"]["q1"] == "open" else set()
    return found | ({"battery disconnected"} if state["switches"]["qb"] == "open" else set())


# -- what is done to it -----------------------------------------------------------------------------


def do(act: str) -> None:
    """One act of the machine's."""
    if act == "test-battery":
        test_battery()
        return
    with changed(act) as state:
        match act:
            case "mute" | "unmute":
                state["muted"] = act == "mute"
            case "start-generator":
                state["generator_at"] = state["generator_at"] or state["clock"]
            case "stop-generator":
                state["generator_at"] = 0
            case "to-static":
                need(state["switches"]["q2"] == "closed", "there is no bypass supply: q2 is open")
                state["feeds"] = "static bypass"
            case "to-inverter":
                need(state["rectifier"], "the rectifier is off")
                need(state["switches"]["qb"] == "closed", "the battery is disconnected: qb is open")
                need(state["switches"]["q3"] == "open", "interlock: q3 is closed")
                state.update(inverter=True, feeds="inverter")
            case "shut-down":
                need(source(state) == "maintenance bypass", "the load is not on the maintenance bypass alone")
                state.update(inverter=False, rectifier=False, off_at=state["clock"])
            case "start-rectifier":
                need(state["switches"]["q1"] == "closed", "there is no input: q1 is open")
                need(state["switches"]["q2"] == "closed", "there is no bypass supply: q2 is open")
                state.update(rectifier=True, feeds="static bypass")
            case _:
                sys.exit(f"`{act}` is not known")
    print(f"{act}: done; the racks on path A are fed by: {source(state)}")


def turn(switch: str, how: str) -> None:
    """One switch, turned by hand; the interlocks hold it where it must not be turned."""
    with changed(f"{switch} {how}") as state:
        need(state["switches"][switch] != how, f"{switch} is {how} already")
        inverter = state["inverter"] and state["feeds"] == "inverter"
        need(not (switch == "q3" and how == "closed" and inverter), "interlock: q3 closes on static bypass only")
        low = not state["rectifier"]
        need(not (switch == "qb" and how == "closed" and low), "interlock: qb closes with the rectifier running only")
        if switch == "qb" and how == "open":
            state["off_at"] = state["clock"]
        state["switches"][switch] = how
        need(source(state) != "nothing", f"interlock: with {switch} {how} the racks on path A would have no supply")
    print(f"{switch} is {how}; the racks on path A are fed by: {source(state)}")


def test_battery() -> None:
    """A short discharge; it takes a moment, and must not be repeated soon: the battery has to recover."""
    with changed("test-battery begun") as state:
        need(source(state) == "inverter", "the load is not on the inverter")
    for percent, volts in ((100, 541), (97, 508), (94, 502)):
        print(f"battery at {percent} %, {volts} V under {LOAD} kW", flush=True)
        time.sleep(0.4)
    with changed("test-battery ended"):
        pass
    print("autonomy 12.5 minutes")


def compare(before: dict) -> None:
    """Say which settings differ; none may."""
    different = [name for name, value in SETTINGS.items() if before.get(name) != value]
    need(not different, f"changed since the work began: {', '.join(different)}")
    print(f"all {len(SETTINGS)} settings are as before")


def alarms() -> Iterator[str]:
    """What would have rung while the alarms were muted."""
    yield "time,alarm"
    rows = list(csv.reader(io.StringIO(log())))
    begin = max((number for number, row in enumerate(rows) if row[1] == "mute"), default=0)
    for at, what in rows[begin:]:
        if what in ALARMS:
            yield f"{at},{ALARMS[what]}"


# -- files ------------------------------------------------------------------------------------------


def need(holds: bool, otherwise: str) -> None:
    """End with what is wrong unless it holds; nothing was changed then."""
    if not holds:
        sys.exit(f"refused: {otherwise}")


def read() -> dict:
    """The state of the plant; a new one runs as it should."""
    file = PLANT / "state.json"
    return json.loads(file.read_text("utf-8")) if file.exists() else json.loads(json.dumps(AT_FIRST))


def log() -> str:
    """Everything that was done, in lines of time and what."""
    file = PLANT / "log.csv"
    return file.read_text("utf-8") if file.exists() else ""


@contextmanager
def changed(what: str) -> Iterator[dict]:
    """The state, to be changed by one at a time; written, and logged, when the block ends well."""
    folder = os.open(PLANT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        state = read()
        yield state
        write("state.json", json.dumps(state, indent=2) + "\n")
        if what:
            write("log.csv", f"{log()}{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())},{what}\n")
    finally:
        os.close(folder)


def write(name: str, text: str) -> None:
    """Put a whole file in the place of another one, whoever that belongs to."""
    handle, temporary = tempfile.mkstemp(dir=PLANT)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        os.fchmod(handle, 0o664)
        file.write(text)
    os.replace(temporary, PLANT / name)


if __name__ == "__main__":
    main(sys.argv[1:])
