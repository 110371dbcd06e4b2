#!/usr/bin/env python3
"""Upload a local Zarr store (or one GeoJSON / zip file) to a Chronotope server and publish it as a collection.

The store's objects are sent in parallel; nothing is visible before the last step, the commit. An interrupted upload is
taken up again by running the same command: what the server already holds with the same checksum is skipped.

Needs nothing but Python's standard library (3.9 or newer).
"""
import argparse
import base64
import concurrent.futures
import hashlib
import http.client
import json
import os
import random
import re
import ssl
import sys
import threading
import time
import urllib.parse

EPILOG = """\
example:
  AUTH_TOKEN=dev-token python scripts/upload_local_zarr.py s2_belgium.zarr \\
      --collection-id belgium-ndvi --all-layers --use-v2 --force --rebuild-rgb-composites

exit codes:
  0 published   1 failed   2 wrong arguments or path   3 not allowed (token)   4 the collection has data: use --force
"""

FAILED, USAGE, NOT_ALLOWED, CONFLICT, INTERRUPTED = 1, 2, 3, 4, 130
ATTEMPTS = 6
BLOCK = 1 << 20
JUNK = {".DS_Store", "Thumbs.db", "desktop.ini"}
STORE_MARKS = ("zarr.json", ".zgroup", ".zmetadata", ".zarray")
SINGLE_FILES = (".geojson", ".json", ".ndjson", ".zip")


class UploadError(Exception):
    """What is told to the user, and the exit code it leads to."""

    def __init__(self, message, code=FAILED):
        super().__init__(message)
        self.code = code


# ---- what is to be sent ----------------------------------------------------------------------------------------------

class LocalObject:
    def __init__(self, key, path):
        self.key = key
        self.path = path
        self.size = os.path.getsize(path)

    def digest(self):
        sha = hashlib.sha256()
        with open(self.path, "rb") as file:
            for block in iter(lambda: file.read(BLOCK), b""):
                sha.update(block)
        return sha.digest()


def local_objects(path):
    """The objects below a store's folder, or the one file; sorted by key."""
    if os.path.isfile(path):
        if not path.lower().endswith(SINGLE_FILES):
            raise UploadError("%s: a file must end in %s" % (path, ", ".join(SINGLE_FILES)), USAGE)
        return [LocalObject(os.path.basename(path), path)]
    if not os.path.isdir(path):
        raise UploadError("%s: no such file or folder" % path, USAGE)
    if not any(os.path.isfile(os.path.join(path, mark)) for mark in STORE_MARKS):
        raise UploadError("%s: not a Zarr store (none of %s in it)" % (path, ", ".join(STORE_MARKS)), USAGE)
    found = []
    for folder, _, names in os.walk(path):
        for name in names:
            if name not in JUNK and not name.startswith("._"):
                full = os.path.join(folder, name)
                found.append(LocalObject(os.path.relpath(full, path).replace(os.sep, "/"), full))
    return sorted(found, key=lambda item: item.key)


def fingerprint(objects):
    """Tells the server whether an open upload is this one, to be taken up again."""
    lines = "\n".join("%s:%d" % (item.key, item.size) for item in objects)
    return hashlib.sha256(lines.encode()).hexdigest()


# ---- HTTP ------------------------------------------------------------------------------------------------------------

class Answer:
    def __init__(self, response, body):
        self.status = response.status
        self.headers = response.headers
        self.body = body

    def json(self):
        try:
            return json.loads(self.body or b"null")
        except ValueError:
            return None

    def reason(self):
        """The problem document's own words, or the start of whatever came."""
        document = self.json()
        if isinstance(document, dict):
            words = document.get("detail") or document.get("message") or document.get("title")
            if words:
                return str(words)
        return self.body[:200].decode("utf-8", "replace").strip() or "no explanation given"


