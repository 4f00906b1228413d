"""Scripts as containers run them: what they write, how they end."""

from __future__ import annotations

import pytest

from tests.unit.container_runtime.room import Node, script

SCRIPTS: dict[str, tuple[str, list[str], int]] = {
    "a sequence": ("echo a; sleep 3; echo b\nexit 2", ["a", "b"], 2),
    "&& after success, || after failure": ("true && echo yes; false && echo no; false || echo or", ["yes", "or"], 0),
    "the last command's exit code is the script's": ("true; false", [], 1),
    "! turns it round": ("! true; echo $?; ! false; echo $?", ["1", "0"], 0),
    "variables and quotes": ("""x='a  b'; echo $x "$x" '$x' \\$x""", ["a b a  b $x $x"], 0),
    "defaults": ("echo ${A:-none} ${A:=set} $A ${A:+has} ${#A}", ["none set set has 3"], 0),
    "prefixes and suffixes": (
        "f=/etc/web.conf.d; echo ${f##*/} ${f#*/} ${f%.*} ${f%%.*}",
        ["web.conf.d etc/web.conf.d /etc/web.conf /etc/web"],
        0,
    ),
    "replacing as bash does": ("x=a-b-c; echo ${x/-/+} ${x//-/+} ${x:2:1}", ["a+b-c a+b+c b"], 0),
    "a missing value stops a script": ("echo ${A:?is missing}; echo on", ["sh: A: is missing"], 2),
    "unset variables with set -u": ("set -u; echo $nothing; echo on", ["sh: nothing: parameter not set"], 2),
    "substitution": ('echo "<$(echo a; echo b)>" `echo c`', ["<a", "b> c"], 0),
    "the exit code of a substitution": ("x=$(exit 3); echo $?", ["3"], 0),
    "substitution within substitution": ("echo $(echo $(echo deep))", ["deep"], 0),
    "arithmetic": ("i=2; echo $((i + 3 * 2)) $(( (1 + 2) % 2 )) $((i++)) $i $((i > 2 ? 7 : 8)) $((0x10))", ["8 1 2 3 7 16"], 0),
    "dividing by zero": ("echo $((1 / 0)); echo on", ["sh: divide by zero"], 2),
    "if, elif, else": (
        "for n in 1 2 3; do if [ $n = 1 ]; then echo a; elif [ $n -eq 2 ]; then echo b; else echo c; fi; done",
        ["a", "b", "c"],
        0,
    ),
    "while": ("i=0; while [ $i -lt 3 ]; do echo $i; i=$((i+1)); done", ["0", "1", "2"], 0),
    "until": ("i=0; until [ $i = 2 ]; do i=$((i+1)); done; echo $i", ["2"], 0),
    "break and continue": ("for i in 1 2 3 4; do [ $i = 2 ] && continue; [ $i = 4 ] && break; echo $i; done", ["1", "3"], 0),
    "break out of two loops": (
        "for i in 1 2; do for j in a b; do [ $j = b ] && break 2; echo $i$j; done; done; echo end",
        ["1a", "end"],
        0,
    ),
    "continue the outer loop": ("for i in 1 2; do for j in a b; do [ $j = b ] && continue 2; echo $i$j; done; done", ["1a", "2a"], 0),
    "case": ("for w in abc x1 '*'; do case $w in a*|b*) echo A;; x?) echo X;; '*') echo star;; esac; done", ["A", "X", "star"], 0),
    "functions": ("f() { local v=in; echo $1 $# $v; return 4; }; v=out; f a b; echo $? $v", ["a 2 in", "4 out"], 0),
    "positional parameters": ('set -- a "b c"; for w in "$@"; do echo "<$w>"; done; shift; echo $1 $#', ["<a>", "<b c>", "b c 1"], 0),
    "a subshell keeps its changes to itself": ("x=1; (x=2; cd /tmp; echo $x); echo $x $(pwd); (exit 3); echo $?", ["2", "1 /", "3"], 0),
    "pipes": ("printf 'b\\na\\n' | sort | head -1", ["a"], 0),
    "a program that writes for ever is stopped by its reader": ("yes | head -2", ["y", "y"], 0),
    "redirections": ("echo a > /tmp/f; echo b >> /tmp/f; cat < /tmp/f; ls /none 2>/dev/null; echo $?", ["a", "b", "1"], 0),
    "redirection of a block": ("{ echo a; echo b >&2; } > /tmp/f 2>&1; wc -l < /tmp/f", ["2"], 0),
    "here-documents": ("x=1\ncat <<EOF\nv $x $((x+1))\nEOF\ncat <<'EOF'\n$x\nEOF\necho end", ["v 1 2", "$x", "end"], 0),
    "read": ("printf 'a b c\\nd\\n' > /tmp/f; while read x y; do echo \"$y-$x\"; done < /tmp/f", ["b c-a", "-d"], 0),
    "patterns of file names": ("mkdir /d; touch /d/a.txt /d/b.txt; echo /d/*.txt /d/*.no '/d/*'", ["/d/a.txt /d/b.txt /d/*.no /d/*"], 0),
    "set -e": ("set -e; false || true; if false; then :; fi; echo on; false; echo off", ["on"], 1),
    "set -x": ("set -x; x=1; echo $x", ["+ x=1", "+ echo 1", "1"], 0),
    "pipefail": ("false | true; echo $?; set -o pipefail; false | true; echo $?", ["0", "1"], 0),
    "background and wait": ("sleep 5 & (sleep 2; exit 3) & wait $!; echo $?; wait; echo all", ["3", "all"], 0),
    "a trap at the end": ("trap 'echo bye $?' EXIT; exit 5", ["bye 5"], 5),
    "a trap for a signal": ("trap 'echo caught' USR1; kill -USR1 $$; echo on", ["caught", "on"], 0),
    "a child is killed": ("sleep 100 & kill $!; wait $!; echo $?", ["143"], 0),
    "eval and source": ("echo 'y=7; echo in' > /tmp/s; . /tmp/s; eval 'echo $y'", ["in", "7"], 0),
    "exec replaces the shell": ("exec echo last; echo never", ["last"], 0),
    "exec with redirections only": ("exec > /tmp/f; echo hidden; exec > /proc/1/fd/2; echo shown", ["shown"], 0),
    "an unknown command": ("nosuch; echo $?", ["sh: nosuch: not found", "127"], 0),
    "a folder is no command": ("/tmp; echo $?", ["sh: /tmp: Permission denied", "126"], 0),
    "a file that is not there": (
        "cat /none; cat < /none; echo x > /none/f",
        [
            "cat: can't open '/none': No such file or directory",
            "sh: can't open /none: no such file",
            "sh: can't create /none/f: nonexistent directory",
        ],
        1,
    ),
    "a script of its own": ("printf '#!/bin/sh\\necho \"$0 $1\"\\n' > /s.sh; /s.sh a; sh /s.sh b", ["/s.sh a", "/s.sh b"], 0),
    "a quote without its end": ('echo "a', ["sh: syntax error: unterminated quoted string"], 2),
    "a block without its end": ("if true; then echo a", ['sh: syntax error: unexpected end of file (expecting "fi")'], 2),
    "a word where none can be": ("done", ['sh: syntax error: unexpected "done"'], 2),
}


