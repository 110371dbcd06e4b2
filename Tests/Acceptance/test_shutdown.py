"""A server that is told to end does so soon, also in the middle of a commit, and nothing of it is lost."""
import time

import pytest

from support import cubes
from support.server import Server
from support.uploads import Upload, objects_of


@pytest.mark.slow
def test_a_commit_is_let_go_and_can_be_made_again(tmp_path):
    large = objects_of(cubes.large(tmp_path).path)
    with Server(tmp_path / "data") as server:
        upload = Upload(server, "later").put_all(large)
        assert upload.commit(background=True).status_code == 202
        state = upload.state()
        while state["state"] == "committing" and not state["progress"] > 0.05:
            state = upload.state()
        assert state["state"] == "committing", f"too quick to be interrupted: {state}"
        server.process.terminate()
        started = time.monotonic()
        server.process.wait(timeout=30)
        assert time.monotonic() - started < 15
        server.start()
        assert server.get("/collections/later").status_code == 404
        assert upload.state()["state"] == "open"
        assert upload.commit().status_code in (200, 201)
        assert server.json("/collections/later/capabilities")["kind"] == "raster"