class Server:
    """Requests below one base URL: one kept connection per thread, retries where trying again makes sense."""

    def __init__(self, base, token, timeout=300):
        parts = urllib.parse.urlsplit(base)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UploadError("--server %s: must be an http:// or https:// URL" % base, USAGE)
        self.parts = parts
        self.base = base.rstrip("/")
        self.prefix = parts.path.rstrip("/")
        self.token = token
        self.timeout = timeout
        self.local = threading.local()
        self.stopped = threading.Event()

    def connection(self):
        if getattr(self.local, "connection", None) is None:
            kind = http.client.HTTPConnection
            extra = {}
            if self.parts.scheme == "https":
                kind, extra = http.client.HTTPSConnection, {"context": ssl.create_default_context()}
            self.local.connection = kind(self.parts.hostname, self.parts.port, timeout=self.timeout, **extra)
        return self.local.connection

    def disconnect(self):
        if getattr(self.local, "connection", None) is not None:
            self.local.connection.close()
            self.local.connection = None

    def request(self, method, path, body=None, headers=None):
        """Sends until there is an answer that is not "come back later". `body`: None, JSON value, or LocalObject."""
        problem = ""
        for attempt in range(ATTEMPTS):
            pause = min(30.0, 0.5 * 2 ** attempt) * random.uniform(0.7, 1.3)
            try:
                answer = self.once(method, path, body, headers or {})
            except (OSError, http.client.HTTPException) as error:
                self.disconnect()
                problem = "%s (%s)" % (error or type(error).__name__, self.base)
            else:
                if answer.status not in (429, 502, 503, 504):
                    return answer
                problem = "%d %s" % (answer.status, answer.reason())
                pause = retry_after(answer, pause)
            if attempt + 1 < ATTEMPTS and self.stopped.wait(pause):
                break
        raise UploadError("%s %s: %s" % (method, path, problem))

    def once(self, method, path, body, headers):
        headers = dict(headers, Accept="application/json")
        if self.token:
            headers["Authorization"] = "Bearer " + self.token
        if isinstance(body, LocalObject):
            headers["Content-Length"] = str(body.size)
            with open(body.path, "rb") as file:
                return self.send(method, path, file, headers)
        if body is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(body).encode()
        return self.send(method, path, body, headers)

    def send(self, method, path, body, headers):
        connection = self.connection()
        connection.request(method, self.prefix + path, body=body, headers=headers)
        response = connection.getresponse()
        return Answer(response, response.read())


def retry_after(answer, otherwise):
    value = answer.headers.get("Retry-After", "")
    return min(120.0, float(value)) if re.fullmatch(r"\d+", value) else otherwise


def expect(answer, what, *statuses):
    """The answer, or an error that says what was tried and what the server said."""
    if answer.status in statuses:
        return answer
    if answer.status == 401:
        raise UploadError("%s: the server wants a valid token; set AUTH_TOKEN or --token (%s)" % (what, answer.reason()), NOT_ALLOWED)
    if answer.status == 403:
        raise UploadError("%s: this token may not do that (%s)" % (what, answer.reason()), NOT_ALLOWED)
    if answer.status == 409:
        raise UploadError("%s: %s (--force replaces what is there)" % (what, answer.reason()), CONFLICT)
    raise UploadError("%s: the server answered %d: %s" % (what, answer.status, answer.reason()))


# ---- progress --------------------------------------------------------------------------------------------------------

class Progress:
    """A bar that redraws itself on a terminal; a line every tenth elsewhere (logs, pipes)."""

    def __init__(self, label, stream=sys.stderr):
        self.label = label
        self.stream = stream
        self.bar = stream.isatty()
        self.shown = -1
        self.lock = threading.Lock()

    def show(self, share, note=""):
        share = min(1.0, max(0.0, share))
        step = int(share * (200 if self.bar else 10))
        with self.lock:
            if self.bar:
                filled = int(share * 30)
                line = "%-10s [%s%s] %3d %%  %s" % (self.label, "#" * filled, "-" * (30 - filled), share * 100, note)
                self.stream.write("\r\033[K" + line[:110])
            elif step != self.shown:
                self.stream.write("%s: %d %% %s\n" % (self.label, share * 100, note))
            self.shown = step
            self.stream.flush()

    def end(self):
        if self.bar and self.shown >= 0:
            self.stream.write("\n")
            self.stream.flush()


