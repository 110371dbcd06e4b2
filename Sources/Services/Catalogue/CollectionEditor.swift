import Catalog
import Core

/// Creates, describes and removes collections.
public struct CollectionEditor: Sendable {
    let service: Chronotope

    public init(_ service: Chronotope) { self.service = service }

    /// Members that the server derives; what a client sends for them is not kept.
    private static let derived: Set<String> = [
        "type", "id", "stac_version", "links", "title", "description", "chronotope:private", "chronotope:version", "created", "updated",
        "cube:dimensions", "cube:variables", "itemType", "crs", "storageCrs", "extent",
    ]

    /// - Throws: `invalidBody` for what is not a collection, `conflict` if there is one with this id.
    public func create(_ body: JSONObject) throws -> CollectionID {
        guard let name = body["id"]?.stringValue else { throw ServiceError(.invalidBody, "'id' is the id of the collection, a string") }
        let id = try ServiceError.naming("id") { () throws(CoreError) in try CollectionID(name) }
        try service.catalog.create(try describe(CollectionRecord(id: id), body))
        return id
    }

    public func replace(_ id: CollectionID, _ body: JSONObject) throws {
        if let own = body["id"], own != .string(id.rawValue) {
            throw ServiceError(.invalidBody, "'id' = '\(own.text)': is the id of the path, '\(id)', or absent")
        }
        guard let record = try service.catalog.collection(id, access: .all) else { throw ServiceError.notFound("collection", id.rawValue) }
        try service.catalog.update(try describe(record, body))
    }

    public func delete(_ id: CollectionID) throws {
        let record = try service.catalog.deleteCollection(id)
        if let storage = record.storage { Sweeper.retire(service.directory.cube(id, storage: storage)) }
    }

    private func describe(_ previous: CollectionRecord, _ body: JSONObject) throws -> CollectionRecord {
        if let type = body["type"], type != "Collection" { throw ServiceError(.invalidBody, "'type' = \(type.text): is \"Collection\"") }
        var record = previous
        record.title = try text(body, "title")
        record.description = try text(body, "description")
        if let value = body["chronotope:private"] {
            guard let flag = value.boolValue else { throw ServiceError(.invalidBody, "'chronotope:private' is true or false") }
            record.isPrivate = flag
        }
        try extent(body, &record)
        record.document = JSONObject(body.members.filter { !CollectionEditor.derived.contains($0.key) }.map { ($0.key, $0.value) })
        return record
    }

    /// An extent given by the user holds until data say otherwise.
    private func extent(_ body: JSONObject, _ record: inout CollectionRecord) throws {
        guard let extent = body["extent"] else { return }
        for (name, member) in [("extent", extent), ("extent.spatial", extent["spatial"] ?? [:]), ("extent.temporal", extent["temporal"] ?? [:])]
        where member.objectValue == nil {
            throw ServiceError(.invalidBody, "'\(name)' is an object")
        }
        if let boxes = extent["spatial"]?["bbox"], boxes[0]?.arrayValue == nil {
            throw ServiceError(.invalidBody, "'extent.spatial.bbox' is an array of bboxes")
        }
        if let intervals = extent["temporal"]?["interval"], intervals[0]?.arrayValue?.count != 2 {
            throw ServiceError(.invalidBody, "'extent.temporal.interval' is an array of intervals, each with two ends")
        }
        if let box = extent["spatial"]?["bbox"]?[0] {
            guard let numbers = box.numbers else { throw ServiceError(.invalidBody, "'extent.spatial.bbox[0]' is an array of 4 or 6 numbers") }
            let bbox = try ServiceError.naming("extent.spatial.bbox[0]") { () throws(CoreError) in try BBox(numbers: numbers) }
            record.extent.bbox = bbox
        }
        guard let ends = extent["temporal"]?["interval"]?[0]?.arrayValue, ends.count == 2 else { return }
        var parsed: [TimeInstant?] = []
        for end in ends {
            if end.isNull { parsed.append(nil); continue }
            guard let text = end.stringValue else { throw ServiceError(.invalidBody, "'extent.temporal.interval' holds date-times or null") }
            parsed.append(try ServiceError.naming("extent.temporal.interval") { () throws(CoreError) in try TimeInstant(rfc3339: text) })
        }
        if parsed.contains(where: { $0 != nil }) { record.extent.interval = TimeInterval(start: parsed[0], end: parsed[1]) }
    }

    private func text(_ body: JSONObject, _ name: String) throws -> String? {
        guard let value = body[name], !value.isNull else { return nil }
        guard let text = value.stringValue else { throw ServiceError(.invalidBody, "'\(name)' is a string") }
        return text
    }
}
