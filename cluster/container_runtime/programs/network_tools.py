"""Clients of HTTP: wget and curl.

Each asks at once and then lets as much simulated time pass as the answer says that it took.

Upstream: busybox, ``networking/wget.c``; curl, ``docs/cmdline-opts``; libcurl-errors(3).
"""

from __future__ import annotations

import base64
import posixpath

from cluster.container_runtime.linux.call import Call
from cluster.container_runtime.linux.files import FileError
from cluster.container_runtime.linux.process import Wait
from cluster.container_runtime.programs.http_client import PHRASES, WORDS, fetched, header_fields, read_url, remember, still_waiting
from cluster.container_runtime.programs.options import UsageError, parsed
from cluster.machinery.network import Failure, HttpRequest, Trust


def wget(call: Call) -> int | Wait:
    """Fetch a document: busybox' wget (GNU's words differ in details)."""
    flags = {"spider", "no-check-certificate", "quiet"}
    headers, rest = _headers(_joined(call.args, ("post-data", "header", "timeout", "tries")))
    try:
        options, operands = parsed(rest, "qcSs", "OTUtP")
    except UsageError as fault:
        return call.fail(str(fault))
    unknown = [name for name in options if len(name) > 1 and name not in flags | {"post-data", "timeout", "tries"}]
    if unknown or not operands:
        return call.fail(f"unrecognized option: {unknown[0]}" if unknown else "missing URL")
    url = read_url(operands[0])
    if url is None:
        return call.fail(f"not an http or ftp url: {operands[0]}")
    quiet = "q" in options or "quiet" in options
    if "until" not in call.state:
        limit = options.get("T") or options.get("timeout")
        fields = {"user-agent": "Wget"} | header_fields(headers)
        body = options.get("post-data", "").encode()
        request = HttpRequest("POST" if "post-data" in options else "GET", url.path, fields, body)
        outcome = fetched(call, url, request, redirects=5)
        if not quiet and outcome.address:
            call.err(f"Connecting to {url.authority} ({outcome.address}:{outcome.url.port})\n")
        if outcome.response is not None and url.is_tls and "no-check-certificate" not in options:
            call.fail("note: TLS certificate validation not implemented")
        return remember(call, outcome, float(limit) if limit else None)
    if (waiting := still_waiting(call)) is not None:
        return waiting
    state = call.state
    if state["late"]:
        return call.fail("download timed out")
    if not state["address"]:
        return call.fail(f"bad address '{url.authority}'")
    if state["failure"]:
        words = WORDS[Failure(state["failure"])].replace("Connection timed out", "Operation timed out")
        return call.fail(f"can't connect to remote host ({state['address']}): {words}")
    code, body = state["code"], base64.b64decode(state["body"])
    if "S" in options:
        call.err(f"  HTTP/1.1 {code} {PHRASES.get(code, '')}\n" + "".join(f"  {k.title()}: {v}\n" for k, v in state["headers"].items()))
    if code >= 400 or code < 200:
        return call.fail(f"server returned error: HTTP/1.1 {code} {PHRASES.get(code, '')}".rstrip())
    if "spider" in options:
        if not quiet:
            call.err("remote file exists\n")
        return 0
    return _saved(call, options.get("O") or posixpath.basename(url.path.partition("?")[0]) or "index.html", body, quiet=quiet)


def _saved(call: Call, name: str, body: bytes, *, quiet: bool) -> int:
    if name == "-":
        if not quiet:
            call.err("writing to stdout\n")
        call.write(body)
        if not quiet:
            call.err(f"-                    100% |********************************| {len(body):5d}  0:00:00 ETA\nwritten to stdout\n")
        return 0
    try:
        if name != "/dev/null":
            call.files.write(call.path(name), body)
    except FileError as fault:
        return call.fail(f"can't open '{name}': {fault}")
    if not quiet:
        call.err(f"saving to '{name}'\n{name:<20} 100% |********************************| {len(body):5d}  0:00:00 ETA\n'{name}' saved\n")
    return 0


