import Core
import Geo
import Zarr

/// What was found in a store before anything is published.
public struct CubeInspection: Sendable {
    /// Without statistics and overviews; describes the store as it stands, so that it can be read in place.
    public var description: CubeDescription
    /// The group that holds the arrays.
    public var group: String
    public var dimensions: [Dimension]
    /// Where grid, CRS and times were found, and what was left out or assumed.
    public var gridSource: String
    public var crsSource: String
    public var timeSource: String
    public var notes: [String]
    /// What was given by hand.
    public var options: InspectOptions

    /// A dimension of the cube.
    public struct Dimension: Hashable, Sendable {
        public var name: String
        public var role: String
        public var length: Int
    }
}