def size_text(count):
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            return "%.*f %s" % (0 if unit == "B" else 1, count, unit)
        count /= 1000


# ---- the protocol: open, send, commit --------------------------------------------------------------------------------

class Upload:
    def __init__(self, server, surface, objects):
        self.server = server
        self.surface = surface
        self.objects = objects
        self.path = ""

    def open(self, options):
        body = {"collection": options.collection_id, "fingerprint": fingerprint(self.objects), "force": options.force}
        if options.all_layers:
            body["layers"] = "all"
        if options.rebuild_rgb_composites:
            body["rebuild"] = ["composites"]
        answer = expect(self.server.request("POST", self.surface + "/uploads", body), "opening the upload", 200, 201)
        document = answer.json() or {}
        if "id" not in document:
            raise UploadError("opening the upload: the server's answer has no id (is this a Chronotope server?)")
        self.path = self.surface + "/uploads/" + urllib.parse.quote(str(document["id"]))
        return answer.status == 200

    def already_there(self):
        answer = expect(self.server.request("GET", self.path + "/objects"), "listing the upload", 200)
        return {item["key"]: item.get("sha256") for item in (answer.json() or {}).get("objects", [])}

    def send_all(self, workers):
        present = self.already_there()
        total = sum(item.size for item in self.objects) or 1
        progress = Progress("sending")
        state = {"bytes": 0, "objects": 0, "skipped": 0}
        lock = threading.Lock()

        def one(item):
            skipped = self.send_one(item, present.get(item.key))
            with lock:
                state["bytes"] += item.size
                state["objects"] += 1
                state["skipped"] += skipped
                note = "%d of %d objects, %s" % (state["objects"], len(self.objects), size_text(state["bytes"]))
                progress.show(state["bytes"] / total, note)

        with concurrent.futures.ThreadPoolExecutor(workers) as pool:
            pending = [pool.submit(one, item) for item in self.objects]
            try:
                for future in concurrent.futures.as_completed(pending):
                    future.result()
            except BaseException:
                self.server.stopped.set()
                for future in pending:
                    future.cancel()
                raise
            finally:
                progress.end()
        return state

    def send_one(self, item, known_sha256):
        """Sends one object unless the server has it; returns whether it was skipped."""
        digest = item.digest()
        if known_sha256 == digest.hex():
            return True
        headers = {"Content-Type": "application/octet-stream",
                   "Content-Digest": "sha-256=:%s:" % base64.b64encode(digest).decode()}
        path = self.path + "/objects/" + urllib.parse.quote(item.key, safe="/")
        answer = expect(self.server.request("PUT", path, item, headers), "sending " + item.key, 200, 201, 204)
        return answer.status == 204

    def commit(self):
        answer = self.server.request("POST", self.path + "/commit", {}, {"Prefer": "respond-async"})
        if answer.status == 409:
            # Said also when the answer to a first commit was lost on the way: then the upload's state tells.
            state = self.server.request("GET", self.path)
            answer = state if (state.json() or {}).get("state") in ("committing", "committed") else answer
        expect(answer, "publishing", 200, 201, 202)
        self.wait(answer)

    def wait(self, answer):
        """Polls until the upload has come to an end."""
        progress = Progress("publishing")
        pause = 0.2
        document = answer.json() or {}
        while answer.status == 202 or document.get("state") not in ("committed", "failed", "aborted", None):
            progress.show(document.get("progress") or 0, document.get("message") or "")
            time.sleep(pause)
            pause = min(2.0, pause * 1.3)
            answer = expect(self.server.request("GET", self.path), "asking for the state", 200)
            document = answer.json() or {}
        if document.get("state") in ("failed", "aborted"):
            progress.end()
            error = document.get("error")
            if isinstance(error, dict):
                error = error.get("detail") or error.get("message")
            raise UploadError("publishing: %s" % (error or document.get("message") or "the server gave no reason"))
        progress.show(1.0, "done")
        progress.end()