_CURL_LONG = {
    "silent": "s", "show-error": "S", "fail": "f", "include": "i", "head": "I", "location": "L", "insecure": "k", "verbose": "v",
    "request": "X", "header": "H", "data": "d", "data-raw": "d", "output": "o", "write-out": "w", "max-time": "m", "user": "u",
    "user-agent": "A", "connect-timeout": "connect-timeout", "retry": "retry", "resolve": "resolve", "cacert": "cacert", "globoff": "g",
    "no-progress-meter": "s", "fail-with-body": "f", "retry-delay": "retry", "http1.1": "g", "compressed": "g", "ipv4": "4",
}  # fmt: skip
_UNTRUSTED = {
    Failure.UNKNOWN_ISSUER: "unable to get local issuer certificate",
    Failure.SELF_SIGNED: "self-signed certificate in certificate chain",
}
_HOW_TO_TRUST = (
    "More details here: https://curl.se/docs/sslcerts.html\n\ncurl failed to verify the legitimacy of the server and therefore could not\n"
    "establish a secure connection to it. To learn more about this situation and\nhow to fix it, please visit the webpage mentioned "
    "above.\n"
)
_CURL_VALUED = frozenset({"X", "H", "d", "o", "w", "m", "u", "A", "connect-timeout", "retry", "resolve", "cacert"})


def curl(call: Call) -> int | Wait:
    """Fetch a document as curl does."""
    given = _curl_options(call.args)
    if isinstance(given, str):
        call.err(f"curl: {given}\ncurl: try 'curl --help' or 'curl --manual' for more information\n")
        return 2
    options, headers, operands = given
    if not operands:
        call.err("curl: try 'curl --help' or 'curl --manual' for more information\n")
        return 2
    url = read_url(operands[0])
    if url is None:
        return _curl_failed(call, options, 3, "URL rejected: Malformed input to a URL function")
    if "until" not in call.state:
        body = options.get("d", "").encode()
        method = options.get("X") or ("HEAD" if "I" in options else "POST" if "d" in options else "GET")
        sent = {"user-agent": options.get("A", "curl/8.14.1"), "accept": "*/*"} | header_fields(headers)
        if "u" in options:
            sent["authorization"] = f"Basic {base64.b64encode(options['u'].encode()).decode()}"
        trust = _trust(call, options)
        if trust is None:
            return _curl_failed(call, options, 77, f"error setting certificate file: {options['cacert']}")
        outcome = fetched(call, url, HttpRequest(method, url.path, sent, body, trust=trust), redirects=50 if "L" in options else 0)
        call.state["method"] = method
        limit = options.get("m") or (options.get("connect-timeout") if outcome.response is None else None)
        return remember(call, outcome, float(limit) if limit else None)
    if (waiting := still_waiting(call)) is not None:
        return waiting
    code = _curl_ended(call, options)
    if "w" in options:
        call.out(_written_out(call, options["w"]))
    return code


def _curl_options(args: list[str]) -> tuple[dict[str, str], list[str], list[str]] | str:
    """Return curl's options, headers and URLs, or what it complains of."""
    options: dict[str, str] = {}
    headers: list[str] = []
    operands: list[str] = []
    rest = list(args)
    while rest:
        argument = rest.pop(0)
        if argument.startswith("--"):
            if argument[2:] not in _CURL_LONG:
                return f"option {argument}: is unknown"
            letters = [_CURL_LONG[argument[2:]]]
        elif argument.startswith("-") and len(argument) > 1:
            letters = [argument[1]]
            while letters[-1] not in _CURL_VALUED and len(argument) > len(letters) + 1:
                letters.append(argument[len(letters) + 1])
            if letters[-1] in _CURL_VALUED and len(argument) > len(letters) + 1:
                rest.insert(0, argument[len(letters) + 1 :])
        else:
            operands.append(argument)
            continue
        for letter in letters:
            if letter not in _CURL_VALUED:
                options[letter] = ""
            elif not rest:
                return f"option {argument}: requires parameter"
            elif letter == "H":
                headers.append(rest.pop(0))
            else:
                options[letter] = rest.pop(0)
    return options, headers, operands


