"""`Expect: 100-continue` is answered before the body is sent, so that curl does not wait a second for each object of an upload."""
import json
import socket
from urllib.parse import urlsplit


def test_a_client_that_waits_is_told_to_go_on(server):
    address = urlsplit(server.base_url)
    upload = server.request("POST", "/uploads", token=True, json={"collection": "continue"}).json()["id"]
    body = b"0123456789"
    head = (
        f"PUT /uploads/{upload}/objects/key HTTP/1.1\r\nHost: {address.netloc}\r\nAuthorization: Bearer {server.token}\r\n"
        f"Content-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n"
    )
    with socket.create_connection((address.hostname, address.port), timeout=5) as connection:
        connection.sendall(head.encode())
        assert connection.recv(4096).startswith(b"HTTP/1.1 100 ")
        connection.sendall(body)
        answer = connection.recv(4096)
        assert answer.startswith(b"HTTP/1.1 201 "), answer
        while b"\r\n\r\n" not in answer or not answer.endswith(b"}"):
            answer += connection.recv(4096)
        assert json.loads(answer.split(b"\r\n\r\n", 1)[1])["size"] == len(body)
    server.request("DELETE", f"/uploads/{upload}", token=True)
