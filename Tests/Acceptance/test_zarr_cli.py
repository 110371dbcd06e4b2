"""`chronotope zarr info|read|reduce|copy` against numpy, on stores that zarr-python wrote."""
import json
import shutil
import zipfile

import numpy as np
import pytest
import xarray as xr
import zarr

from support import places
from support.server import cli

TYPES = ["bool", "uint8", "int8", "uint16", "int32", "int64", "uint64", "float16", "float32", "float64", "complex64", "complex128",
         "S5", "U12", "datetime64[ns]", "timedelta64[s]"]
SHAPE, CHUNKS = (5, 21, 34), (2, 8, 16)


def values(dtype, shape=SHAPE):
    numbers = np.random.default_rng(7).integers(0, 100, shape)
    dtype = np.dtype(dtype)
    if dtype.kind in "SU":
        return np.char.add("v", numbers.astype("U")).astype(dtype)
    return (numbers % 2 if dtype.kind == "b" else numbers).astype(dtype)


def add(group, name, data, version, **options):
    names = ["time", "y", "x"][-data.ndim:] if data.ndim else []
    options.setdefault("chunks", CHUNKS[-data.ndim:] if data.ndim else ())
    if version == 3:
        options["dimension_names"] = names
    array = group.create_array(name, shape=data.shape, dtype=data.dtype, **options)
    if version == 2:
        array.attrs["_ARRAY_DIMENSIONS"] = names
    array[...] = data
    return array


@pytest.fixture(scope="module", params=[2, 3])
def version(request):
    return request.param


@pytest.fixture(scope="module")
def store(tmp_path_factory, version):
    """A group with an array of every type, and a group in it."""
    path = tmp_path_factory.mktemp("zarr") / "cube.zarr"
    root = zarr.create_group(path, zarr_format=version, attributes={"title": "a cube", "numbers": [1, 2]})
    for dtype in TYPES:
        add(root, name_of(dtype), values(dtype), version)
    below = root.create_group("deep/er", attributes={"level": 2})
    add(below, "big", values(">i4"), version)
    if version == 3:
        add(root, "sharded", values("uint16"), 3, chunks=(1, 4, 4), shards=(2, 8, 16))
    else:
        add(root, "fortran", values("uint16"), 2, order="F")
    gaps = values("float32")
    gaps[gaps < 20] = np.nan
    gaps[:, 0, 0] = np.nan
    add(root, "gaps", gaps, version, fill_value=np.nan)
    add(root, "scalar", np.array(7, "int32"), version)
    zarr.consolidate_metadata(path)
    return path


def name_of(dtype):
    return dtype.replace("[", "_").replace("]", "")


def run(*arguments, code=0, **options):
    done = cli("zarr", *arguments, **options)
    assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def refuse(*words, arguments, code=1):
    done = run(*arguments, code=code)
    for word in words:
        assert word in done.stderr, f"'{word}' is not in: {done.stderr}"


def read(tmp_path, *arguments):
    out = tmp_path / "out.npy"
    run("read", *arguments, "-o", out)
    return np.load(out)


def same(got, expected):
    assert got.dtype == expected.dtype.newbyteorder("<") and got.shape == expected.shape
    assert got.flags.c_contiguous
    assert got.tobytes() == np.ascontiguousarray(expected.astype(got.dtype)).tobytes()


# ---- read ----

@pytest.mark.parametrize("dtype", TYPES)
def test_every_type_reads_as_stored(store, tmp_path, dtype):
    same(read(tmp_path, store / name_of(dtype)), values(dtype))


def test_big_endian_order_shards_and_scalars(store, tmp_path, version):
    same(read(tmp_path, store / "deep" / "er" / "big"), values("int32"))
    same(read(tmp_path, store / ("sharded" if version == 3 else "fortran")), values("uint16"))
    same(read(tmp_path, store / "scalar"), np.array(7, "int32"))


@pytest.mark.parametrize("select, index", [
    ("time=0", np.s_[0]), ("time=-1,x=3", np.s_[-1, :, 3]), ("y=4:15,x=-9:", np.s_[:, 4:15, -9:]), ("0=1:3,2=:5", np.s_[1:3, :, :5]),
    ("time=2,y=20,x=33", np.s_[2, 20, 33]), ("y=5:5", np.s_[:, 5:5]), ("x=10:999", np.s_[:, :, 10:999])])
def test_selections_are_numpys(store, tmp_path, select, index):
    same(read(tmp_path, store / "uint16", "--select", select), np.asarray(values("uint16")[index]))


def test_a_tiny_budget_reads_the_same(store, tmp_path):
    same(read(tmp_path, store / "float64", "--memory-budget", "1K", "--threads", "3"), values("float64"))


