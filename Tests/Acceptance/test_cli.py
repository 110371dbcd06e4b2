"""The command line of the built binary."""
import io
import re
import time
import zipfile

import pytest

from support import cubes, features, places
from support.server import Server, cli

COMMANDS = ["serve", "publish", "inspect", "list", "remove", "doctor"]


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return cubes.small(tmp_path_factory.mktemp("cli"))


def succeed(*arguments, **options):
    done = cli(*arguments, **options)
    assert done.returncode == 0, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def fail(*words, code=None, arguments=(), **options):
    done = cli(*arguments, **options)
    assert done.returncode not in (0, -11, -4, -5, -6) and (code is None or done.returncode == code), f"{arguments}: {done.returncode} {done.stdout} {done.stderr}"
    for word in words:
        assert word.lower() in done.stderr.lower(), f"'{word}' is not in: {done.stderr}"
    return done


# ---- help ----

def test_help_names_every_subcommand():
    text = succeed("--help").stdout
    assert all(re.search(rf"^\s+{name}\s+\S", text, re.M) for name in COMMANDS)


@pytest.mark.parametrize("command, options", [
    ("serve", ["--data", "--port", "--dev-token", "--database", "--public-url"]), ("publish", ["--id", "--data"]),
    ("inspect", []), ("list", ["--data"]), ("remove", ["--data"]), ("doctor", ["--data"])])
def test_help_of_a_subcommand(command, options):
    text = succeed(command, "--help").stdout
    assert text.startswith("OVERVIEW:") and "USAGE:" in text
    assert all(option in text for option in options)
    explained = re.findall(r"^  (--?\S+)[^\n]*?(?:  +|> |\n {20,})\S", text, re.M)
    assert len(explained) == len(re.findall(r"^  --?\w", text, re.M)), "an option is not explained"


def test_an_unknown_option_is_named():
    fail("--colour", arguments=["serve", "--colour", "blue"])


# ---- publish, list, remove ----

def test_publish_a_folder_list_it_remove_it(store, data):
    succeed("publish", store.path, "--id", "one", "--data", data)
    assert re.search(r"^one\b.*2 slices", succeed("list", "--data", data).stdout, re.M)
    succeed("remove", "one", "--data", data)
    assert "one" not in succeed("list", "--data", data).stdout


def test_publish_a_zip(store, data, tmp_path):
    archive = tmp_path / "cube.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in store.path.rglob("*"):
            if path.is_file():
                file.write(path, path.relative_to(store.path))
    succeed("publish", archive, "--id", "zipped", "--data", data)
    assert "2 slices" in succeed("list", "--data", data).stdout


def test_publish_standard_input(data):
    import json
    text = json.dumps(features.fields())
    from support.server import clean_environment
    import subprocess
    done = subprocess.run([str(places.binary()), "publish", "-", "--id", "piped", "--data", str(data)], input=text, capture_output=True, text=True, env=clean_environment())
    assert done.returncode == 0, done.stderr
    assert "31 features" in succeed("list", "--data", data).stdout


def test_publish_a_zip_from_standard_input(store, data):
    import subprocess

    from support.server import clean_environment
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for path in store.path.rglob("*"):
            if path.is_file():
                file.write(path, "store.zarr/" + str(path.relative_to(store.path)))
    done = subprocess.run([str(places.binary()), "publish", "-", "--id", "piped", "--data", str(data)], input=buffer.getvalue(), capture_output=True, env=clean_environment())
    assert done.returncode == 0, done.stderr
    assert "2 slices" in succeed("list", "--data", data).stdout


def test_publish_into_a_cube_makes_a_hybrid(store, data, tmp_path):
    succeed("publish", store.path, "--id", "both", "--data", data)
    succeed("publish", features.write(tmp_path, "f", features.fields()), "--id", "both", "--data", data)
    with Server(data) as server:
        assert server.json("/collections/both/capabilities")["kind"] == "hybrid"
        kinds = [f["properties"]["chronotope:kind"] for f in server.json("/collections/both/items", {"limit": 100})["features"]]
    assert (kinds.count("slice"), kinds.count("feature")) == (2, 31)


def test_publish_prints_plain_lines_when_nobody_watches(store, data):
    done = succeed("publish", store.path, "--id", "lines", "--data", data)
    assert "\r" not in done.stderr and "\x1b" not in done.stderr and "%" in done.stderr


def test_publish_draws_a_bar_on_a_terminal(store, data):
    import os
    import pty
    import subprocess

    from support.server import clean_environment
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [str(places.binary()), "publish", str(store.path), "--id", "bar", "--data", str(data)], stdout=subprocess.PIPE, stderr=theirs, env=clean_environment(), timeout=120)
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert done.returncode == 0 and re.search(r"\r.*\[=+ *\] +\d+ %", shown), shown


def test_publish_twice_needs_force(store, data):
    succeed("publish", store.path, "--id", "one", "--data", data)
    fail("one", "--force", arguments=["publish", store.path, "--id", "one", "--data", data])
    succeed("publish", store.path, "--id", "one", "--data", data, "--force")


