"""How a shell begins: its command line, where its commands come from, what it shows before a line.

Upstream: busybox, ``shell/ash.c`` (procargs, setprompt_if).
"""

from __future__ import annotations

from cluster.container_runtime.linux.call import Call
from cluster.container_runtime.linux.users import user_name
from cluster.container_runtime.shell.memory import Variables, new_frame, new_memory


def begin(call: Call) -> int | None:
    """Read the command line and make the shell's memory; an exit code: it ends at once."""
    options, args, text = "", list(call.args), None
    while args and args[0][:1] in ("-", "+") and args[0] not in ("-", "--"):
        option = args.pop(0)
        if option.startswith("--"):
            continue
        options += option[1:].replace("c", "").replace("o", "") if option[0] == "-" else ""
        if "o" in option[1:] and args:
            options += {"errexit": "e", "xtrace": "x", "nounset": "u", "pipefail": "P"}.get(args.pop(0), "")
        if "c" in option[1:]:
            if not args:
                return call.fail("-c requires an argument", 2)
            text = args.pop(0)
            break
    if args and args[0] in ("-", "--"):
        args.pop(0)
    name = call.argv[0]
    if text is not None:
        name, args = (args[0], args[1:]) if args else (name, [])
        frame = {**new_frame(text, "script", args), "becomes": True}
    elif args:
        name, path = args[0], call.path(args[0])
        if call.files.size(path) is None:
            return call.fail(f"can't open '{args[0]}': No such file or directory", 2)
        frame = new_frame(call.files.read(path).decode(errors="replace"), "script", args[1:])
    else:
        frame = new_frame("", "input", [])
        if call.kernel.descriptors.is_terminal(call.process.fds.get(0)):
            options += "i"
    call.state.update(new_memory(name, [frame], options))
    return None


def prompt(call: Call, variables: Variables, *, is_first: bool) -> str:
    """Return what an interactive shell shows before a line."""
    if not is_first:
        return variables.get("PS2", "> ")
    cwd, uid = call.process.cwd, call.kernel.user.uid
    sign = "$" if uid else "#"
    if call.name == "bash":
        return f"{user_name(call.files, uid) or 'I have no name!'}@{call.kernel.hostname}:{cwd}{sign} "
    home = variables.get("HOME", "/root")
    return f"{'~' + cwd[len(home) :] if home != '/' and cwd.startswith(home) else cwd} {sign} "
