#!/usr/bin/env python3
"""Opens a collection's cube in xarray, over HTTP, and looks at the mean of every band.

usage: open_cube.py COLLECTION
"""
import os
import sys

import xarray as xr

url = os.environ.get("CHRONOTOPE_URL", "http://127.0.0.1:8080")
token = os.environ.get("AUTH_TOKEN")
options = {"client_kwargs": {"headers": {"Authorization": f"Bearer {token}"}}} if token else {}

cube = xr.open_zarr(f"{url}/collections/{sys.argv[1]}/zarr", storage_options=options, chunks=None)
print(cube)
for name, band in cube.data_vars.items():
    print(f"{name}: mean {float(band.mean()):.6g}")
