"""The upload protocol by hand, for the tests that must do it wrongly."""
import base64
import hashlib
import time
from pathlib import Path
from urllib.parse import quote


def objects_of(path):
    """key -> bytes of a Zarr store's folder, or of one file."""
    path = Path(path)
    if path.is_file():
        return {path.name: path.read_bytes()}
    return {str(p.relative_to(path)): p.read_bytes() for p in sorted(path.rglob("*")) if p.is_file()}


class Upload:
    def __init__(self, server, collection, surface="", token=True, **members):
        self.server = server
        self.surface = surface
        self.token = token
        self.answer = server.request("POST", f"{surface}/uploads", token=token, json={"collection": collection, **members})
        self.id = self.answer.json().get("id")

    @property
    def path(self):
        return f"{self.surface}/uploads/{self.id}"

    def put(self, key, data, digest_of=None, quoted=None):
        digest = base64.b64encode(hashlib.sha256(data if digest_of is None else digest_of).digest()).decode()
        return self.server.request(
            "PUT", f"{self.path}/objects/{quoted or quote(key)}", token=self.token, data=data,
            headers={"Content-Digest": f"sha-256=:{digest}:", "Content-Type": "application/octet-stream"})

    def put_all(self, objects):
        for key, data in objects.items():
            answer = self.put(key, data)
            assert answer.status_code in (201, 204), f"{key}: {answer.status_code} {answer.text}"
        return self

    def commit(self, background=False):
        headers = {"Prefer": "respond-async"} if background else {}
        return self.server.request("POST", f"{self.path}/commit", token=self.token, json={}, headers=headers)

    def state(self):
        return self.server.json(self.path, token=self.token)

    def wait(self, seconds=120):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            state = self.state()
            if state["state"] in ("committed", "failed", "aborted"):
                return state
            time.sleep(0.1)
        raise TimeoutError(f"upload {self.id} is still {state}")
