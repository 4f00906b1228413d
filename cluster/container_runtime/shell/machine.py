"""The shell as a program: runs instructions one after the other until it has to wait.

Everything between two instructions is in ``call.state`` (see ``memory``). An instruction that waits for children or input leaves the
place where it is, and is run again when the process can go on.

Upstream: busybox, ``shell/ash.c``.
"""

from __future__ import annotations

from cluster.container_runtime.linux.call import Call
from cluster.container_runtime.linux.kernel import SIGNALS, YIELD, NotRunnableError, PipeClosedError
from cluster.container_runtime.linux.process import Process, Wait
from cluster.container_runtime.shell import instructions as code
from cluster.container_runtime.shell.builtins import BUILTINS, SPECIAL, Builtin, Exit
from cluster.container_runtime.shell.children import Children
from cluster.container_runtime.shell.compiler import compiled, words_of
from cluster.container_runtime.shell.expansion import Expansion, ExpansionError, Surroundings
from cluster.container_runtime.shell.memory import Variables, arguments, new_frame
from cluster.container_runtime.shell.patterns import matches
from cluster.container_runtime.shell.redirection import RedirectError, redirected
from cluster.container_runtime.shell.startup import begin, prompt
from cluster.container_runtime.shell.syntax import ShellSyntaxError, Simple, Word
from cluster.machinery.meta import Obj

MAX_FRAMES = 100
"""Functions and the like that may be inside each other."""
_INCOMPLETE = ("unexpected end of file", "unterminated quoted string", "EOF in backquote substitution")


class Shell:
    """A program for the kernel."""

    handles_signals = True

    def __call__(self, call: Call) -> int | Wait:
        """Go on; return the exit code, or what is waited for."""
        if not call.state:
            begun = begin(call)
            if begun is not None:
                return begun
        run = Run(call)
        while True:
            try:
                return run.run()
            except Exit as ending:
                trap = call.state["traps"].pop("EXIT", "")
                if not trap:
                    return ending.code
                call.state.update(
                    exiting=ending.code, status=ending.code, frames=[new_frame(trap, "trap", arguments(call.state))], waiting=[]
                )


SHELL = Shell()


