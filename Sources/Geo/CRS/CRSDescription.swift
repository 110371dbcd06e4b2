import CPROJ
import Core
import Glibc
import Synchronization

/// What PROJ knows of a CRS, as plain values: making one opens the database and takes about a millisecond.
struct CRSDescription: Sendable {
    var code: String?
    var name: String
    var wkt2: String
    var projJSON: String
    var isGeographic: Bool
    var metresPerUnit: Double
    var hasNorthingFirst: Bool
    var areaOfUse: BBox?
    var definition: String
    var key: String

    static let metresPerDegree = 6_378_137 * Double.pi / 180
    private static let cacheLimit = 512
    private static let cache = Mutex<[String: CRSDescription]>([:])

    static func cached(for userInput: String) throws(GeoError) -> CRSDescription {
        if let known = cache.withLock({ $0[userInput] }) { return known }
        let definition = try CRSInput.definition(from: userInput)
        let description = try ProjContext.withContext { context throws(GeoError) in
            try CRSDescription(definition: definition, context: context)
        }
        cache.withLock {
            // Inputs come from outside: the cache must not grow with them.
            if $0.count >= cacheLimit { $0.removeAll(keepingCapacity: true) }
            $0[userInput] = description
        }
        return description
    }
}

extension CRSDescription {
    init(definition: String, context: ProjContext) throws(GeoError) {
        let shown = CoreError.shorten(definition)
        guard let object = ProjObject(proj_create(context.handle, definition)) else {
            throw GeoError(.invalidCRS, "'\(shown)' is not a CRS that is known here: \(context.lastError)")
        }
        guard proj_is_crs(object.handle) != 0 else {
            throw GeoError(.invalidCRS, "'\(shown)' is a coordinate operation or a datum, not a CRS")
        }
        let bound = proj_get_type(object.handle) == PJ_TYPE_BOUND_CRS
        guard let horizontal = CRSDescription.horizontal(object.handle, context) else {
            throw GeoError(.invalidCRS, "'\(shown)' has no horizontal part (geographic or projected)")
        }
        let type = proj_get_type(horizontal.handle)
        isGeographic = type == PJ_TYPE_GEOGRAPHIC_2D_CRS || type == PJ_TYPE_GEOGRAPHIC_3D_CRS
        let axes = try CRSDescription.axes(of: horizontal.handle, context, shown: shown)
        metresPerUnit = isGeographic ? axes.factor * 180 / .pi * CRSDescription.metresPerDegree : axes.factor
        hasNorthingFirst = axes.northingFirst
        name = proj_get_name(object.handle).map { String(cString: $0) } ?? "unknown"
        wkt2 = CRSDescription.wkt(object.handle, context) ?? ""
        projJSON = CRSDescription.json(object.handle, context)
        areaOfUse = CRSDescription.area(object.handle, context)
        code = CRSDescription.code(of: bound ? horizontal.handle : object.handle, context)
        self.definition = CRSInput.isAuthorityCode(definition) ? definition : (wkt2.isEmpty ? definition : wkt2)
        // A bound CRS carries its own shift to WGS 84, so it is not the one of the registry.
        key = bound ? wkt2 : (code ?? wkt2)
    }

    /// The geographic or projected CRS within compound, bound and derived ones.
    private static func horizontal(_ object: OpaquePointer, _ context: ProjContext) -> ProjObject? {
        guard var current = ProjObject(proj_clone(context.handle, object)) else { return nil }
        for _ in 0..<8 {
            let next: OpaquePointer?
            switch proj_get_type(current.handle) {
            case PJ_TYPE_GEOGRAPHIC_2D_CRS, PJ_TYPE_GEOGRAPHIC_3D_CRS, PJ_TYPE_PROJECTED_CRS: return current
            case PJ_TYPE_BOUND_CRS: next = proj_get_source_crs(context.handle, current.handle)
            case PJ_TYPE_COMPOUND_CRS: next = proj_crs_get_sub_crs(context.handle, current.handle, 0)
            // A derived projected CRS (a rotated site grid) has no type of its own in PROJ's C API.
            case PJ_TYPE_OTHER_CRS: return current
            default: return nil
            }
            guard let inner = ProjObject(next) else { return nil }
            current = inner
        }
        return nil
    }

