import Core

/// What a user may say about a store that does not say it itself, or says it wrongly.
public struct InspectOptions: Sendable {
    /// The time of a store without a time axis. Ignored where there is one.
    public var datetime: TimeInstant?
    /// The CRS of the grid, in any form `Geo.CRS` reads; overrides the store's own.
    public var crs: String?
    /// The group that holds the arrays; found by itself where it is nil.
    public var group: String?

    public init(datetime: TimeInstant? = nil, crs: String? = nil, group: String? = nil) {
        self.datetime = datetime
        self.crs = crs
        self.group = group
    }
}
