"""Requests whose target is sent as it stands: HTTP libraries tidy up dots and slashes before the server sees them."""
import http.client
import json
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