def test_json(store):
    def text(name, select):
        return json.loads(run("read", store / name, "--select", select, "--json").stdout)
    assert text("int64", "time=0,y=0:3") == values("int64")[0, :3].tolist()
    assert text("U12", "time=0,y=0,x=0:2") == values("U12")[0, 0, :2].tolist()
    assert text("bool", "time=0,y=0,x=0:4") == values("bool")[0, 0, :4].tolist()
    assert text("gaps", "time=0,y=0,x=0") is None
    assert text("complex64", "time=0,y=0,x=1") == [values("complex64")[0, 0, 1].real, 0]


def test_an_existing_file_is_replaced_whole(store, tmp_path):
    (tmp_path / "out.npy").write_bytes(b"x" * 1_000_000)
    same(read(tmp_path, store / "uint8", "--select", "time=0"), values("uint8")[0])
    assert [p.name for p in tmp_path.iterdir()] == ["out.npy"]


@pytest.mark.parametrize("folder", ["", "inside/cube.zarr/"])
def test_a_zip_reads_like_a_folder(store, tmp_path, folder):
    archive = tmp_path / "cube.zip"
    with zipfile.ZipFile(archive, "w") as target:
        for file in store.rglob("*"):
            if file.is_file():
                target.write(file, folder + str(file.relative_to(store)))
    same(read(tmp_path, f"{archive}/deep/er/big"), values("int32"))
    assert json.loads(run("info", archive, "--json").stdout)["attributes"]["title"] == "a cube"


def test_variable_text_becomes_fixed(tmp_path, version):
    words = np.array(["a", "grün", "", "ωmega"], dtype=object)
    root = zarr.create_group(tmp_path / "t.zarr", zarr_format=version)
    array = root.create_array("names", shape=(4,), chunks=(3,), dtype=str)
    array[:] = words
    same(read(tmp_path, tmp_path / "t.zarr" / "names"), words.astype("U"))
    run("copy", tmp_path / "t.zarr", tmp_path / "copy.zarr")
    assert zarr.open(tmp_path / "copy.zarr")["names"][:].tolist() == words.tolist()


@pytest.mark.parametrize("select, words", [
    ("time=9", ["select", "time=9", "from -5 to 4"]), ("band=1", ["select", "band", "time, y, x"]), ("y=0:9:2", ["select", "step"]),
    ("x", ["select", "axis=index"])])
def test_refused_selections(store, tmp_path, select, words):
    refuse(*words, arguments=["read", store / "uint16", "--select", select, "-o", tmp_path / "out.npy"])
    assert not list(tmp_path.iterdir())


def test_refused_paths(store, tmp_path):
    out = tmp_path / "out.npy"
    refuse("group", "uint16", arguments=["read", store, "-o", out])
    refuse("nope", "uint16", arguments=["read", store / "nope", "-o", out], code=3)
    refuse("does not exist", arguments=["read", tmp_path / "none.zarr" / "a", "-o", out], code=3)
    refuse("no Zarr store", arguments=["info", tmp_path])
    (tmp_path / "text.txt").write_text("hello")
    refuse("neither", arguments=["info", tmp_path / "text.txt"])
    refuse("out", arguments=["read", store / "uint16", "-o", tmp_path / "no" / "out.npy"])
    refuse("--output", "--json", arguments=["read", store / "uint16"], code=64)


def test_a_broken_chunk_leaves_no_file(store, tmp_path, version):
    broken = tmp_path / "broken.zarr"
    shutil.copytree(store, broken)
    chunk = broken / "uint16" / ("c/1/1/1" if version == 3 else "1.1.1")
    chunk.write_bytes(chunk.read_bytes()[:20])
    for command in (["read"], ["reduce", "--axis", "time", "--op", "max"]):
        refuse("uint16", "(1, 1, 1)", arguments=[*command, broken / "uint16", "-o", tmp_path / "out.npy"])
    refuse("uint16", "(1, 1, 1)", arguments=["copy", broken, tmp_path / "copy.zarr"])
    assert [p.name for p in tmp_path.iterdir()] == ["broken.zarr"]


# ---- info ----

def test_info(store, version):
    text = run("info", store).stdout
    assert f"v{version}" in text and "uint16" in text and "time=5, y=21, x=34" in text and "deep/er" in text and "a cube" in text
    info = json.loads(run("info", store, "--json").stdout)
    array = info["arrays"]["uint16"]
    assert array["shape"] == list(SHAPE) and array["chunk_shape"] == list(CHUNKS) and array["dtype"] == "<u2"
    assert array["dimension_names"] == ["time", "y", "x"] and array["chunks"] == 3 * 3 * 3 and array["bytes"] == 5 * 21 * 34 * 2
    assert info["groups"]["deep/er"]["attributes"] == {"level": 2} and info["consolidated"] is True
    alone = json.loads(run("info", store / "deep" / "er" / "big", "--json").stdout)
    assert alone["node_type"] == "array" and alone["shape"] == list(SHAPE)


