import Core

/// Gathers a `VectorSummary` feature by feature.
struct VectorSummaryBuilder {
    fileprivate struct Column {
        var name: String
        var types: Set<VectorSummary.ValueType> = []
        var minimum: Double?
        var maximum: Double?
        /// Nil once there were too many.
        var values: Set<String>? = []
    }

    private var geometryTypes: Set<VectorSummary.GeometryType> = []
    private var columns: [Column] = []
    private var positions: [String: Int] = [:]

    /// - Parameter summary: of the features that are there already.
    init(_ summary: VectorSummary? = nil) {
        guard let summary else { return }
        geometryTypes = Set(summary.geometryTypes)
        for property in summary.properties {
            positions[property.name] = columns.count
            columns.append(
                Column(
                    name: property.name, types: Set(property.types), minimum: property.minimum, maximum: property.maximum,
                    values: property.values.map(Set.init) ?? (property.types.contains(.string) ? nil : [])))
        }
    }

    /// Properties that are not a JSON object are passed over.
    mutating func add(_ item: ItemRecord) {
        if let type = item.wkb.flatMap(VectorSummaryBuilder.geometryType) { geometryTypes.insert(type) }
        guard let text = item.properties, let members = try? JSONParser.parse(text).objectValue?.members else { return }
        for (i, member) in members.enumerated() {
            guard let at = position(of: member.key, hint: i) else { continue }
            columns[at].add(member.value)
        }
    }

    /// Features of one table have their properties in one order, so the same place is looked at before the table of names.
    private mutating func position(of name: String, hint: Int) -> Int? {
        if hint < columns.count, columns[hint].name == name { return hint }
        if let at = positions[name] { return at }
        guard columns.count < VectorSummary.propertyLimit else { return nil }
        positions[name] = columns.count
        columns.append(Column(name: name))
        return columns.count - 1
    }

    var summary: VectorSummary {
        VectorSummary(
            geometryTypes: VectorSummary.GeometryType.allCases.filter(geometryTypes.contains),
            properties: columns.map { column in
                let types = VectorSummary.ValueType.allCases.filter { type in
                    column.types.contains(type) && !(type == .integer && column.types.contains(.number))
                }
                let values = column.types.contains(.string) ? column.values.map { $0.sorted(by: ByteOrder.precedes) } : nil
                return .init(name: column.name, types: types, minimum: column.minimum, maximum: column.maximum, values: values)
            })
    }

    /// From the header of a WKB geometry: byte order, then a type number with ISO (+1000 …) or EWKB (high bits) dimensions.
    static func geometryType(_ wkb: [UInt8]) -> VectorSummary.GeometryType? {
        guard wkb.count >= 5 else { return nil }
        let code = (1...4).reduce(UInt32(0)) { code, i in code << 8 | UInt32(wkb[wkb[0] == 0 ? i : 5 - i]) }
        switch (code & 0x0FFF_FFFF) % 1000 {
        case 1: return .point
        case 2: return .lineString
        case 3: return .polygon
        case 4: return .multiPoint
        case 5: return .multiLineString
        case 6: return .multiPolygon
        case 7: return .geometryCollection
        default: return nil
        }
    }
}

extension VectorSummaryBuilder.Column {
    fileprivate mutating func add(_ value: JSON) {
        switch value {
        case .null: types.insert(.null)
        case .bool: types.insert(.boolean)
        case .int(let number): add(number: Double(number), .integer)
        case .double(let number): add(number: number, .number)
        case .array: types.insert(.array)
        case .object: types.insert(.object)
        case .string(let text):
            types.insert(.string)
            guard values?.contains(text) == false else { return }
            values?.insert(text)
            if let count = values?.count, count > VectorSummary.distinctLimit { values = nil }
        }
    }

    private mutating func add(number: Double, _ type: VectorSummary.ValueType) {
        types.insert(type)
        minimum = min(minimum ?? number, number)
        maximum = max(maximum ?? number, number)
    }
}

/// The order of texts by their UTF-8 bytes: that of SQLite's BINARY and PostgreSQL's "C" collation.
enum ByteOrder {
    static func precedes(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }
}
