#!/usr/bin/env python3
"""Finds items with pystac-client.

usage: search.py [WEST,SOUTH,EAST,NORTH] [START/END]
"""
import os
import sys

from pystac_client import Client

url = os.environ.get("CHRONOTOPE_URL", "http://127.0.0.1:8080")
bbox = [float(n) for n in sys.argv[1].split(",")] if len(sys.argv) > 1 else None
datetime = sys.argv[2] if len(sys.argv) > 2 else None

catalog = Client.open(url)
for collection in catalog.get_collections():
    print(f"{collection.id}: {collection.title}")

for item in catalog.search(bbox=bbox, datetime=datetime, max_items=20).items():
    print(f"  {item.collection_id} / {item.id}: {item.datetime or item.properties['start_datetime']}")
