import Core
import Cube
import Hummingbird
import Services

/// `/collections/{collectionId}/aggregate/time-series` and `/collections/{collectionId}/point/{lonLat}`.
enum Values {
    static func routes() -> [Route] {
        [
            Route(
                method: .get, path: "/collections/{collectionId}/aggregate/time-series", operationID: "getTimeSeries",
                summary: "Layers aggregated over an area, by time step or by bucket of the calendar", tag: .values,
                parameters: [
                    .collectionID, required(.bbox), .datetime, .layers,
                    .query(
                        "aggregation", "What becomes of the values", ["type": "string", "enum": JSON(Aggregation.allCases.map(\.rawValue)), "default": "mean"]),
                    .query(
                        "resolution",
                        "The width of the buckets as an ISO 8601 duration of one unit: P1D, P1W, P1M, P1Y, P10D, PT6H; without it every time step by itself"),
                    .format("json", "csv"),
                ],
                responses: [.ok(MediaType.json, MediaType.csv), .problem(413, "More data than a request may read")], handler: series),
            Route(
                method: .get, path: "/collections/{collectionId}/point/{lonLat}", operationID: "getPoint",
                summary: "The values of layers at a point, over all times", tag: .values,
                parameters: [.collectionID, .path("lonLat", "longitude,latitude in degrees"), .layers, .datetime, .format("json", "csv")],
                responses: [.ok(MediaType.json, MediaType.csv)], handler: point),
        ]
    }

    private static func required(_ parameter: Parameter) -> Parameter {
        var parameter = parameter
        parameter.required = true
        return parameter
    }

    private static func series(_ request: APIRequest) async throws -> Response {
        let (collection, cube) = try await request.cube()
        guard let bbox = try request.bbox() else { throw ServiceError.parameter("bbox", "", "is required: the area to aggregate") }
        let aggregation = try request.aggregation()
        let resolution = try request.query["resolution"].map { text in
            try ServiceError.naming("resolution") { () throws(CoreError) in try CalendarPeriod(parsing: text) }
        }
        let (interval, names) = (try request.datetime(), request.query.list("layers"))
        let representation = try request.negotiate([.json, .csv])
        let series = try await request.blocking { try ValueQueries(request.service).series(bbox, interval, layers: names, aggregation, resolution, of: cube) }
        if representation == .csv { return .text(ValuesDocument.csv(series), type: MediaType.csv) }
        let links = [Link("self", request.selfURL, type: MediaType.json), Link("collection", request.links.collection(collection.id), type: MediaType.json)]
        return .json(ValuesDocument.series(series, bbox, aggregation, resolution, collection.id, links: links))
    }

    private static func point(_ request: APIRequest) async throws -> Response {
        let (collection, cube) = try await request.cube()
        let text = request.path("lonLat")
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
        guard numbers.count == 2, (-180...180).contains(numbers[0]), (-90...90).contains(numbers[1]) else {
            throw ServiceError.parameter("lonLat", text, "is longitude,latitude with longitude in -180...180 and latitude in -90...90")
        }
        let (interval, names) = (try request.datetime(), request.query.list("layers"))
        let representation = try request.negotiate([.json, .csv])
        let values = try await request.blocking {
            try ValueQueries(request.service).point(longitude: numbers[0], latitude: numbers[1], interval, layers: names, of: cube)
        }
        if representation == .csv { return .text(ValuesDocument.pointCSV(values), type: MediaType.csv) }
        let links = [Link("self", request.selfURL, type: MediaType.json), Link("collection", request.links.collection(collection.id), type: MediaType.json)]
        return .json(ValuesDocument.point(values, longitude: numbers[0], latitude: numbers[1], collection.id, links: links))
    }
}

extension APIRequest {
    /// The collection of the path and its cube.
    func cube() async throws -> (LoadedCollection, Cube) {
        let id = try collectionID()
        let found = try await blocking { try service.cube(id, for: principal) }
        return (found.collection, found.cube)
    }

    func aggregation() throws(ServiceError) -> Aggregation {
        guard let text = query["aggregation"] else { return .mean }
        guard let aggregation = Aggregation(rawValue: text) else {
            throw .parameter("aggregation", text, "is one of " + Aggregation.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return aggregation
    }
}
