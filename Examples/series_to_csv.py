#!/usr/bin/env python3
"""Writes the monthly mean of a layer over a box as CSV.

usage: series_to_csv.py COLLECTION LAYER WEST,SOUTH,EAST,NORTH > series.csv
"""
import os
import sys
import urllib.parse
import urllib.request

url = os.environ.get("CHRONOTOPE_URL", "http://127.0.0.1:8080")
collection, layer, bbox = sys.argv[1:4]
query = urllib.parse.urlencode({"bbox": bbox, "layers": layer, "aggregation": "mean", "resolution": "P1M", "f": "csv"})
with urllib.request.urlopen(f"{url}/collections/{collection}/aggregate/time-series?{query}") as answer:
    sys.stdout.write(answer.read().decode())