# ---- reduce ----

NUMPY = {"mean": np.nanmean, "min": np.nanmin, "max": np.nanmax, "sum": np.nansum, "std": np.nanstd, "median": np.nanmedian}


@pytest.mark.parametrize("operation", [*NUMPY, "count"])
@pytest.mark.parametrize("dtype", ["bool", "uint8", "int8", "uint16", "int32", "int64", "uint64", "float32", "float64"])
@pytest.mark.parametrize("axis", ["time", "1", "x"])
def test_reductions_are_numpys(store, tmp_path, operation, dtype, axis):
    number = {"time": 0, "1": 1, "x": 2}[axis]
    data = values(dtype)
    run("reduce", store / name_of(dtype), "--axis", axis, "--op", operation, "-o", tmp_path / "out.npy", "--threads", "2")
    got = np.load(tmp_path / "out.npy")
    expected = np.full(np.delete(SHAPE, number), SHAPE[number], "int64") if operation == "count" else NUMPY[operation](data, axis=number)
    assert got.shape == expected.shape
    if operation in ("min", "max", "count") or (operation == "sum" and dtype not in ("float32",)):
        same(got, expected)
    else:
        np.testing.assert_allclose(got, expected.astype("float64"), rtol=2e-7 if dtype == "float32" else 1e-13, atol=1e-13)
        assert got.dtype == ("float32" if dtype == "float32" else "float64")


@pytest.mark.filterwarnings("ignore:All-NaN:RuntimeWarning", "ignore:Mean of empty:RuntimeWarning")
def test_nan_and_nodata_are_left_out(store, tmp_path):
    out = tmp_path / "out.npy"
    data = zarr.open(store)["gaps"][...]
    run("reduce", store / "gaps", "--axis", "time", "--op", "mean", "-o", out)
    np.testing.assert_allclose(np.load(out), np.nanmean(data.astype("float64"), axis=0), rtol=2e-7)
    run("reduce", store / "gaps", "--axis", "time", "--op", "count", "--nodata", "50", "-o", out)
    same(np.load(out), ((~np.isnan(data)) & (data != 50)).sum(axis=0).astype("int64"))
    numbers = values("uint16")
    run("reduce", store / "uint16", "--axis", "time", "--op", "sum", "--nodata", "3", "-o", out)
    same(np.load(out), np.where(numbers == 3, 0, numbers).sum(axis=0, dtype="uint64"))


@pytest.mark.parametrize("options, words", [
    (["--axis", "band", "--op", "mean"], ["axis", "band", "time, y, x"]), (["--axis", "time", "--op", "avg"], ["op", "avg", "median"]),
    (["--axis", "7", "--op", "mean"], ["axis", "'7'", "0 to 2"]), (["--axis", "time", "--op", "mean", "--nodata", "x"], ["nodata", "'x'"]),
    (["--axis", "time", "--op", "mean", "--threads", "0"], ["threads", "'0'"])])
def test_refused_reductions(store, tmp_path, options, words):
    refuse(*words, arguments=["reduce", store / "uint16", *options, "-o", tmp_path / "out.npy"])
    refuse("numbers", arguments=["reduce", store / "U12", "--axis", "time", "--op", "mean", "-o", tmp_path / "out.npy"])
    assert not list(tmp_path.iterdir())


# ---- copy ----

def check_copy(source, target):
    old, new = zarr.open_group(source, mode="r"), zarr.open_group(target, mode="r")
    assert new.metadata.zarr_format == 3 and new.metadata.consolidated_metadata is not None
    assert dict(new.attrs) == dict(old.attrs)
    nodes = dict(old.members(max_depth=None))
    assert set(dict(new.members(max_depth=None))) == set(nodes)
    for name, node in nodes.items():
        copy = new[name]
        attributes = {k: v for k, v in dict(node.attrs).items() if k != "_ARRAY_DIMENSIONS"}
        assert dict(copy.attrs) == attributes
        if not isinstance(node, zarr.Array):
            continue
        same(np.asarray(copy[...]), np.asarray(node[...]))
        np.testing.assert_array_equal(np.asarray(copy.fill_value), np.asarray(node.fill_value))
        if node.ndim:
            assert list(copy.metadata.dimension_names) == ["time", "y", "x"][-node.ndim:]
    return new


