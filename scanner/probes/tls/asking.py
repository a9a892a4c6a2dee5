"""One handshake with a server, closed again or left open."""

from __future__ import annotations

from scanner.probes.channel import Deadline, Endpoint, connect
from scanner.probes.tls.conversation import Conversation, SecureChannel
from scanner.probes.tls.outcome import ANY, Handshake, NoTLS, Outcome, Prepare


def handshake(
    endpoint: Endpoint,
    versions: tuple[str, str] = ANY,
    *,
    prepare: Prepare = connect,
    timeout: float = 10.0,
    alpn: tuple[str, ...] = (),
) -> Handshake:
    """One handshake that offers ``versions`` (lowest, highest). Never raises for what a server does."""
    result, channel = secure(endpoint, versions, prepare=prepare, timeout=timeout, alpn=alpn)
    if channel is not None:
        channel.close()
    return result


def secure(
    endpoint: Endpoint,
    versions: tuple[str, str] = ANY,
    *,
    prepare: Prepare = connect,
    timeout: float = 10.0,
    alpn: tuple[str, ...] = (),
) -> tuple[Handshake, SecureChannel | None]:
    """As ``handshake``, and the open channel when a session was established; the caller closes it."""
    try:
        channel = prepare(endpoint, Deadline.after(timeout))
    except NoTLS as error:
        return Handshake(Outcome.NO_TLS, detail=str(error)), None
    except TimeoutError:
        return Handshake(Outcome.TIMEOUT, detail=f"no connection to {endpoint} within {timeout:g} s"), None
    except OSError as error:
        return Handshake(Outcome.UNREACHABLE, detail=f"{endpoint}: {error.strerror or 'no connection'}"), None
    conversation = Conversation(channel, endpoint.host, versions, alpn)
    result = conversation.run()
    if not result.finished:
        channel.close()
        return result, None
    return result, conversation.channel()
