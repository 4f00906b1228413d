"""Programs that serve a folder over HTTP: busybox' httpd and ``python -m http.server``.

They wait; ``listeners`` finds them by what they have written into their state.

Upstream: busybox, ``networking/httpd.c``; CPython, ``Lib/http/server.py``.
"""

from __future__ import annotations

from cluster.container_runtime.linux.call import Call
from cluster.container_runtime.linux.process import PAUSE, Wait
from cluster.container_runtime.programs.options import UsageError, parsed


def httpd(call: Call) -> int | Wait:
    """Serve a folder; without ``-f`` in the background, which here is the same process."""
    try:
        options, _ = parsed(call.args, "fiv", "phcru")
    except UsageError as fault:
        return call.fail(str(fault))
    port = options.get("p", "80").rpartition(":")[2]
    call.state["listen"] = {"port": int(port) if port.isdigit() else 80, "kind": "files", "root": call.path(options.get("h", "."))}
    return PAUSE


def python(call: Call) -> int | Wait:
    """Serve a folder (``-m http.server``); any other script runs on and does nothing."""
    if call.args[:2] == ["-m", "http.server"]:
        ports = [argument for argument in call.args[2:] if argument.isdigit()]
        folder = call.args[call.args.index("-d") + 1] if "-d" in call.args[:-1] else "."
        port = int(ports[0]) if ports else 8000
        if "listen" not in call.state:
            call.out(f"Serving HTTP on 0.0.0.0 port {port} (http://0.0.0.0:{port}/) ...\n")
        call.state["listen"] = {"port": port, "kind": "files", "root": call.path(folder), "log": True}
        return PAUSE
    if call.args in (["--version"], ["-V"]):
        call.out("Python 3.14.0\n")
        return 0
    if "said" not in call.state:
        call.state["said"] = True
        call.out(f"simulation: {' '.join(call.argv)} is not simulated; it runs on\n")
    return PAUSE
