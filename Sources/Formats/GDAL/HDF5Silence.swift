import Glibc

/// Keeps libhdf5 from printing its error stacks to stderr.
///
/// It has such a setting per thread, on by default, and netCDF turns it off only in the thread that came first. The library comes
/// along with GDAL, so it is asked for by name rather than linked.
enum HDF5Silence {
    private typealias SetAuto = @convention(c) (Int64, UnsafeRawPointer?, UnsafeMutableRawPointer?) -> Int32

    private static let setAuto: SetAuto? = {
        guard let handle = dlopen(nil, RTLD_NOW), let symbol = dlsym(handle, "H5Eset_auto2") else { return nil }
        return unsafeBitCast(symbol, to: SetAuto.self)
    }()

    /// For the calling thread. 0 is `H5E_DEFAULT`.
    static func apply() { _ = setAuto?(0, nil, nil) }
}
