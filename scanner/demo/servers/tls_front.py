"""A TLS listener that hands bytes on to a Unix socket: for a Redis that was built without TLS.

It differs from a real TLS build: the server behind it knows of no ``tls-port``, and a refused handshake ends the
connection instead of sending an alert.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

from scanner.demo.servers.certificates import Certificate

_CHUNK = 65536


@contextlib.contextmanager
def tls_front(
    port: int, behind: Path, certificate: Certificate, lowest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
) -> Iterator[None]:
    """Listen with TLS on ``port`` of loopback while the block runs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = lowest
    context.load_cert_chain(certificate.certificate, certificate.key)
    loop, ready = asyncio.new_event_loop(), threading.Event()
    failure: list[OSError] = []

    async def listen() -> None:
        try:
            await asyncio.start_server(lambda r, w: _serve(r, w, behind), "127.0.0.1", port, ssl=context)
        except OSError as error:
            failure.append(error)
        ready.set()

    def run() -> None:
        loop.create_task(listen())
        loop.run_forever()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    thread = threading.Thread(target=run, name="tls-front", daemon=True)
    thread.start()
    ready.wait()
    try:
        if failure:
            raise failure[0]
        yield
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, behind: Path) -> None:
    try:
        server_reader, server_writer = await asyncio.open_unix_connection(str(behind))
    except OSError:
        writer.close()
        return
    await asyncio.gather(_pump(reader, server_writer), _pump(server_reader, writer))


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await source.read(_CHUNK):
            sink.write(chunk)
            await sink.drain()
    with contextlib.suppress(OSError, RuntimeError):
        sink.close()
