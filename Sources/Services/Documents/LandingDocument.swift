import Catalog
import Core

/// The landing page: a STAC Catalog and an OGC landing page in one.
public enum LandingDocument {
    public static func make(_ collections: [CollectionRecord], conformance: [String], _ links: LinkBuilder) -> JSON {
        var all = [
            Link("self", links.url(), type: MediaType.json),
            Link("alternate", links.url(query: [("f", "html")]), type: MediaType.html, title: "This page for people"),
            Link("root", links.url(), type: MediaType.json),
            Link("service-desc", links.url("api"), type: MediaType.openAPI, title: "OpenAPI document"),
            Link("service-doc", links.url("api.html"), type: MediaType.html, title: "API documentation"),
            Link("conformance", links.url("conformance"), type: MediaType.json, title: "Conformance classes"),
            Link(Rel.conformance, links.url("conformance"), type: MediaType.json, title: "Conformance classes"),
            Link("data", links.url("collections"), type: MediaType.json, title: "Collections"),
            Link(Rel.data, links.url("collections"), type: MediaType.json, title: "Collections"),
            Link("search", links.url("search"), type: MediaType.geoJSON, title: "STAC search", extra: ["method": "GET"]),
            Link("search", links.url("search"), type: MediaType.geoJSON, title: "STAC search", extra: ["method": "POST"]),
            Link(Rel.tilingSchemes, links.url("tileMatrixSets"), type: MediaType.json, title: "Tile matrix sets"),
            Link("preview", links.url("map"), type: MediaType.html, title: "Map"),
            Link("health", links.url("health"), type: MediaType.json, title: "Health and versions"),
        ]
        all += collections.map { Link("child", links.collection($0.id), type: MediaType.json, title: $0.title ?? $0.id.rawValue) }
        return [
            "type": "Catalog", "stac_version": .string(CollectionDocument.stacVersion), "id": "chronotope", "title": "Chronotope",
            "description": "Data in space and time: find it, look at it, filter it, aggregate it, download it.",
            "conformsTo": JSON(conformance), "links": JSON(all),
        ]
    }
}