def test_publish_shows_at_once_in_a_running_server(store, data):
    with Server(data) as server:
        assert server.get("/collections/late").status_code == 404
        succeed("publish", store.path, "--id", "late", "--data", data)
        assert server.json("/collections/late/capabilities")["kind"] == "raster"
        succeed("remove", "late", "--data", data)
        assert server.get("/collections/late").status_code == 404


@pytest.mark.parametrize("id", ["..", "a/b", "", "UPPER CASE", "a" * 300])
def test_a_bad_id_is_refused(store, data, id):
    fail("id", arguments=["publish", store.path, "--id", id, "--data", data])


def test_missing_things_are_named(data):
    fail("nothing.zarr", arguments=["publish", "nothing.zarr", "--id", "x", "--data", data])
    fail("absent", arguments=["remove", "absent", "--data", data])


# ---- inspect ----

def test_inspect_tells_what_was_detected(made):
    text = succeed("inspect", made["utm31n"].path).stdout
    for word in ("EPSG:32631", "2021-03-01", "2021-06-20", "B08", "nir", "65535", "0.0001", "-0.1", "NDVI", "RGB"):
        assert word in text, word
    assert re.search(r"\b90\b", text) and re.search(r"\b76\b", text)


def test_inspect_of_features(made):
    text = succeed("inspect", made["fields"]).stdout
    assert "31" in text and "Polygon" in text and "crop" in text


def test_inspect_publishes_nothing(made, data):
    succeed("inspect", made["epsg7755"].path)
    assert not data.exists()


# ---- doctor ----

def test_doctor_is_content(data):
    text = succeed("doctor", "--data", data, "--public-url", "https://maps.example/geo").stdout
    assert all(word in text.lower() for word in ("proj.db", "proj", "data"))
    assert "https://maps.example/geo/collections" in text


def test_doctor_finds_a_data_directory_that_cannot_be_written(tmp_path):
    file = tmp_path / "file"
    file.write_text("not a folder")
    done = cli("doctor", "--data", file / "data")
    assert done.returncode != 0 and "data" in (done.stdout + done.stderr).lower()


# ---- configuration ----

def test_options_from_the_environment(store, data):
    succeed("publish", store.path, "--id", "one", env={"CHRONOTOPE_DATA": data})
    assert "one" in succeed("list", env={"CHRONOTOPE_DATA": data}).stdout


def test_options_from_a_file(store, data, tmp_path):
    config = tmp_path / "chronotope.yaml"
    config.write_text(f"data: {data}\n")
    succeed("publish", store.path, "--id", "one", "--config", config)
    assert "one" in succeed("list", "--config", config).stdout


def test_the_command_line_beats_the_environment_beats_the_file(data, tmp_path):
    config = tmp_path / "chronotope.yaml"
    config.write_text("public_url: https://file.example\n")
    doctor = lambda *more, **env: succeed("doctor", "--data", data, "--config", config, *more, env=env).stdout  # noqa: E731
    assert "https://file.example" in doctor()
    assert "https://environment.example" in doctor(CHRONOTOPE_PUBLIC_URL="https://environment.example")
    assert "https://option.example" in doctor("--public-url", "https://option.example", CHRONOTOPE_PUBLIC_URL="https://environment.example")


def test_unknown_keys_are_errors(data, tmp_path):
    config = tmp_path / "chronotope.yaml"
    config.write_text("prot: 8080\n")
    fail("prot", "port", arguments=["list", "--data", data, "--config", config])
    fail("CHRONOTOPE_PROT", arguments=["list", "--data", data], env={"CHRONOTOPE_PROT": "8080"})
    config.write_text("tokens:\n  - {name: a, token: abcdef, scpoe: write}\n")
    fail("scpoe", arguments=["list", "--data", data, "--config", config])


@pytest.mark.parametrize("option, value", [("--port", "eighty"), ("--port", "70000"), ("--public-url", "maps.example"), ("--tile-cache", "lots")])
def test_wrong_values_name_the_key(data, option, value):
    fail(option.strip("-").replace("-", "_"), value, arguments=["serve", "--data", data, option, value], timeout=20)


# ---- serve ----

def test_serving_begins_within_a_second(store, data):
    succeed("publish", store.path, "--id", "one", "--data", data)
    Server(data).start().stop()
    began = time.monotonic()
    with Server(data) as server:
        assert time.monotonic() - began < 1
        assert server.get("/collections/one").status_code == 200


def test_serve_prints_where_to_look(data):
    with Server(data) as server:
        time.sleep(0.2)
        text = server.log()
    assert server.base_url in text and "/map" in text and "/api" in text


def test_serve_ends_when_asked(data):
    server = Server(data).start()
    assert server.stop() in (0, -15)


def test_a_port_in_use_is_named(data, tmp_path):
    with Server(data) as server:
        fail(str(server.port), arguments=["serve", "--data", tmp_path / "other", "--port", server.port], timeout=30)