# ---- afterwards ------------------------------------------------------------------------------------------------------

def where_to_look(server, surface, collection):
    """URLs to try, filled in with the collection's own extent and layer."""
    path = surface + "/collections/" + urllib.parse.quote(collection)
    capabilities = server.request("GET", path + "/capabilities").json() or {}
    base = server.base + path
    lines = [("capabilities", base + "/capabilities"),
             ("map", "%s%s/map?collection=%s" % (server.base, surface, urllib.parse.quote(collection)))]
    raster = capabilities.get("raster") or {}
    names = [layer["name"] for layer in raster.get("layers", [])]
    if names:
        layer = "NDVI" if "NDVI" in names else next((l["name"] for l in raster["layers"] if l.get("default")), names[0])
        layer = urllib.parse.quote(layer)
        box = ",".join("%.6g" % v for v in (capabilities.get("extent") or {}).get("bbox") or [])
        lines.append(("tilejson", base + "/tiles/WebMercatorQuad/tilejson.json?layers=" + layer))
        if box:
            query = "?bbox=%s&layers=%s&aggregation=mean&resolution=P1W" % (box, layer)
            lines.append(("time series", base + "/aggregate/time-series" + query))
    if capabilities.get("vector"):
        lines.append(("features", base + "/items"))
    return lines


def run(options):
    objects = local_objects(options.path)
    total = sum(item.size for item in objects)
    server = Server(options.server, options.token)
    surface = "/api/v2" if options.use_v2 else ""
    print("%s: %d objects, %s -> %s%s/collections/%s"
          % (options.path, len(objects), size_text(total), server.base, surface, options.collection_id), flush=True)
    upload = Upload(server, surface, objects)
    if upload.open(options):
        print("taking up an earlier upload of the same data", flush=True)
    state = upload.send_all(options.workers)
    if state["skipped"]:
        print("%d of %d objects were there already" % (state["skipped"], len(objects)), flush=True)
    upload.commit()
    print("published %s" % options.collection_id)
    for label, url in where_to_look(server, surface, options.collection_id):
        print("  %-13s %s" % (label, url))


def worker_count(value):
    count = int(value)
    if not 1 <= count <= 64:
        raise argparse.ArgumentTypeError("must be between 1 and 64")
    return count


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n\n")[0], epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", metavar="PATH", help="folder of a Zarr store, or a .geojson, .json, .ndjson or .zip file")
    parser.add_argument("--collection-id", metavar="ID", required=True, help="id of the collection to publish into")
    parser.add_argument("--all-layers", action="store_true", help="offer every band, index and composite that the data allow")
    parser.add_argument("--use-v2", action="store_true", help="talk to the server below /api/v2 (default: the bare paths)")
    parser.add_argument("--force", action="store_true", help="replace what is published under this id")
    parser.add_argument("--rebuild-rgb-composites", action="store_true", help="have the server derive RGB composites anew")
    parser.add_argument("--server", metavar="URL", default=os.environ.get("CHRONOTOPE_URL") or "http://127.0.0.1:8080",
                        help="base URL of the server (default: CHRONOTOPE_URL or http://127.0.0.1:8080)")
    parser.add_argument("--token", metavar="TOKEN", default=os.environ.get("AUTH_TOKEN"),
                        help="token with the right to write (default: AUTH_TOKEN)")
    parser.add_argument("--workers", metavar="N", type=worker_count, default=8, help="parallel transfers (default: 8)")
    return parser.parse_args()


def main():
    try:
        run(arguments())
    except UploadError as error:
        print("error: %s" % error, file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        print("\ninterrupted; the same command takes the upload up again", file=sys.stderr)
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