class Run:
    """One turn of one shell."""

    def __init__(self, call: Call) -> None:
        self.call, self.state, self.variables = call, call.state, Variables(call.process)
        self.keeps_descriptors = False
        self._children = Children(call)

    @property
    def process(self) -> Process:
        """The shell's process."""
        return self.call.process

    def run(self) -> int | Wait:
        """Run instructions until the shell has to wait. Raises Exit."""
        self._children.reap_strangers()
        while True:
            waits = self._take_signals()
            if waits is not None:
                return waits
            frame = self.state["frames"][-1]
            try:
                instruction = compiled(frame["text"])[frame["pc"]]
            except ShellSyntaxError as error:
                self._say(f"syntax error: {error}")
                if frame["kind"] != "input":
                    raise Exit(2) from None
                frame.update(text="", pc=0)
                self.state["status"] = 2
                continue
            self.call.kernel.spend()
            wait = self._execute(instruction, frame)
            if wait is not None:
                return wait
            if self.call.kernel.is_spent:
                return YIELD

    def _execute(self, instruction: code.Instruction, frame: Obj) -> Wait | None:
        state = self.state
        following = frame["pc"] + 1
        try:
            match instruction:
                case code.Run():
                    wait = self._simple(instruction.command, frame)
                    if wait is not None:
                        return wait
                case code.Check():
                    if state["status"] and "e" in state["options"]:
                        raise Exit(state["status"])
                case code.Jump():
                    if instruction.when is None or (state["status"] == 0) is instruction.when:
                        following = instruction.to
                case code.Again():
                    following = instruction.to
                    if instruction.is_endless and self.process.session == 0:
                        self.call.kernel.is_routine = True
                case code.Status():
                    state["status"] = int(state["status"] == 0) if instruction.code is None else instruction.code
                case code.Capture():
                    wait = self._children.capture(instruction, frame)
                    if wait is not None:
                        return wait
                case code.Fork():
                    wait = self._children.fork(instruction)
                    if wait is not None:
                        return wait
                case code.ForBegin():
                    frame["loops"].append(self._words(instruction.words, frame))
                case code.ForNext():
                    if frame["loops"][-1]:
                        self.variables[instruction.name] = frame["loops"][-1].pop(0)
                    else:
                        following = instruction.to
                case code.ForEnd():
                    frame["loops"].pop()
                case code.Match():
                    expansion = self._expansion([instruction.word, *instruction.patterns], frame)
                    word = expansion.text(instruction.word)
                    if any(matches(word, expansion.pattern(pattern)) for pattern in instruction.patterns):
                        following = instruction.to
                case code.Calculate():
                    text = self._expansion([instruction.expression], frame)
                    is_empty = not text.text(instruction.expression).strip()
                    state["status"] = int(not is_empty and text.calculate(instruction.expression) == 0)
                case code.Open():
                    following = self._open(instruction, frame, following)
                case code.Restore():
                    self._restore(frame)
                case code.Define():
                    state["functions"][instruction.name] = [frame["text"], instruction.body]
                case code.Return():
                    self.leave_function()
                    return None
                case code.End():
                    return self._end(frame)
        except ExpansionError as fault:
            self._say(str(fault))
            if frame["kind"] != "input" or "i" not in state["options"]:
                raise Exit(2) from None
            state["status"] = 2
            frame.update(text="", pc=0)
            return None
        if state["frames"] and state["frames"][-1] is frame:
            frame["pc"] = following
        else:
            frame["pc"] = max(frame["pc"], following) if not isinstance(instruction, code.Return) else frame["pc"]
        return None

    def _simple(self, command: Simple, frame: Obj) -> Wait | None:
        if self.state.get("waiting"):
            return self._children.gather()
        expansion = self._expansion(words_of(command), frame)
        has_captured = bool(frame["captured"])
        argv = [field for word in command.words for field in expansion.fields(word)]
        values = [(name, expansion.text(word)) for name, word in command.assignments]
        self._trace(values, argv)
        try:
            fds = redirected(self.call, self.process.fds, command.redirects, expansion)
        except RedirectError as fault:
            self._say(str(fault))
            self.state["status"] = 1
            if argv and argv[0] in SPECIAL and "i" not in self.state["options"]:
                raise Exit(2) from None
            return None
        if not argv:
            for name, value in values:
                self.variables[name] = value
            self.state["status"] = self.state["status"] if has_captured else 0
            return None
        return self._dispatch(argv, values, fds, frame)

    def _dispatch(self, argv: list[str], values: list[tuple[str, str]], fds: dict[int, int], frame: Obj) -> Wait | None:
        name = argv[0]
        if name in self.state["functions"]:
            if len(self.state["frames"]) >= MAX_FRAMES:
                self._say("function nesting level exceeded")
                raise Exit(2)
            text, place = self.state["functions"][name]
            called = new_frame(text, "function", argv[1:], place)
            if fds != self.process.fds:
                called["opened"].append(sorted(self.process.fds.items()))
                self.process.fds = fds
            for variable, value in values:
                self.variables[variable] = value
            frame["pc"] += 1
            self.state["frames"].append(called)
            return None
        builtin = BUILTINS.get(name)
        if builtin is not None:
            for variable, value in values:
                self.variables[variable] = value
            return self._builtin(builtin, argv, fds, frame)
        try:
            program, argv = self.call.kernel.programs.find(self.call.files, self.process.cwd, argv, self.variables.get("PATH", ""))
        except NotRunnableError as fault:
            self.call.kernel.descriptors.write(fds.get(2), f"{self.state['name']}: {name}: {fault.words}\n".encode())
            self.state["status"] = fault.code
            return None
        env = {**self.process.env, **dict(values)}
        if self._is_last(frame):
            self.process.program, self.process.argv, self.process.env, self.process.fds, self.process.state = program, argv, env, fds, {}
            return YIELD
        child = self.call.kernel.spawn(
            program, argv, parent=self.process.pid, env=env, cwd=self.process.cwd, fds=fds, session=self.process.session
        )
        self.state["waiting"] = [child.pid]
        return Wait(child=True)

    def _is_last(self, frame: Obj) -> bool:
        """Whether nothing is left to do for this shell after a command, so that it can become it."""
        if not frame.get("becomes") or len(self.state["frames"]) > 1 or self.state["traps"]:
            return False
        rest = compiled(frame["text"])[frame["pc"] + 1 :]
        return isinstance(rest[0], code.End) or (isinstance(rest[0], code.Check) and isinstance(rest[1], code.End))

    def _builtin(self, builtin: Builtin, argv: list[str], fds: dict[int, int], frame: Obj) -> Wait | None:
        own_argv, own_fds, frames = self.process.argv, self.process.fds, len(self.state["frames"])
        self.process.argv, self.process.fds, self.keeps_descriptors = argv, fds, False
        result: int | Wait | None
        try:
            result = builtin(self.call, self)
        except PipeClosedError:
            result = 128 + SIGNALS["PIPE"]
        finally:
            if self.process.program == "shell":
                self.process.argv = own_argv
                if not self.keeps_descriptors:
                    self.process.fds = own_fds
        if isinstance(result, Wait):
            return result
        if result is not None:
            self.state["status"] = result
        if len(self.state["frames"]) > frames:
            frame["pc"] += 1
        return None

    def _take_signals(self) -> Wait | None:
        """Act on signals: a trap runs when no child does in the foreground; without a trap the default happens."""
        arrived = [*self.state.pop("held", []), *self.process.signals]
        self.process.signals.clear()
        held = []
        for name in arrived:
            trap = self.state["traps"].get(name)
            if trap is None:
                self._default(name)
            elif trap and self._children.are_running():
                held.append(name)
            elif trap:
                if self.state.get("waiting"):
                    self._children.gather()
                    self.state["frames"][-1]["pc"] += 1
                self.state["frames"].append(new_frame(trap, "trap", None))
                self.state["interrupted"] = 128 + SIGNALS[name]
        if held:
            self.state["held"] = held
            return Wait(child=True)
        return None

    def _default(self, name: str) -> None:
        frame = self.state["frames"][-1]
        if "i" in self.state["options"]:
            if name == "INT" and not self.state.get("waiting"):
                self.call.out("\n")
                frame.update(prompted=False, partial="")
        elif self.process.pid != 1:
            raise Exit(128 + SIGNALS[name])

    def _end(self, frame: Obj) -> Wait | None:
        """End the topmost frame; the last one ends the shell, or reads on."""
        if frame["kind"] == "input":
            return self._read_on(frame)
        if len(self.state["frames"]) == 1:
            raise Exit(self.state["exiting"] if "exiting" in self.state else self.state["status"])
        self._pop()
        return None

    def _read_on(self, frame: Obj) -> Wait | None:
        """Read the next command from standard input."""
        is_interactive = "i" in self.state["options"]
        if is_interactive and not frame.get("prompted"):
            self.call.err(prompt(self.call, self.variables, is_first=not frame.get("partial")))
            frame["prompted"] = True
        line = self.call.read_line()
        if line is None:
            return Wait(fd=0)
        frame["prompted"] = False
        text = frame.get("partial", "") + line.decode(errors="replace")
        if not line:
            if is_interactive:
                self.call.err("exit\n" if self.call.name == "bash" else "\n")
            if not text:
                raise Exit(self.state["status"])
        frame["partial"] = ""
        try:
            compiled(text)
        except ShellSyntaxError as error:
            if line and any(words in str(error) for words in _INCOMPLETE):
                frame["partial"] = text
                return None
        frame.update(text=text, pc=0, loops=[], captured=[])
        return None

    def leave_function(self) -> None:
        while self.state["frames"][-1]["kind"] not in ("function", "script", "input"):
            self._pop()
        if self.state["frames"][-1]["kind"] == "function":
            self._pop()
        elif len(self.state["frames"]) == 1:
            raise Exit(self.state["status"])

    def _pop(self) -> None:
        frame = self.state["frames"].pop()
        for opened in frame["opened"][:1]:
            self.process.fds = dict(opened)
        for name, value in (frame.get("locals") or {}).items():
            if value is None:
                self.variables.pop(name, None)
            else:
                self.variables[name] = value

    def _open(self, instruction: code.Open, frame: Obj, following: int) -> int:
        expansion = self._expansion([redirect.target for redirect in instruction.redirects], frame)
        try:
            fds = redirected(self.call, self.process.fds, instruction.redirects, expansion)
        except RedirectError as fault:
            self._say(str(fault))
            self.state["status"] = 1
            return instruction.to
        frame["opened"].append(sorted(self.process.fds.items()))
        self.process.fds = fds
        return following

    def _restore(self, frame: Obj) -> None:
        self.process.fds = dict(frame["opened"].pop())

    def _words(self, words: tuple[Word, ...] | None, frame: Obj) -> list[str]:
        if words is None:
            return arguments(self.state)
        expansion = self._expansion(words, frame)
        return [field for word in words for field in expansion.fields(word)]

    def _expansion(self, words: tuple[Word, ...] | list[Word], frame: Obj) -> Expansion:
        surroundings = Surroundings(
            self.variables, self._special, arguments(self.state), self.process.cwd, self.call.files.names, "u" in self.state["options"]
        )
        return Expansion(surroundings, words, frame["captured"])

    def _special(self, name: str) -> str:
        found = {
            "?": self.state["status"],
            "$": self.state.get("pid", self.process.pid),
            "!": self.state.get("background", ""),
            "-": self.state["options"],
            "0": self.state["name"],
        }
        return str(found[name])

    def _trace(self, values: list[tuple[str, str]], argv: list[str]) -> None:
        if "x" in self.state["options"]:
            self.call.err(f"+ {' '.join([*(f'{name}={value}' for name, value in values), *argv])}\n")

    def _say(self, text: str) -> None:
        self.call.err(f"{self.state['name']}: {text}\n")
