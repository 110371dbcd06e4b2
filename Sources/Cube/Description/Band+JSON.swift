import Core

extension Band {
    /// All that is known of the band; `init(reading:)` reads it back.
    public var json: JSON {
        var members: [(String, JSON)] = [
            ("name", .string(name)), ("title", .string(title)), ("dataType", .string(dataType.rawValue)),
            ("variable", .string(variable)), ("isCategorical", .bool(isCategorical)), ("isTimeVarying", .bool(isTimeVarying)),
            ("scale", .double(scale)), ("offset", .double(offset)),
        ]
        if let commonName { members.append(("commonName", .string(commonName))) }
        if let unit { members.append(("unit", .string(unit))) }
        // JSON has no NaN; STAC writes it as a string.
        if let nodata { members.append(("nodata", nodata.isNaN ? "nan" : JSON(nodata))) }
        if !otherNodata.isEmpty { members.append(("otherNodata", JSON(otherNodata))) }
        if let validRange { members.append(("validRange", JSON([validRange.lowerBound, validRange.upperBound]))) }
        if !categories.isEmpty { members.append(("categories", .array(categories.map(\.json)))) }
        if let centerWavelength { members.append(("centerWavelength", JSON(centerWavelength))) }
        if let bandIndex { members.append(("bandIndex", JSON(bandIndex))) }
        if let statistics { members.append(("statistics", statistics.json)) }
        return JSON(members)
    }

    init(reading reader: DescriptionReader) throws {
        guard let type = DataType(rawValue: try reader.string("dataType")) else { throw reader.failure("dataType is known") }
        self.init(
            name: try reader.string("name"), title: try reader.string("title"), dataType: type, variable: try reader.string("variable"),
            isCategorical: try reader.bool("isCategorical"), isTimeVarying: try reader.bool("isTimeVarying"))
        scale = try reader.double("scale")
        offset = try reader.double("offset")
        commonName = reader.optionalString("commonName")
        unit = reader.optionalString("unit")
        nodata = reader.optionalString("nodata") == "nan" ? .nan : reader.optionalDouble("nodata")
        otherNodata = try reader.optionalChild("otherNodata")?.numbers() ?? []
        validRange = try reader.optionalChild("validRange")?.range()
        categories = try reader.optionalArray("categories")?.map { try Category(reading: $0) } ?? []
        centerWavelength = reader.optionalDouble("centerWavelength")
        bandIndex = reader.optionalInt("bandIndex")
        statistics = try reader.optionalChild("statistics").map { try BandStatistics(reading: $0) }
    }
}

extension Band.Category {
    var json: JSON {
        var members: [(String, JSON)] = [("value", JSON(value)), ("label", .string(label))]
        if let color { members.append(("color", .string(color))) }
        return JSON(members)
    }

    init(reading reader: DescriptionReader) throws {
        self.init(value: try reader.int("value"), label: try reader.string("label"), color: reader.optionalString("color"))
    }
}

extension BandStatistics {
    /// `{count, minimum, maximum, mean, stddev, p2, p98, validShare}`
    public var json: JSON {
        [
            "count": JSON(count), "minimum": JSON(minimum), "maximum": JSON(maximum), "mean": JSON(mean),
            "stddev": JSON(standardDeviation), "p2": JSON(p2), "p98": JSON(p98), "validShare": JSON(validShare),
        ]
    }

    init(reading reader: DescriptionReader) throws {
        self.init(
            count: try reader.int("count"), minimum: reader.optionalDouble("minimum") ?? .nan,
            maximum: reader.optionalDouble("maximum") ?? .nan, mean: reader.optionalDouble("mean") ?? .nan,
            standardDeviation: reader.optionalDouble("stddev") ?? .nan, p2: reader.optionalDouble("p2") ?? .nan,
            p98: reader.optionalDouble("p98") ?? .nan, validShare: try reader.child("validShare").numbers())
    }
}

extension Layer {
    public var json: JSON {
        var members: [(String, JSON)] = [
            ("name", .string(name)), ("title", .string(title)), ("kind", .string(kind.rawValue)), ("expressions", JSON(expressions)),
            ("bands", JSON(bands)), ("ranges", .array(ranges.map { JSON([$0.lowerBound, $0.upperBound]) })),
        ]
        if let colormap { members.append(("colormap", .string(colormap))) }
        if !categories.isEmpty { members.append(("categories", .array(categories.map(\.json)))) }
        if let unit { members.append(("unit", .string(unit))) }
        if let statistics { members.append(("statistics", statistics.json)) }
        return JSON(members)
    }

    init(reading reader: DescriptionReader) throws {
        guard let kind = Kind(rawValue: try reader.string("kind")) else { throw reader.failure("kind is band, index or composite") }
        self.init(
            name: try reader.string("name"), title: try reader.string("title"), kind: kind,
            expressions: try reader.array("expressions").map { try $0.text() }, bands: try reader.array("bands").map { try $0.text() },
            ranges: try reader.array("ranges").map { try $0.range() }, colormap: reader.optionalString("colormap"),
            unit: reader.optionalString("unit"))
        categories = try reader.optionalArray("categories")?.map { try Band.Category(reading: $0) } ?? []
        statistics = try reader.optionalChild("statistics").map { try BandStatistics(reading: $0) }
    }
}