    private struct Axis {
        var name = "", abbreviation = "", direction = ""
        var factor = 1.0
    }

    private static func axes(of crs: OpaquePointer, _ context: ProjContext, shown: String) throws(GeoError) -> (factor: Double, northingFirst: Bool) {
        guard let system = ProjObject(proj_crs_get_coordinate_system(context.handle, crs)),
            let first = axis(0, of: system.handle, context), let second = axis(1, of: system.handle, context), first.factor > 0
        else { throw GeoError(.invalidCRS, "'\(shown)' has no coordinate system with two axes") }
        let swapped: Bool
        switch (first.direction, second.direction) {
        case ("north", "east"): swapped = true
        // Polar CRSs name both axes along the same direction; their order shows in the names (EPSG:32661, EPSG:32761).
        case ("south", "south"), ("north", "north"): swapped = first.name.lowercased().hasPrefix("northing")
        default: swapped = false
        }
        return (first.factor, swapped)
    }

    private static func axis(_ index: Int32, of system: OpaquePointer, _ context: ProjContext) -> Axis? {
        var name: UnsafePointer<CChar>?
        var abbreviation: UnsafePointer<CChar>?
        var direction: UnsafePointer<CChar>?
        var axis = Axis()
        guard proj_cs_get_axis_info(context.handle, system, index, &name, &abbreviation, &direction, &axis.factor, nil, nil, nil) != 0
        else { return nil }
        axis.name = name.map { String(cString: $0) } ?? ""
        axis.abbreviation = abbreviation.map { String(cString: $0) } ?? ""
        axis.direction = direction.map { String(cString: $0) } ?? ""
        return axis
    }

    private static func code(of crs: OpaquePointer, _ context: ProjContext) -> String? {
        if let code = identifier(of: crs) { return code }
        // 70 and more means that the definition is equivalent, only the name may differ.
        var confidence: UnsafeMutablePointer<Int32>?
        guard let candidates = proj_identify(context.handle, crs, "EPSG", nil, &confidence) else { return nil }
        defer {
            proj_list_destroy(candidates)
            proj_int_list_destroy(confidence)
        }
        let count = Int(proj_list_get_count(candidates))
        guard count > 0, let confidence, confidence[0] >= 70, count == 1 || confidence[0] > confidence[1],
            let best = ProjObject(proj_list_get(context.handle, candidates, 0))
        else { return nil }
        return identifier(of: best.handle)
    }

    private static func identifier(of crs: OpaquePointer) -> String? {
        guard let authority = proj_get_id_auth_name(crs, 0), let code = proj_get_id_code(crs, 0) else { return nil }
        return String(cString: authority).uppercased() + ":" + String(cString: code)
    }

    private static func wkt(_ crs: OpaquePointer, _ context: ProjContext) -> String? {
        withOptions(["MULTILINE=NO"]) { proj_as_wkt(context.handle, crs, PJ_WKT2_2019, $0) }
    }

    private static func json(_ crs: OpaquePointer, _ context: ProjContext) -> String {
        withOptions(["MULTILINE=NO"]) { proj_as_projjson(context.handle, crs, $0) } ?? "null"
    }

    private static func area(_ crs: OpaquePointer, _ context: ProjContext) -> BBox? {
        var (west, south, east, north) = (0.0, 0.0, 0.0, 0.0)
        guard proj_get_area_of_use(context.handle, crs, &west, &south, &east, &north, nil) != 0 else { return nil }
        return try? BBox(numbers: [west, south, east, north])
    }

    /// Calls PROJ with a list of options that ends with NULL.
    static func withOptions(_ options: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> UnsafePointer<CChar>?) -> String? {
        let copies = options.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        let list = copies.map { UnsafePointer<CChar>($0) } + [nil]
        return list.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress, let text = body(base) else { return nil }
            return String(cString: text)
        }
    }
}
