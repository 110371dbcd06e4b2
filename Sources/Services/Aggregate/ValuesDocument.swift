import Core
import Cube
import Geo

/// Values of layers over time: in an area, and at a point.
public struct ValueQueries: Sendable {
    let service: Chronotope
    /// Layers of one request at most.
    public static let layerLimit = 16

    public init(_ service: Chronotope) { self.service = service }

    /// An aggregated series; its pixels are those whose centre lies in the box.
    public func series(
        _ bbox: BBox, _ interval: TimeInterval?, layers names: [String]?, _ aggregation: Aggregation, _ resolution: CalendarPeriod?, of cube: Cube
    ) throws -> TimeSeries {
        let layers = try valued(names, cube)
        return try cube.timeSeries(
            TimeSeriesRequest(
                region: .bbox(bbox), interval: interval, layers: layers.map { .named($0.name) }, aggregation: aggregation, resolution: resolution,
                byteBudget: service.configuration.memoryBudgetBytes, threads: service.configuration.threads))
    }

    /// - Throws: `notFound` outside the cube.
    public func point(longitude: Double, latitude: Double, _ interval: TimeInterval?, layers names: [String]?, of cube: Cube) throws -> PointValues {
        let layers = try valued(names, cube)
        guard
            let values = try cube.pointValues(
                longitude: longitude, latitude: latitude, layers: layers.map { .named($0.name) }, interval: interval, threads: service.configuration.threads)
        else { throw ServiceError(.notFound, "the point \(longitude),\(latitude) lies outside the cube") }
        return values
    }

    /// The layers of a request that have one value per pixel; without names the first index, or the first band.
    private func valued(_ names: [String]?, _ cube: Cube) throws(ServiceError) -> [Layer] {
        guard let names, !names.isEmpty else {
            let layer = cube.description.layers.first { $0.kind == .index } ?? cube.description.layers.first { $0.kind == .band }
            guard let layer else { throw ServiceError(.notFound, "the collection has no layer with values") }
            return [layer]
        }
        let layers = try Layers.named(names, of: cube.description, maximum: ValueQueries.layerLimit)
        if let composite = layers.first(where: { $0.kind == .composite }) {
            throw .parameter("layers", composite.name, "is a composite of three; values come from bands and indices")
        }
        return layers
    }
}

/// The answers as documents.
public enum ValuesDocument {
    public static func series(_ series: TimeSeries, _ bbox: BBox, _ aggregation: Aggregation, _ resolution: CalendarPeriod?, _ id: CollectionID, links: [Link])
        -> JSON
    {
        [
            "collection": .string(id.rawValue), "bbox": JSON(bbox.numbers), "aggregation": .string(aggregation.rawValue),
            "resolution": JSON(resolution?.description),
            "layers": JSON(series.series.map(\.name)), "pixels": JSON(series.pixelCount),
            "series": .array(
                series.series.map { one in
                    [
                        "layer": .string(one.name), "unit": JSON(one.unit),
                        "values": .array(
                            one.values.map { value in
                                [
                                    "datetime": .string(value.start.description), "start": .string(value.start.description),
                                    "end": .string(value.end.description),
                                    "value": JSON(value.value), "count": JSON(value.count), "steps": JSON(value.steps),
                                ]
                            }),
                    ]
                }),
            "timeStamp": .string(TimeInstant.now.description), "links": JSON(links),
        ]
    }

    public static func csv(_ series: TimeSeries) -> String {
        var lines = ["layer,start,end,value,count"]
        for one in series.series {
            for value in one.values {
                lines.append("\(CSV.field(one.name)),\(value.start),\(value.end),\(value.value.map { JSON($0).text } ?? ""),\(value.count)")
            }
        }
        return lines.joined(separator: "\r\n") + "\r\n"
    }

    public static func point(_ values: PointValues, longitude: Double, latitude: Double, _ id: CollectionID, links: [Link]) -> JSON {
        [
            "collection": .string(id.rawValue), "coordinates": JSON([longitude, latitude]), "layers": JSON(values.series.map(\.name)),
            "units": JSON(values.series.map { ($0.name, JSON($0.unit)) }), "pixel": ["column": JSON(values.column), "row": JSON(values.row)],
            "values": .array(
                values.times.enumerated().map { index, time in
                    JSON([("datetime", .string(time.description))] + values.series.map { ($0.name, JSON($0.values[index])) })
                }),
            "links": JSON(links),
        ]
    }

    public static func pointCSV(_ values: PointValues) -> String {
        var lines = [(["datetime"] + values.series.map { CSV.field($0.name) }).joined(separator: ",")]
        for (index, time) in values.times.enumerated() {
            lines.append(([time.description] + values.series.map { $0.values[index].map { JSON($0).text } ?? "" }).joined(separator: ","))
        }
        return lines.joined(separator: "\r\n") + "\r\n"
    }
}

enum CSV {
    /// A field as RFC 4180 writes it.
    static func field(_ text: String) -> String {
        text.contains { $0 == "," || $0 == "\"" || $0.isNewline } ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }
}
