"""Requests whose target is sent as it stands: HTTP libraries tidy up dots and slashes before the server sees them."""
import http.client
import json
import socket
from types import SimpleNamespace


def send(server, method, target, body=b"", token=None):
    """An answer that `assert_problem` understands."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        connection.putrequest(method, target, skip_accept_encoding=True)
        if token:
            connection.putheader("Authorization", f"Bearer {token}")
        if body or method in ("PUT", "POST"):
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
    finally:
        connection.close()
    return SimpleNamespace(
        status_code=answer.status, headers=dict(answer.getheaders()), text=text, url=target, request=SimpleNamespace(method=method), json=lambda: json.loads(text))


def first_line(server, target, method="GET", body=b"", headers=""):
    """The first line of the answer to a request that no HTTP library would send."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nConnection: close\r\n{headers}\r\n".encode("latin-1") + body)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return answer.split(b"\r\n")[0].decode("latin-1")
