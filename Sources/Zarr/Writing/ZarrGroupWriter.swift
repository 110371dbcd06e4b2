import Core

/// Writes the `zarr.json` of groups.
public enum ZarrGroupWriter {
    /// - Parameters:
    ///   - path: of the group; "" is the root.
    ///   - consolidated: documents of everything below the group by path relative to it (arrays: `ZarrArrayMetadata.json`,
    ///     groups: `json(attributes:)`), written inline as zarr-python 3 does. Write this group last.
    public static func write(
        _ store: any WritableZarrStore, path: String, attributes: JSONObject, consolidated: [String: JSON]? = nil
    ) throws(ZarrError) {
        let document = json(attributes: attributes, consolidated: consolidated)
        try store.write(StoreKey.join(path, "zarr.json"), document.encoded)
    }

    /// The document of a group (Zarr v3, "Group metadata").
    public static func json(attributes: JSONObject, consolidated: [String: JSON]? = nil) -> JSON {
        var document: JSONObject = ["attributes": .object(attributes), "zarr_format": 3, "node_type": "group"]
        if let consolidated {
            let nodes = consolidated.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            document["consolidated_metadata"] = ["kind": "inline", "must_understand": false, "metadata": JSON(nodes)]
        }
        return .object(document)
    }
}