@pytest.mark.parametrize(("text", "lines", "code"), SCRIPTS.values(), ids=SCRIPTS.keys())
def test_scripts(text: str, lines: list[str], code: int) -> None:
    node = Node()
    made = node.launch(script(text))
    node.run(20)
    assert (node.log(made), node.ending(made)[:2]) == (lines, ("EXITED", code))


BASH: dict[str, tuple[str, list[str]]] = {
    "conditions": ("x=abc; [[ $x == a* && ! -z $x ]] && echo yes; [[ $x =~ ^a.c$ ]] && echo re", ["yes", "re"]),
    "a counting loop": ("for ((i = 0; i < 3; i += 2)); do echo $i; done", ["0", "2"]),
    "calculations": ("((x = 2 * 3)); echo $x; ((x > 7)) || echo small", ["6", "small"]),
    "a text as input": ("read a b <<< 'one two'; echo $b; cat <<< $'x\\ty'", ["two", "x\ty"]),
    "a function by keyword": ("function f { echo in $1; }; f a", ["in a"]),
    "both outputs": ("{ echo a; echo b >&2; } &> /tmp/f; cat /tmp/f", ["a", "b"]),
    "an unknown command": ("nosuch", ["bash: nosuch: not found"]),
}


@pytest.mark.parametrize(("text", "lines"), BASH.values(), ids=BASH.keys())
def test_bash(text: str, lines: list[str]) -> None:
    node = Node()
    made = node.launch(script(text, "debian", "bash"))
    node.run(5)
    assert node.log(made) == lines


