"""The server under test: the real binary in its own process, on loopback, with its own data directory."""
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import requests

from . import places

TOKEN = "dev-token"
START_SECONDS = 30


def clean_environment(**more):
    """The environment without settings of whoever runs the tests."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CHRONOTOPE_") and k != "AUTH_TOKEN"}
    return {**kept, **{k: str(v) for k, v in more.items()}}


def cli(*arguments, timeout=300, env=None, **options):
    """Runs a subcommand of the binary; returns the finished process with text output."""
    return subprocess.run(
        [str(places.binary()), *map(str, arguments)], capture_output=True, text=True, timeout=timeout,
        env=clean_environment(**(env or {})), **options)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A running server.

    base_url      http://127.0.0.1:PORT, no slash at the end
    token         a token that may do everything
    collections   what the session published: short name -> collection id
    data          the data directory
    """

    def __init__(self, data, *arguments, env=None, token=TOKEN):
        self.data = Path(data)
        self.arguments = list(map(str, arguments))
        self.env = env or {}
        self.token = token
        self.collections = {}
        self.failures = {}
        self.process = None
        self.port = free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.session = requests.Session()
        self.session.trust_env = False
        self.log_path = self.data.parent / (self.data.name + ".log")

    # ---- the process ----

    def start(self):
        command = [str(places.binary()), "serve", "--data", str(self.data), "--port", str(self.port)]
        if self.token:
            command += ["--dev-token", self.token]
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                command + self.arguments, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                env=clean_environment(**self.env))
        self.wait_until_healthy()
        return self

    def wait_until_healthy(self):
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}:\n{self.log()}")
            try:
                if self.session.get(self.base_url + "/health", timeout=2).ok:
                    return
            except requests.ConnectionError:
                pass
            time.sleep(0.02)
        self.stop()
        raise RuntimeError(f"no answer from /health within {START_SECONDS} s:\n{self.log()}")

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def stop(self):
        """Asks the process to end, and kills it if it does not; returns its exit code."""
        if not self.is_running():
            return self.process and self.process.returncode
        self.process.terminate()
        try:
            return self.process.wait(10)
        except subprocess.TimeoutExpired:
            return self.kill()

    def kill(self):
        """kill -9, as a power cut would."""
        os.kill(self.process.pid, signal.SIGKILL)
        return self.process.wait()

    def log(self, lines=40):
        text = self.log_path.read_text("utf-8", "replace") if self.log_path.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    # ---- requests ----

    def url(self, path):
        return path if path.startswith("http") else self.base_url + path

    def request(self, method, path, token=None, headers=None, **options):
        """One request; `token=True` sends the server's own token, a string another one."""
        headers = dict(headers or {})
        if token:
            headers["Authorization"] = "Bearer " + (self.token if token is True else token)
        options.setdefault("timeout", 60)
        return self.session.request(method, self.url(path), headers=headers, **options)

    def get(self, path, params=None, **options):
        return self.request("GET", path, params=params, **options)

    def json(self, path, params=None, **options):
        """The JSON of a GET that must succeed."""
        answer = self.get(path, params, **options)
        assert answer.status_code == 200, f"GET {answer.url}: {answer.status_code} {answer.text[:500]}"
        return answer.json()

    def is_well(self):
        return self.is_running() and self.get("/health", timeout=10).status_code == 200

    # ---- publishing ----

    def publish(self, path, collection, *options):
        """`chronotope publish` into the data directory."""
        done = cli("publish", path, "--id", collection, "--data", self.data, *options)
        if done.returncode != 0:
            raise RuntimeError(f"publish {Path(path).name}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def upload(self, path, collection, *options, token=None):
        """scripts/upload_local_zarr.py over HTTP."""
        done = subprocess.run(
            [sys.executable, str(places.UPLOAD_SCRIPT), str(path), "--collection-id", collection, "--server", self.base_url, *options],
            capture_output=True, text=True, timeout=600, env=clean_environment(AUTH_TOKEN=token or self.token))
        if done.returncode != 0:
            raise RuntimeError(f"upload {Path(path).name}: exit {done.returncode}\n{done.stdout}\n{done.stderr}\n{self.log()}")
        return done

    def remember(self, name, collection, publish):
        """Publishes one of the session's collections; a failure is kept for the tests that need it."""
        try:
            publish()
            self.collections[name] = collection
        except Exception as error:  # noqa: BLE001 - told by the tests that need this collection
            self.failures[name] = str(error)
