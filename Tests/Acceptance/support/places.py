"""Where things are: the repository, the binary under test, the optional real data beside the repository."""
import os
import shutil
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
UPLOAD_SCRIPT = REPOSITORY / "scripts" / "upload_local_zarr.py"
EXAMPLES = REPOSITORY / "Examples"


def binary():
    """The program under test: CHRONOTOPE_TEST_BINARY, else the release build, else the debug build."""
    given = os.environ.get("CHRONOTOPE_TEST_BINARY")
    candidates = [Path(given)] if given else [REPOSITORY / ".build" / kind / "chronotope" for kind in ("release", "debug")]
    for path in candidates:
        if path.is_file() and os.access(path, os.X_OK):
            return path.resolve()
    raise FileNotFoundError("no chronotope binary; looked at " + ", ".join(map(str, candidates)))


def shared():
    """The folder with real data and validators, or None."""
    folder = Path(os.environ.get("CHRONOTOPE_SHARED") or REPOSITORY.parent / "shared")
    return folder if (folder / "data" / "MANIFEST.md").is_file() else None


def shared_store(name):
    """A real Zarr store of the shared data, or None."""
    path = shared() and shared() / "data" / "raster" / name
    return path if path and path.exists() else None


def shared_file(*parts):
    path = shared() and shared().joinpath(*parts)
    return path if path and path.exists() else None


def tool(name):
    """The path of an installed program, or None."""
    return shutil.which(name)
