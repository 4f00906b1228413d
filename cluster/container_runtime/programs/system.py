"""Tools that look at the machine or load it: ps, free, uptime, stress.

Upstream: busybox, ``procps/``; stress 1.0.4 (image polinux/stress).
"""

from __future__ import annotations

from cluster.container_runtime.linux.call import Call
from cluster.container_runtime.linux.process import PAUSE, Wait
from cluster.container_runtime.linux.users import user_name
from cluster.container_runtime.programs.options import seconds, size
from cluster.machinery.meta import SECOND, SimTime

_CORE = 1_000_000_000
_DEFAULT_VM = 256 << 20


def ps(call: Call) -> int:
    """List the processes of the container, and of those that it shares them with."""
    is_long = any("u" in argument for argument in call.args)
    call.out("USER       PID %CPU %MEM COMMAND\n" if is_long else "PID   USER     TIME  COMMAND\n")
    if call.kernel.pids.has_pause:
        call.out("65535          1  0.0  0.0 /pause\n" if is_long else "    1 65535     0:00  /pause\n")
    for kernel, process in call.kernel.pids.processes():
        user = user_name(call.files, kernel.user.uid) or str(kernel.user.uid)
        minutes, rest = divmod(process.cpu // _CORE * ((call.now - process.started_at) // SECOND), 60)
        if is_long:
            call.out(f"{user:<8} {process.pid:>5}  0.0  0.0 {process.command}\n")
        else:
            call.out(f"{process.pid:>5} {user:<8} {minutes:>2}:{rest:02d}  {process.command}\n")
    return 0


def pidof(call: Call) -> int:
    """Write the numbers of processes by name (also ``pgrep``)."""
    seen = (process for _, process in call.kernel.pids.processes())
    found = [str(process.pid) for process in seen if call.args and call.args[-1] in process.argv[0].split("/")[-1:]]
    call.out(" ".join(found) + "\n" if found else "")
    return int(not found)


def free(call: Call) -> int:
    """Show memory."""
    used = call.kernel.memory() // 1024
    total = 4 << 20
    call.out("              total        used        free      shared  buff/cache   available\n")
    call.out(f"Mem:     {total:>10}  {used:>10}  {total - used:>10}           0           0  {total - used:>10}\n")
    call.out("Swap:             0           0           0\n")
    return 0


def uptime(call: Call) -> int:
    """Show for how long the container runs."""
    root = call.kernel.root
    minutes = (call.now - root.started_at) // SECOND // 60 if root is not None else 0
    call.out(f" up {minutes} min,  load average: 0.00, 0.00, 0.00\n")
    return 0


def stress(call: Call) -> int | Wait:
    """Use processors and memory: ``stress --cpu 2 --vm 1 --vm-bytes 250M --timeout 60s``."""
    state = call.state
    if "cpu" not in state:
        given = _given(call.args)
        if given is None:
            return call.fail("FAIL: unrecognized option")
        cpu, vm = (int(given.get(name, "0") or 0) for name in ("cpu", "vm"))
        amount = size(given.get("vm-bytes", "")) if "vm-bytes" in given else _DEFAULT_VM
        limit = seconds(given.get("timeout", "infinity"))
        if amount is None or limit is None or not (cpu or vm or "io" in given or "hdd" in given):
            return call.fail("FAIL: nothing to do")
        state.update(cpu=cpu, until=None if limit == float("inf") else call.in_seconds(limit))
        hogs = f"{cpu} cpu, {given.get('io', '0')} io, {vm} vm, {given.get('hdd', '0')} hdd"
        call.out(f"stress: info: [{call.process.pid}] dispatching hogs: {hogs}\n")
        call.process.cpu = (cpu + (0 if "vm-hang" in given else vm)) * _CORE
        call.process.memory = vm * amount + (1 << 20)
    if state["until"] is None:
        return PAUSE
    if call.now < state["until"]:
        return Wait(until=SimTime(state["until"]))
    call.out(f"stress: info: [{call.process.pid}] successful run completed in {(call.now - call.process.started_at) // SECOND}s\n")
    return 0


def _given(args: list[str]) -> dict[str, str] | None:
    short = {"-c": "cpu", "-m": "vm", "-i": "io", "-d": "hdd", "-t": "timeout"}
    found: dict[str, str] = {}
    rest = list(args)
    while rest:
        name, _, value = rest.pop(0).partition("=")
        key = short.get(name, name.removeprefix("--"))
        if not name.startswith("-"):
            return None
        if not value and rest and not rest[0].startswith("-"):
            value = rest.pop(0)
        found[key] = value
    return found
