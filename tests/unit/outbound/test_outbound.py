"""The server calls public addresses, those it was allowed, and nothing else."""

import asyncio
import ipaddress
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from pilothouse.outbound.policy import Address, AddressRefused, Policy, is_loopback, parse
from pilothouse.outbound.transport import Outbound, resolve


def addresses(*texts: str) -> list[Address]:
    return [ipaddress.ip_address(text) for text in texts]


def permits(policy: Policy, address: str, host: str = "models.example") -> bool:
    try:
        return policy.permitted(host, addresses(address)) == addresses(address)
    except AddressRefused:
        return False


PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111"]
PRIVATE = [
    *("10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.1.1", "0.0.0.0", "240.0.0.1"),
    *("224.0.0.1", "255.255.255.255", "fc00::1", "fe80::1", "::", "ff02::1"),
    *("::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::1", "2002:a00:1::"),
]
LOOPBACK = ["127.0.0.1", "127.9.9.9", "::1"]
METADATA = [
    *("169.254.169.254", "169.254.170.2", "fd00:ec2::254", "100.100.100.200", "168.63.129.16"),
    *("::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::"),
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_called(address: str) -> None:
    assert permits(Policy(), address)


@pytest.mark.parametrize("address", PRIVATE + LOOPBACK + METADATA)
def test_no_other_address_may_be_called(address: str) -> None:
    assert not permits(Policy(), address)


@pytest.mark.parametrize("address", LOOPBACK)
def test_the_own_machine_may_be_called_by_a_server_that_is_reached_from_it_alone(
    address: str,
) -> None:
    assert permits(Policy(loopback=True), address)


@pytest.mark.parametrize("address", METADATA)
def test_where_clouds_hand_out_credentials_is_never_called(address: str) -> None:
    everything = parse("0.0.0.0/0, ::/0, models.example", loopback=True)
    assert not permits(everything, address)
    with pytest.raises(AddressRefused, match="never called"):
        everything.permitted("models.example", addresses("169.254.169.254"))


def test_hosts_and_networks_are_allowed_by_the_setting() -> None:
    policy = parse("10.0.0.0/8 ollama.internal,*.corp.example, fd12::/16")
    assert permits(policy, "10.1.2.3")
    assert permits(policy, "fd12::5")
    assert permits(policy, "192.168.1.1", "Ollama.Internal")
    assert permits(policy, "192.168.1.1", "vllm.corp.example")
    assert not permits(policy, "192.168.1.1", "corp.example.evil.test")
    assert not permits(policy, "192.168.1.1")


def test_of_a_name_with_several_addresses_the_permitted_are_taken() -> None:
    found = Policy().permitted("models.example", addresses("10.0.0.1", "8.8.8.8"))
    assert found == addresses("8.8.8.8")


@pytest.mark.parametrize("wrong", ["10.0.0.0/99", "http://ollama:11434", "*"])
def test_a_setting_that_means_nothing_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="PILOTHOUSE_OUTBOUND_ALLOW"):
        parse(wrong)


def test_which_servers_are_reached_from_their_own_machine_alone() -> None:
    assert [is_loopback(each) for each in ("127.0.0.1", "localhost", "::1")] == [True] * 3
    assert [is_loopback(each) for each in ("0.0.0.0", "::", "10.0.0.1", "host")] == [False] * 4


# -- with real connections ---------------------------------------------------------------------