PS = "sh -c sleep 9 & ps; kill $!; wait; ps | wc -l"
TOOLS: dict[str, tuple[str, list[str]]] = {
    "echo -e and -n": ("echo -n a; echo -e 'b\\tc'", ["ab\tc"]),
    "printf": ("printf '%s=%03d\\n' a 1 b 22; printf '%5.1f|%-4s|%%\\n' 3.14159 ab", ["a=001", "b=022", "  3.1|ab  |%"]),
    "seq": ("echo $(seq 3) $(seq 5 -2 1)", ["1 2 3 5 3 1"]),
    "grep": (
        "printf 'one\\ntwo\\nthree\\n' > /f; grep t /f; grep -c t /f; grep -v t /f; grep -n w /f; grep x /f; echo $?",
        ["two", "three", "2", "one", "2:two", "1"],
    ),
    "grep extended": ("echo abc | grep -oE '[bc]+'; echo a.c | grep -F . ", ["bc", "a.c"]),
    "sed": (
        "echo 'a-b-c' | sed 's/-/+/g'; printf '1\\n2\\n3\\n' | sed -n '2p'; seq 2 | sed '/1/d'; echo ab | sed -E 's/(a)(b)/\\2\\1/'",
        ["a+b+c", "2", "2", "ba"],
    ),
    "cut and tr": (
        "echo a:b:c | cut -d: -f1,3; echo hello | tr a-y b-z; echo aab | tr -s a; echo a1b | tr -d 0-9; echo abcdef | cut -c2-3",
        ["a:c", "ifmmp", "ab", "ab", "bc"],
    ),
    "sort and uniq": ("printf '10\\n9\\n9\\n' | sort -n | uniq -c; printf 'b\\na\\n' | sort -r", ["      2 9", "      1 10", "b", "a"]),
    "wc": ("printf 'a b\\nc\\n' | wc -l; printf 'a b\\nc\\n' > /f; wc -w /f", ["2", "3 /f"]),
    "head and tail": ("seq 5 > /f; head -n 2 /f; tail -n 1 /f; tail -n +4 /f; head -c 1 /f", ["1", "2", "5", "4", "5", "1"]),
    "tee": ("echo x | tee /a /b; cat /a /b", ["x", "x", "x"]),
    "files": (
        "mkdir -p /a/b; echo 1 > /a/b/f; cp -r /a /c; mv /c/b/f /c/g; ls /c; rm -r /a; ls /a; echo $?",
        ["b", "g", "ls: /a: No such file or directory", "1"],
    ),
    "find": ("mkdir -p /x/y; touch /x/a.log /x/y/b.log; find /x -name '*.log' -type f", ["/x/a.log", "/x/y/b.log"]),
    "dd": ("dd if=/dev/zero of=/f bs=1M count=3 2>/dev/null; wc -c < /f; du -h /f", ["3145728", "3.0M\t/f"]),
    "tar": ("mkdir /t; echo 1 > /t/f; tar cf /t.tar /t 2>/dev/null; mkdir /o; tar xf /t.tar -C /o; cat /o/t/f", ["1"]),
    "test": (
        "test -d /etc && [ -f /etc/hosts ] && [ ! -e /none ] && [ 2 -gt 1 -a a != b ] && echo yes; [ a -eq 1 ]; echo $?",
        ["yes", "sh: a: bad number", "2"],
    ),
    "env": ("A=1 env | grep ^A=; export B=2; sh -c 'echo $B'; env C=3 sh -c 'echo $C'", ["A=1", "2", "3"]),
    "timeout": ("timeout 2 sleep 10; echo $?; timeout 5 true; echo $?", ["143", "0"]),
    "the full name of the machine": (
        "hostname -f; echo 10.0.0.7 a.b.svc web > /etc/hosts; hostname -f; hostname --fqdn",
        ["web", "a.b.svc", "a.b.svc"],
    ),
    "the machine": ("hostname; whoami; id -u; pwd; date +%Y; nproc", ["web", "root", "0", "/", "2026", "2"]),
    "ps": (
        "sleep 9 & ps; kill $!; wait; ps | wc -l",
        ["PID   USER     TIME  COMMAND", f"    1 root      0:00  {PS}", "    2 root      0:00  sleep 9", "    3 root      0:00  ps", "4"],
    ),
}


@pytest.mark.parametrize(("text", "lines"), TOOLS.values(), ids=TOOLS.keys())
def test_tools(text: str, lines: list[str]) -> None:
    node = Node()
    made = node.launch(script(text))
    node.run(15)
    assert node.log(made) == lines
