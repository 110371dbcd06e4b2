"""Real URLs for the routes that /api lists."""
import re

from . import tiles


class Routes:
    """The GET routes of the OpenAPI document, with example values for what is in braces."""

    def __init__(self, server, cube, fields_collection):
        self.document = server.json("/api")
        self.server = server
        item = server.json(f"/collections/{cube.id}/items", {"limit": 1})["features"][0]["id"]
        zoom, column, row = tiles.covering_tile(cube)
        lon, lat = (float(a[30, 40]) for a in cube.lonlat_centres())
        upload = server.request("POST", "/uploads", token=True, json={"collection": "never-committed", "fingerprint": "0" * 64}).json()["id"]
        web_asset = re.search(r'assets/([^"?]+)', server.get("/map").text)
        self.values = {
            "collectionid": cube.id, "itemid": item, "featureid": item, "tilematrixsetid": "WebMercatorQuad", "tileset": "WebMercatorQuad",
            "tilesetid": "WebMercatorQuad", "tilematrix": zoom, "z": zoom, "tilerow": row, "y": row, "tilecol": column, "x": column,
            "coordinates": f"{lon!r},{lat!r}", "lonlat": f"{lon!r},{lat!r}", "lon": repr(lon), "lat": repr(lat), "position": f"{lon!r},{lat!r}",
            "key": "zarr.json", "styleid": "default", "uploadid": upload, "file": web_asset.group(1) if web_asset else "missing", "path": web_asset.group(1) if web_asset else "missing",
        }
        # What some routes cannot be asked without.
        self.required = {"time-series": {"bbox": "5.32,50.63,5.33,50.64"}}
        self.skipped = ("/uploads/{", )

    def gets(self):
        return sorted(path for path, item in self.document["paths"].items() if "get" in item)

    def url(self, template):
        def value(match):
            name = match.group(1).lower()
            if name == "id" or name not in self.values:
                if "tileMatrixSets" in template:
                    return "WebMercatorQuad"
                raise KeyError(f"no example for {{{match.group(1)}}} of {template}")
            return str(self.values[name])

        return re.sub(r"\{([^}]+)\}", value, template)

    def query(self, template):
        return next((dict(q) for part, q in self.required.items() if part in template), {})

    def parameters(self, template):
        """Names and schemas of the query parameters of a GET route."""
        listed = self.document["paths"][template]["get"].get("parameters", [])
        return {p["name"]: p.get("schema", {}) for p in listed if p["in"] == "query"}