def test_a_group_is_copied_with_all_that_is_in_it(store, tmp_path):
    run("copy", store, tmp_path / "copy.zarr")
    new = check_copy(store, tmp_path / "copy.zarr")
    assert new["uint16"].chunks == CHUNKS
    assert [p.name for p in tmp_path.iterdir()] == ["copy.zarr"]


@pytest.mark.parametrize("codec, level, found", [("zstd", "7", "Zstd"), ("blosc", "1", "Blosc"), ("none", None, None)])
def test_another_chunking_and_codec(store, tmp_path, codec, level, found):
    options = ["--level", level] if level else []
    run("copy", store, tmp_path / "copy.zarr", "--chunks", "time=5,y=3,x=100", "--codec", codec, *options, "--memory-budget", "64K")
    new = check_copy(store, tmp_path / "copy.zarr")
    assert new["uint16"].chunks == (5, 3, 34)
    assert [type(c).__name__.removesuffix("Codec") for c in new["uint16"].compressors] == ([found] if found else [])


def test_shards(store, tmp_path, version):
    run("copy", store / "uint16", tmp_path / "one.zarr", "--chunks", "time=1,y=4,x=4", "--shards", "y=12,x=400")
    copy = zarr.open_array(tmp_path / "one.zarr", mode="r")
    assert copy.chunks == (1, 4, 4) and copy.shards == (1, 12, 36)
    same(copy[...], values("uint16"))
    if version == 3:
        run("copy", store / "sharded", tmp_path / "kept.zarr")
        kept = zarr.open_array(tmp_path / "kept.zarr", mode="r")
        assert kept.chunks == (1, 4, 4) and kept.shards == (2, 8, 16)
        same(kept[...], values("uint16"))


def test_xarray_opens_the_copy(store, tmp_path):
    run("copy", store, tmp_path / "copy.zarr", "--chunks", "time=1")
    opened = xr.open_zarr(tmp_path / "copy.zarr", mask_and_scale=False, decode_times=False, chunks=None)
    assert opened["float64"].dims == ("time", "y", "x")
    np.testing.assert_array_equal(opened["float64"].values, values("float64"))


def test_an_existing_target_is_left_alone(store, tmp_path):
    target = tmp_path / "copy.zarr"
    target.mkdir()
    (target / "mine.txt").write_text("mine")
    refuse("copy.zarr", "exists", arguments=["copy", store, target])
    assert [p.name for p in tmp_path.iterdir()] == ["copy.zarr"] and [p.name for p in target.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("options, words", [
    (["--chunks", "time"], ["chunks", "'time'"]), (["--chunks", "time=0"], ["chunks", "positive"]), (["--chunks", "band=3"], ["chunks", "band", "time"]),
    (["--chunks", "y=8", "--shards", "y=12"], ["shards", "multiple"]), (["--codec", "lzma"], ["codec", "lzma", "blosc"]),
    (["--level", "10"], ["level", "10", "0 to 9"]), (["--codec", "none", "--level", "1"], ["level", "none"])])
def test_refused_copies(store, tmp_path, options, words):
    refuse(*words, arguments=["copy", store / "uint16", tmp_path / "copy.zarr", *options])
    assert not list(tmp_path.iterdir())


def test_structures_and_raw_bytes(tmp_path):
    fields = np.zeros(4, [("a", "<i4"), ("it's", ">u2"), ("c", "S3")])
    fields["a"], fields["it's"], fields["c"] = range(4), 9, b"xy"
    opaque = np.array([b"abc", b"de\0", b"\0\0\0", b"xyz"], "V3")
    for name, data in {"fields": fields, "opaque": opaque}.items():
        zarr.create_array(tmp_path / name, data=data, chunks=(3,), zarr_format=2)
        run("copy", tmp_path / name, tmp_path / f"{name}.copy")
        for got in (read(tmp_path, tmp_path / name), zarr.open_array(tmp_path / f"{name}.copy", mode="r")[:]):
            assert got.dtype == data.dtype.newbyteorder("<") and got.tolist() == data.tolist()
    assert json.loads(run("read", tmp_path / "fields", "--select", "0=1", "--json").stdout) == [1, 9, "xy"]


# ---- stores of other implementations ----

@pytest.mark.shared
def test_shared_stores_read_to_their_expected_values(tmp_path):
    folder = places.shared() / "data" / "zarr"
    cases = [c for c in json.loads((folder / "index.json").read_text())["arrays"] if c["category"] == "core"][::12]
    assert len(cases) > 30
    for case in cases:
        got = read(tmp_path, folder / "stores" / case["array"])
        # The expected file of a scalar has one axis.
        expected = np.load(folder / case["expected"]).reshape(case["metadata"]["shape"])
        same(got, expected)
