import Core
import Zarr

/// Finds the time steps of a cube.
struct TimeDetector {
    let view: StoreView
    let detector: DimensionDetector

    struct Found: Sendable {
        var times: [TimeInstant]
        /// Where in the store each of `times` lies; nil where the store has them in order.
        var order: [Int]?
        var source: String
        var notes: [String] = []
        /// The store has a time axis (else one time holds for everything).
        var hasAxis: Bool
        var units: String?
        var calendar: String?
    }

    /// What is looked for, for the message of `missingTime`.
    static let lookedFor =
        "a dimension named time, t, date, datetime, … or one whose coordinate has axis T, standard_name time or units "
        + "'… since …', and a scalar time coordinate"

    /// - Parameter rasters: decide which dimension is the time: that of the arrays drawn.
    /// - Throws: `CubeError.missingTime`, `CubeError.invalidTime`
    func detect(_ rasters: [RasterArray], override: TimeInstant?) throws(CubeError) -> Found {
        let axes = rasters.compactMap { raster in raster.axes.time.flatMap { raster.array.metadata.dimensionNames?[$0] } }
        guard let dimension = axes.first else { return try scalar(override) }
        if let other = axes.first(where: { $0 != dimension }) {
            throw CubeError(.unsupported, "the store has two time axes, '\(dimension)' and '\(other)'")
        }
        guard let array = view.coordinate(of: dimension) else {
            throw CubeError(
                .missingTime, "the dimension '\(dimension)' has no coordinate array that says which times its steps are", subject: dimension)
        }
        let length = rasters.first { $0.axes.time != nil }.map { $0.array.metadata.shape[$0.axes.time ?? 0] } ?? 0
        guard array.metadata.shape == [length] else {
            throw CubeError(
                .invalidTime, "the time coordinate '\(dimension)' has \(array.metadata.shape) values, the arrays have \(length) steps",
                subject: dimension)
        }
        return try decode(array, dimension)
    }

    private func decode(_ array: ZarrArray, _ name: String) throws(CubeError) -> Found {
        let attributes = array.metadata.attributes
        let (units, calendar) = (attributes["units"]?.stringValue, attributes["calendar"]?.stringValue)
        let decoded = try CFTime.decode(try CoordinateValues.times(array, name), units: units, calendar: calendar)
        let order = decoded.instants.indices.sorted { decoded.instants[$0] < decoded.instants[$1] }
        let times = order.map { decoded.instants[$0] }
        for (a, b) in zip(times, times.dropFirst()) where a == b {
            throw CubeError(.invalidTime, "the time axis '\(name)' has \(a) twice; times must differ", subject: name)
        }
        let isSorted = order == Array(order.indices)
        var notes = decoded.note.map { [$0] } ?? []
        if !isSorted { notes.append("the time axis is not in order; it is sorted on the way in") }
        return Found(
            times: times, order: isSorted ? nil : order, source: "coordinate '\(name)'", notes: notes, hasAxis: true, units: units,
            calendar: calendar)
    }

    /// No time axis: a scalar coordinate, else what the user says.
    private func scalar(_ override: TimeInstant?) throws(CubeError) -> Found {
        if let override { return Found(times: [override], source: "option datetime", hasAxis: false) }
        for name in view.names {
            guard let array = view.arrays[name], array.metadata.shape.allSatisfy({ $0 == 1 }), array.metadata.shape.count <= 1,
                isTime(name, array.metadata)
            else { continue }
            var found = try decode(array, name)
            guard found.times.count == 1 else { continue }
            found.hasAxis = false
            found.source = "scalar coordinate '\(name)'"
            return found
        }
        throw CubeError(
            .missingTime,
            "the store has no time; looked for \(TimeDetector.lookedFor) among the dimensions \(detector.dimensionNames.joined(separator: ", ")). "
                + "Give one with the option datetime")
    }

    private func isTime(_ name: String, _ metadata: ZarrArrayMetadata) -> Bool {
        if let role = CFRole(attributes: metadata.attributes) { return role == .time }
        if case .datetime64 = metadata.dataType { return true }
        return CFRole(name: name) == .time && metadata.attributes["units"] != nil
    }
}