class Inner(ThreadingHTTPServer):
    """A service of the machine that a stranger wants to reach through us."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), Answering)

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Inner)
        self.server.asked.append(f"{self.headers['host']}{self.path}")
        if self.path == "/away":
            self.send_response(302)
            self.send_header("location", "http://169.254.169.254/latest/meta-data/")
        else:
            self.send_response(200)
            self.send_header("set-cookie", "who=first")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def inner() -> Iterator[Inner]:
    server = Inner()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def get(outbound: Outbound, url: str) -> httpx.Response:
    """Both ways; the answer of the one for coroutines."""

    async def asked() -> httpx.Response:
        try:
            async with outbound.client(5) as client:
                return await client.get(url)
        finally:
            await outbound.close()

    with outbound.blocking_client(5) as client:
        try:
            status = client.get(url).status_code
        except Exception as error:
            with pytest.raises(type(error)):
                asyncio.run(asked())
            raise
    answer = asyncio.run(asked())
    assert status == answer.status_code
    return answer


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::ffff:127.0.0.1]",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0.0.0.0",
    ],
)
def test_no_spelling_of_the_own_machine_gets_through(inner: Inner, host: str) -> None:
    with pytest.raises(AddressRefused):
        get(Outbound(Policy()), f"http://{host}:{inner.port}/")
    assert inner.asked == []


def test_the_address_that_was_checked_is_the_one_that_is_called(inner: Inner) -> None:
    """A name that leads elsewhere when it is looked up again (DNS rebinding) is not looked up again."""
    answers = iter([addresses("127.0.0.1"), addresses("127.0.0.1")])  # one for each way
    outbound = Outbound(Policy(loopback=True), lambda host, port: next(answers))
    assert get(outbound, f"http://rebinding.example:{inner.port}/").status_code == 200
    assert inner.asked == [f"rebinding.example:{inner.port}/"] * 2
    assert next(answers, None) is None


def test_a_public_name_that_leads_inside_is_refused(inner: Inner) -> None:
    outbound = Outbound(Policy(), lambda host, port: addresses("127.0.0.1"))
    with pytest.raises(
        AddressRefused, match=r"rebinding\.example \(127\.0\.0\.1\) is not a public"
    ):
        get(outbound, f"http://rebinding.example:{inner.port}/")
    assert inner.asked == []


def test_redirects_are_not_followed(inner: Inner) -> None:
    answer = get(Outbound(Policy(loopback=True)), f"http://127.0.0.1:{inner.port}/away")
    assert answer.status_code == 302
    assert len(inner.asked) == 2


def test_proxies_of_the_environment_are_not_used(
    inner: Inner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{inner.port}")
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{inner.port}")
    with pytest.raises(AddressRefused):
        get(Outbound(Policy()), "http://10.0.0.1/")
    assert inner.asked == []


def test_clients_share_no_cookies(inner: Inner) -> None:
    async def twice() -> None:
        outbound = Outbound(Policy(loopback=True))
        for _ in range(2):
            async with outbound.client(5) as client:
                assert not client.cookies
                await client.get(f"http://127.0.0.1:{inner.port}/")
                assert client.cookies
        await outbound.close()

    asyncio.run(twice())


def test_a_stream_that_is_left_at_its_last_event_gives_its_connection_back() -> None:
    async def asked() -> int:
        connections = 0

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal connections
            connections += 1
            while await reader.readline():
                while await reader.readline() != b"\r\n":
                    pass
                head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
                writer.write(head + b"6\r\n[DONE]\r\n" + b"0\r\n\r\n")
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        outbound = Outbound(Policy(loopback=True))
        async with outbound.line() as client:
            for _ in range(3):
                async with client.stream("GET", url) as response:
                    async for piece in response.aiter_bytes():
                        assert piece == b"[DONE]"
                        break
        server.close()
        return connections

    assert asyncio.run(asked()) == 1


def test_a_stream_that_goes_on_is_ended_when_it_is_left() -> None:
    async def asked() -> None:
        ended = asyncio.Event()

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
            writer.write(b"4\r\nword\r\n")
            await reader.read()
            ended.set()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        outbound = Outbound(Policy(loopback=True))
        async with outbound.line() as client:
            async with client.stream("GET", url) as response:
                assert await anext(response.aiter_bytes()) == b"word"
            await asyncio.wait_for(ended.wait(), 5)
        server.close()

    asyncio.run(asked())


def test_a_name_that_is_not_known_is_named() -> None:
    with pytest.raises(httpx.ConnectError, match=r"no-such-host\.invalid cannot be looked up"):
        get(Outbound(Policy()), "http://no-such-host.invalid/")


def test_names_are_looked_up_by_the_system() -> None:
    assert ipaddress.ip_address("127.0.0.1") in resolve("localhost", 80)