def _trust(call: Call, options: dict[str, str]) -> Trust | None:
    """Return whom curl believes; None: what is to say so is no certificate."""
    if "k" in options:
        return Trust.ANYBODY
    if "cacert" not in options:
        return Trust.WORLD
    try:
        content = call.files.read(call.path(options["cacert"]))
    except FileError:
        return None
    return Trust.CLUSTER if b"BEGIN CERTIFICATE" in content else None


def _curl_ended(call: Call, options: dict[str, str]) -> int:
    state = call.state
    ms = round(state["seconds"] * 1000)
    if state["late"]:
        if state.get("code") is None:
            return _curl_failed(call, options, 28, f"Connection timed out after {ms} milliseconds")
        return _curl_failed(call, options, 28, f"Operation timed out after {ms} milliseconds with 0 bytes received")
    if not state["address"]:
        return _curl_failed(call, options, 6, f"Could not resolve host: {state['host']}")
    if state["failure"] == Failure.RESET:
        return _curl_failed(call, options, 56, "Recv failure: Connection reset by peer")
    if state["failure"] in _UNTRUSTED:
        code = _curl_failed(call, options, 60, f"SSL certificate problem: {_UNTRUSTED[Failure(state['failure'])]}")
        if "s" not in options or "S" in options:
            call.err(_HOW_TO_TRUST)
        return code
    if state["failure"]:
        code = 28 if state["failure"] == Failure.TIMED_OUT else 7
        words = f"Failed to connect to {state['host']} port {state['port']} after {ms} ms: Could not connect to server"
        return _curl_failed(call, options, code, words)
    body = base64.b64decode(state["body"])
    status = f"HTTP/1.1 {state['code']} {PHRASES.get(state['code'], '')}"
    if "v" in options:
        call.err(f"* Connected to {state['host']} ({state['address']}) port {state['port']}\n< {status}\n")
    if "f" in options and state["code"] >= 400:
        return _curl_failed(call, options, 22, f"The requested URL returned error: {state['code']}")
    if "i" in options or "I" in options:
        call.out(f"{status}\r\n" + "".join(f"{name.title()}: {value}\r\n" for name, value in state["headers"].items()) + "\r\n")
    if state["method"] == "HEAD":
        return 0
    if "o" in options:
        try:
            if options["o"] != "/dev/null":
                call.files.write(call.path(options["o"]), body)
        except FileError:
            return _curl_failed(call, options, 23, "Failure writing output to destination")
        return 0
    call.write(body)
    return 0


def _curl_failed(call: Call, options: dict[str, str], code: int, words: str) -> int:
    if "s" not in options or "S" in options:
        call.err(f"curl: ({code}) {words}\n")
    return code


def _written_out(call: Call, form: str) -> str:
    state = call.state
    fields = {
        "http_code": f"{state.get('code') or 0:03d}",
        "response_code": f"{state.get('code') or 0:03d}",
        "time_total": f"{state['seconds']:.6f}",
        "remote_ip": state["address"],
        "size_download": str(len(base64.b64decode(state.get("body", "")))),
    }
    for name, value in fields.items():
        form = form.replace(f"%{{{name}}}", value)
    return form.replace("\\n", "\n").replace("\\t", "\t")


def _headers(args: list[str]) -> tuple[list[str], list[str]]:
    """Return what all ``--header=`` say, and the other arguments."""
    option = "--header="
    return [each[len(option) :] for each in args if each.startswith(option)], [each for each in args if not each.startswith(option)]


def _joined(args: list[str], valued: tuple[str, ...]) -> list[str]:
    """Let ``--header value`` be ``--header=value``."""
    found: list[str] = []
    rest = list(args)
    while rest:
        argument = rest.pop(0)
        if argument[2:] in valued and argument.startswith("--") and rest:
            argument = f"{argument}={rest.pop(0)}"
        found.append(argument)
    return found
