"""nslookup and nc: who has a name, and who listens.

Upstream: busybox, ``networking/nslookup.c``, ``networking/nc.c``.
"""

from __future__ import annotations

import base64

from cluster.container_runtime.linux.call import Call
from cluster.container_runtime.linux.process import PAUSE, Wait
from cluster.container_runtime.linux.sockets import ResolvConf, ResolveError, candidates, is_address, resolv_conf
from cluster.container_runtime.programs.http_client import CONNECT_TIMEOUT, WORDS, still_waiting
from cluster.container_runtime.programs.options import UsageError, parsed
from cluster.machinery.meta import SimTime
from cluster.machinery.network import DnsCode, NetworkError


def nslookup(call: Call) -> int | Wait:
    """Ask a DNS server for a name, as busybox' nslookup prints it."""
    operands = [argument for argument in call.args if not argument.startswith("-")]
    kind = next((argument.partition("=")[2].upper() for argument in call.args if argument.startswith(("-type=", "-query="))), "A")
    if not operands:
        return call.fail("usage: nslookup [-type=QUERY_TYPE] HOST [DNS_SERVER]")
    if "until" not in call.state:
        conf = resolv_conf(call.files)
        server = operands[1] if len(operands) > 1 else next(iter(conf.servers), "127.0.0.1")
        if len(operands) > 1 and not is_address(server):
            try:
                server = call.sockets.resolve(server, call.files).addresses[0]
            except ResolveError:
                return call.fail(f"bad address '{server}'")
        call.state["text"], call.state["failed"], seconds = _asked(call, operands[0], kind, server)
        call.state["until"] = call.in_seconds(seconds)
        return Wait(until=SimTime(call.state["until"]))
    if (waiting := still_waiting(call)) is not None:
        return waiting
    call.out(call.state["text"])
    return int(call.state["failed"])


def _asked(call: Call, name: str, kind: str, server: str) -> tuple[str, bool, float]:
    conf = resolv_conf(call.files)
    conf = ResolvConf((server,), conf.searches, conf.ndots)
    kind, names = ("PTR", [_reversed(name)]) if is_address(name) else (kind, candidates(name, conf))
    text, seconds = f"Server:\t\t{server}\nAddress:\t{server}:53\n\n", 0.0
    for candidate in names:
        answer, took = call.sockets.ask(candidate, conf, kind)
        seconds += took
        if answer is None:
            return ";; connection timed out; no servers could be reached\n\n", True, seconds or 10.0
        if answer.code is DnsCode.NOERROR and answer.records:
            for record in answer.records:
                shown = record.name.rstrip(".")
                if record.type in ("A", "AAAA"):
                    text += f"Name:\t{shown}\nAddress: {record.data}\n"
                else:
                    words = {"PTR": "name", "CNAME": "canonical name", "SRV": "service"}.get(record.type, record.type.lower())
                    text += f"{shown}\t{words} = {record.data.rstrip('.')}\n"
            return f"{text}\n", False, seconds
        if answer.code is DnsCode.NOERROR:
            return f"{text}*** Can't find {candidate.rstrip('.')}: No answer\n\n", True, seconds
        if answer.code is not DnsCode.NXDOMAIN:
            return f"{text}** server can't find {candidate.rstrip('.')}: {answer.code}\n\n", True, seconds
    return f"{text}** server can't find {name}: NXDOMAIN\n\n", True, seconds


def _reversed(address: str) -> str:
    return ".".join(reversed(address.split("."))) + ".in-addr.arpa."


def nc(call: Call) -> int | Wait:
    """Look whether a port is open (``-z``, or with input that has ended); ``-l`` answers one request with what comes in."""
    try:
        options, operands = parsed(call.args, "lzvnukN", "pwse")
    except UsageError as fault:
        return call.fail(str(fault))
    if "l" in options:
        return _listening(call, options.get("p") or next(iter(operands), ""), keeps="k" in options)
    if "until" in call.state:
        waiting = still_waiting(call)
        if waiting is not None:
            return waiting
        if call.state["text"]:
            call.err(call.state["text"])
        return int(call.state["failed"])
    if len(operands) < 2 or not operands[1].isdigit():
        return call.fail("usage: nc [OPTIONS] HOST PORT")
    host, port, limit = operands[0], int(operands[1]), float(options.get("w", CONNECT_TIMEOUT))
    try:
        address = call.sockets.resolve(host, call.files).addresses[0]
        connection = call.sockets.connect(address, port)
    except ResolveError as error:
        call.state.update(text=f"{call.name}: bad address '{host}'\n", failed=True, until=call.in_seconds(error.seconds))
    except NetworkError as error:
        words = "timed out" if error.seconds > limit else f"{host} ({address}:{port}): {WORDS[error.failure]}"
        call.state.update(text=f"{call.name}: {words}\n", failed=True, until=call.in_seconds(min(error.seconds, limit)))
    else:
        if "z" not in options:
            connection.send(call.read() or b"")
            call.write(connection.read())
        connection.close()
        call.state.update(text=f"{host} ({address}:{port}) open\n" if "v" in options else "", failed=False, until=call.now)
    return Wait(until=SimTime(call.state["until"]))


def _listening(call: Call, port: str, *, keeps: bool) -> int | Wait:
    """Listen; what somebody sends is written out, and what comes in is the answer."""
    if call.state.get("served"):
        call.write(base64.b64decode(call.state.pop("received", "")))
        if not keeps:
            return 0
    if not port.isdigit():
        return call.fail("bad port")
    if "listen" not in call.state:
        call.state["listen"] = {"port": int(port), "kind": "nc"}
    data = call.read()
    if data:
        call.state["answer"] = call.state.get("answer", "") + data.decode(errors="replace")
    call.state["served"] = False
    return PAUSE if data == b"" else Wait(fd=0)
