"""``/clusters/<name>/socket``: state and frames, resumed with nothing missed or doubled; control; refusals."""

from __future__ import annotations

import asyncio
import random

import orjson
import pytest
from channels.testing import WebsocketCommunicator
from django.test import override_settings

from cluster.http.back_pressure import Gate
from cluster.machinery.meta import Obj
from cluster.runner.host import Host
from dashboard import frames, hub, log
from dashboard.routing import websocket_application
from tests.unit.dashboard.builders import pod, pod_key
from tests.unit.dashboard.fake_host import FakeHost
from tests.unit.dashboard.sockets import PATIENCE, connected, message

PATH = "/clusters/demo/socket"


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames as fast as they can be made, so that a test does not wait."""
    monkeypatch.setattr(hub, "FRAME_INTERVAL", 0.0)


def write_some(host: FakeHost, numbers: random.Random, count: int) -> None:
    """Change pods and ring once."""
    for _ in range(count):
        name = f"p{numbers.randrange(6)}"
        gone = host.store.get(pod_key(name)) is not None and numbers.random() < 0.3
        host.write(pod_key(name), None if gone else pod(name, phase=f"Phase{numbers.randrange(99)}"))
    host.ring()


def test_a_connection_that_is_cut_50_times_misses_no_hop_and_gets_none_twice(host: FakeHost) -> None:
    numbers = random.Random(7)
    seen: list[int] = []

    async def viewer() -> tuple[Obj, Obj]:
        write_some(host, numbers, 5)
        async with connected(PATH) as socket:
            state = await message(socket)
        assert state["type"] == "state"
        start = state["seq"]
        for _ in range(50):
            write_some(host, numbers, numbers.randrange(4))  # while nobody is connected
            async with connected(f"{PATH}?after={state['seq']}") as socket:
                for _ in range(numbers.randrange(1, 4)):
                    write_some(host, numbers, 1)
                    received = await message(socket)
                    if received["type"] != "frame":
                        continue
                    seen.extend(hop["seq"] for hop in received["hops"])
                    state = frames.apply(state, received)
                write_some(host, numbers, numbers.randrange(3))  # perhaps sent, never read: the cut comes first
        head = len(host.store.hops)
        async with connected(f"{PATH}?after={state['seq']}") as socket:
            while state["seq"] < head:
                received = await message(socket)
                if received["type"] == "frame":
                    seen.extend(hop["seq"] for hop in received["hops"])
                    state = frames.apply(state, received)
        assert seen == list(range(start + 1, head + 1))
        return state, await log.state_at(host, head)

    state, expected = asyncio.run(viewer())
    assert state == expected


def test_without_a_cursor_the_present_state_comes_first_and_then_what_happens(host: FakeHost) -> None:
    async def viewer() -> list[Obj]:
        host.write(pod_key("a"), pod("a"))
        async with connected(PATH) as socket:
            state = await message(socket)
            host.write(pod_key("b"), pod("b"))
            host.ring()
            return [state, await message(socket)]

    state, frame = asyncio.run(viewer())
    assert (state["type"], state["seq"], list(state["objects"])) == ("state", 3, ["pods/default/a"])
    assert (frame["type"], frame["first"], frame["last"]) == ("frame", 4, 6)


@pytest.mark.parametrize(
    ("hops_before", "cursor"),
    [
        pytest.param(3, 999, id="a cursor of another life of the cluster"),
        pytest.param(3 * 700, 0, id="a viewer that is further behind than is worth catching up"),
    ],
)
def test_a_cursor_that_can_not_be_resumed_gets_the_state(host: FakeHost, hops_before: int, cursor: int) -> None:
    async def viewer() -> Obj:
        for number in range(hops_before // 3):
            host.write(pod_key(f"p{number % 5}"), pod(f"p{number % 5}"))
        async with connected(f"{PATH}?after={cursor}") as socket:
            return await message(socket)

    received = asyncio.run(viewer())
    assert (received["type"], received["seq"]) == ("state", hops_before)


def test_history_that_is_no_longer_kept_gives_the_state(host: FakeHost) -> None:
    async def viewer() -> Obj:
        for number in range(4):
            host.write(pod_key("a"), pod("a", phase=str(number)))
        host.store.compact(4)
        async with connected(f"{PATH}?after=1") as socket:
            return await message(socket)

    received = asyncio.run(viewer())
    assert (received["type"], received["objects"]["pods/default/a"]["status"]) == ("state", "3")


def test_a_change_of_control_is_told_once_and_a_resumed_viewer_learns_it_too(host: FakeHost) -> None:
    async def viewer() -> list[Obj]:
        host.write(pod_key("a"), pod("a"))
        async with connected(PATH) as socket:
            await message(socket)
            await socket.send_to(text_data='{"type": "control", "action": "pause"}')
            first = await message(socket)
        async with connected(f"{PATH}?after=3") as socket:
            return [first, await message(socket)]

    waits = {"waitingFor": None, "waitingSeconds": 0.0, "stoppedBy": "", "recorded": False}
    control = {"pace": "lecture", "rate": 1.0, "paused": True, "running": True, **waits}
    assert asyncio.run(viewer()) == [{"type": "control", "control": control}] * 2


@pytest.mark.parametrize(
    ("sent", "steered", "error"),
    [
        ({"type": "control", "action": "play"}, {"pace": None, "rate": None, "paused": False, "steps": 0}, None),
        ({"type": "control", "action": "step"}, {"pace": None, "rate": None, "paused": None, "steps": 1}, None),
        ({"type": "control", "action": "step", "value": 5}, {"pace": None, "rate": None, "paused": None, "steps": 5}, None),
        ({"type": "control", "action": "rate", "value": 2}, {"pace": None, "rate": 2.0, "paused": None, "steps": 0}, None),
        ({"type": "control", "action": "pace", "value": "real"}, {"pace": "real", "rate": None, "paused": None, "steps": 0}, None),
        ({"type": "control", "action": "pace", "value": "ludicrous"}, None, "The pace must be lecture, real or instant."),
        ({"type": "control", "action": "rate", "value": 0.001}, None, "The rate must lie between 0.01 and 1000."),
        ({"type": "control", "action": "step", "value": 0}, None, "The number of steps must lie between 1 and 1000."),
        ({"type": "control", "action": "rate", "value": "fast"}, None, "The rate must be a number."),
        ({"type": "control", "action": "dance"}, None, "There is no such control: dance."),
        ({"type": "hello"}, None, "Only control messages are understood here."),
        ("not json", None, "The message is not JSON."),
    ],
    ids=str,
)
def test_control_messages_steer_the_cluster_or_are_answered_with_an_error(
    host: FakeHost, sent: object, steered: Obj | None, error: str | None
) -> None:
    async def viewer() -> Obj | None:
        async with connected(PATH) as socket:
            await message(socket)
            await socket.send_to(text_data=sent if isinstance(sent, str) else orjson.dumps(sent).decode())
            if error is None:
                await socket.send_to(text_data="{}")  # answered after the first, so the first has been served
                await _error(socket)
                return None
            return await _error(socket)

    answer = asyncio.run(viewer())
    assert host.steered == ([steered] if steered else [])
    assert answer == ({"type": "error", "message": error} if error else None)


@pytest.mark.parametrize(
    ("headers", "message_"),
    [
        ([], "The rate must be a number."),
        ([(b"cookie", b"a=b; django_language=ko")], "배속은 숫자여야 합니다."),
        ([(b"accept-language", b"ko-KR,ko;q=0.9,en;q=0.8")], "배속은 숫자여야 합니다."),
        ([(b"accept-language", b"ko-KR"), (b"cookie", b"django_language=en")], "The rate must be a number."),
    ],
)
def test_an_error_speaks_the_viewers_language(host: FakeHost, headers: list[tuple[bytes, bytes]], message_: str) -> None:
    async def viewer() -> Obj:
        async with connected(PATH, headers) as socket:
            await socket.send_to(text_data='{"type": "control", "action": "rate"}')
            return await _error(socket)

    assert asyncio.run(viewer())["message"] == message_


async def _error(socket: WebsocketCommunicator) -> Obj:
    while True:
        received = await message(socket)
        if received["type"] == "error":
            return received


@pytest.mark.parametrize(
    ("path", "code"),
    [("/clusters/nowhere/socket", 4404), (f"{PATH}?after=-1", 4400), (f"{PATH}?after=x", 4400)],
)
def test_a_socket_that_leads_nowhere_is_closed_with_its_reason(host: FakeHost, path: str, code: int) -> None:
    async def viewer() -> Obj:
        async with connected(path) as socket:
            closed: Obj = await socket.receive_output(timeout=PATIENCE)
            return closed

    assert asyncio.run(viewer()) == {"type": "websocket.close", "code": code}


def test_a_message_over_64_kb_closes_the_socket(host: FakeHost) -> None:
    async def viewer() -> Obj:
        async with connected(PATH) as socket:
            await message(socket)
            await socket.send_to(text_data="x" * (64 * 1024 + 1))
            closed: Obj = await socket.receive_output(timeout=PATIENCE)
            return closed

    assert asyncio.run(viewer()) == {"type": "websocket.close", "code": 1009}


OWN = b"127.0.0.1:8000"
ORIGINS: dict[str, tuple[bytes | None, bytes, str, bool]] = {
    "a page of this server": (b"http://127.0.0.1:8000", OWN, PATH, True),
    "by another name that it has": (b"http://localhost:8000", b"localhost:8000", PATH, True),
    "behind a proxy that ends TLS": (b"https://localhost", b"localhost", PATH, True),
    "a page of a trusted origin": (b"https://podium.example", OWN, PATH, True),
    "a page of another site": (b"https://evil.example", OWN, PATH, False),
    "a page of another server on this machine": (b"http://127.0.0.1:9999", OWN, PATH, False),
    "a site whose name leads to this machine": (b"http://evil.example", b"evil.example", PATH, False),
    "a page of a longer name": (b"http://127.0.0.1:8000.evil.example", OWN, PATH, False),
    "a page without a site": (b"null", OWN, PATH, False),
    "who says neither": (b"", b"", PATH, False),
    "who names no origin": (None, OWN, PATH, False),
    "an address where nobody is": (b"http://127.0.0.1:8000", OWN, "/elsewhere", False),
}


@override_settings(ALLOWED_HOSTS=["127.0.0.1", "localhost"], CSRF_TRUSTED_ORIGINS=["https://podium.example"])
@pytest.mark.parametrize(("origin", "own", "path", "accepted"), ORIGINS.values(), ids=ORIGINS.keys())
def test_only_pages_of_this_server_may_open_the_socket(host: FakeHost, origin: bytes | None, own: bytes, path: str, accepted: bool) -> None:
    async def viewer() -> bool:
        headers = [(b"host", own)] + ([(b"origin", origin)] if origin is not None else [])
        communicator = WebsocketCommunicator(websocket_application, path, headers=headers)
        connected_, _ = await communicator.connect()
        await communicator.disconnect()
        return bool(connected_)

    assert asyncio.run(viewer()) is accepted


def test_a_follower_that_does_not_read_is_not_waited_for_and_gets_the_state_when_it_does(
    host: FakeHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "MAX_CATCH_UP", 5)
    monkeypatch.setattr(hub, "RING_FRAMES", 2)

    async def both() -> tuple[list[str], list[str]]:
        quick: list[str] = []
        async with hub.following(host, None) as slow, hub.following(host, None) as reading:
            first = await anext(slow)
            await anext(reading)
            for number in range(4):
                host.write(pod_key("a"), pod("a", phase=str(number)))
                host.ring()
                quick.append(orjson.loads((await anext(reading)).text)["type"])
            late = await anext(slow)
            return quick, [orjson.loads(first.text)["type"], orjson.loads(late.text)["type"], str(late.last)]

    quick, slow = asyncio.run(both())
    assert quick == ["frame"] * 4
    assert slow == ["state", "state", "12"]


def test_a_viewer_that_has_stopped_reading_is_sent_nothing_until_it_reads_again_and_then_where_things_stand(
    host: FakeHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "MAX_CATCH_UP", 5)
    monkeypatch.setattr(hub, "RING_FRAMES", 2)

    async def viewers() -> tuple[list[str], bool, Obj]:
        gate, quick = Gate(), []
        gate.pauseProducing()
        async with connected(PATH, gate=gate) as slow, connected(PATH) as reading:
            await message(slow)
            await message(reading)
            for number in range(4):
                host.write(pod_key("a"), pod("a", phase=str(number)))
                host.ring()
                quick.append((await message(reading))["type"])
            is_silent = await slow.receive_nothing()
            gate.resumeProducing()
            return quick, is_silent, await message(slow)

    quick, is_silent, late = asyncio.run(viewers())
    assert (quick, is_silent) == (["frame"] * 4, True)
    assert (late["type"], late["seq"]) == ("state", 12)


def test_the_state_that_a_page_comes_with_is_that_of_a_follower_and_leaves_nobody_reading(host: FakeHost) -> None:
    async def visit() -> tuple[str, str, int]:
        host.write(pod_key(), pod())
        alone, readers = await hub.opening(host), len(asyncio.all_tasks()) - 1
        async with hub.following(host, None) as messages:
            first = await anext(messages)
            assert await hub.opening(host) is first.text
        return alone, first.text, readers

    alone, followers, readers = asyncio.run(visit())
    assert (alone, readers) == (followers, 0)


@pytest.mark.parametrize(("later", "made"), [(0, 1), (3, 1), (4000, 2)], ids=["at once", "after a few steps", "after many"])
def test_the_state_that_a_page_did_not_come_with_is_not_worked_out_again_for_its_socket(
    host: FakeHost, monkeypatch: pytest.MonkeyPatch, later: int, made: int
) -> None:
    worked_out: list[int] = []
    state_at = log.state_at

    async def noted(host: Host, seq: int) -> Obj:
        worked_out.append(seq)
        return await state_at(host, seq)

    async def visit() -> list[Obj]:
        host.write(pod_key(), pod())
        await hub.opening(host)
        for number in range(later):
            host.write(pod_key("late"), pod("late", phase=f"Phase{number}"))
        async with hub.following(host, None) as messages:
            seen = [orjson.loads((await anext(messages)).text)]
            while seen[-1].get("last", seen[-1].get("seq")) < host.position.seq:
                seen.append(orjson.loads((await anext(messages)).text))
        return seen

    monkeypatch.setattr(log, "state_at", noted)
    first, *frames = asyncio.run(visit())
    assert (len(worked_out), first["type"], [frame["type"] for frame in frames]) == (made, "state", ["frame"] * (later == 3))


def test_300_followers_share_one_encoding_of_each_frame(host: FakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    encoded: list[str] = []
    monkeypatch.setattr(hub, "encode", lambda document: encoded.append(document["type"]) or f"{document['type']} {document.get('last')}")

    async def follow(arrived: asyncio.Semaphore, texts: list[str]) -> None:
        async with hub.following(host, None) as messages:
            async for received in messages:
                texts.append(received.text)
                arrived.release()
                if len(texts) == 3:
                    return

    async def all_of_them() -> list[list[str]]:
        arrived = asyncio.Semaphore(0)
        received: list[list[str]] = [[] for _ in range(300)]
        host.write(pod_key("a"), pod("a"))
        tasks = [asyncio.create_task(follow(arrived, texts)) for texts in received]
        for _ in range(2):
            for _ in tasks:
                await arrived.acquire()
            host.write(pod_key("b"), pod("b"))
            host.ring()
        await asyncio.gather(*tasks)
        return received

    received = asyncio.run(all_of_them())
    assert received == [["state None", "frame 6", "frame 9"]] * 300
    assert encoded == ["state", "frame", "frame"]
    assert host.listeners == []
