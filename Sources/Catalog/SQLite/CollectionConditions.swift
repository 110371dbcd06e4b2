import Core

/// Rights as a condition on the table `collection`, in the same SQL that finds the records.
enum AccessSQL {
    static let condition = condition(table: "")

    static func condition(table: String) -> String {
        "(NOT \(table)private OR :all_private OR \(table)id IN (SELECT value FROM json_each(:private_ids)))"
    }

    static func bind(_ access: Access, to query: Statement) throws {
        switch access.privateCollections {
        case .all:
            try query.bind(":all_private", true)
            try query.bind(":private_ids", "[]")
        case .only(let ids):
            try query.bind(":all_private", false)
            try query.bind(":private_ids", JSON(ids.map(\.rawValue)).text)
        }
    }
}

/// The conditions of a `CollectionQuery` on the published extent.
struct CollectionConditions {
    private let access: Access
    private let bbox: BBox?
    private let time: StoredTime?
    let sql: String

    init(_ query: CollectionQuery) {
        (access, bbox, time) = (query.access, query.bbox, query.interval.map(StoredTime.init))
        var terms = [AccessSQL.condition]
        if let bbox { terms.append(CollectionConditions.boxCondition(wraps: bbox.crossesAntimeridian)) }
        if time != nil { terms.append("(\"start\" IS NULL OR (\"start\" <= :until AND \"end\" >= :since))") }
        sql = terms.joined(separator: " AND ")
    }

    /// Two boxes that wrap always meet in longitude; one that does meets another where either end reaches into it.
    private static func boxCondition(wraps: Bool) -> String {
        let both =
            wraps
            ? "(west > east OR west <= :east OR east >= :west)"
            : "(CASE WHEN west > east THEN west <= :east OR east >= :west ELSE west <= :east AND east >= :west END)"
        return "(west IS NULL OR (south <= :north AND north >= :south AND \(both)))"
    }

    func bind(to query: Statement) throws {
        try AccessSQL.bind(access, to: query)
        if let bbox {
            try query.bind(":west", bbox.west)
            try query.bind(":south", bbox.south)
            try query.bind(":east", bbox.east)
            try query.bind(":north", bbox.north)
        }
        if let time {
            try query.bind(":since", time.start)
            try query.bind(":until", time.end)
        }
    }
}
