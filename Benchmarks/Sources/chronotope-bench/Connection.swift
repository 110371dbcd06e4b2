import Foundation

/// A keep-alive HTTP/1.1 connection to loopback, as little as a client can be, so that its own cost does not blur the figures.
final class Connection {
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let isOpen = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard isOpen == 0 else { throw Failure("cannot connect to port \(port)") }
    }

    deinit { close(descriptor) }

    func get(_ path: String) throws -> (status: Int, bytes: Int) {
        let request = Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n\r\n".utf8)
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else { throw Failure("cannot send") }
        let head = try readHead()
        let lines = head.split(separator: "\r\n")
        let status = lines.first.flatMap { Int($0.split(separator: " ")[1]) } ?? 0
        let length = lines.first { $0.lowercased().hasPrefix("content-length:") }.flatMap { Int($0.split(separator: ":")[1].drop(while: { $0 == " " })) } ?? 0
        try fill(length)
        buffer.removeFirst(length)
        return (status, length)
    }

    private func readHead() throws -> String {
        let end: [UInt8] = [13, 10, 13, 10]
        while true {
            if buffer.count >= 4, let at = (0...(buffer.count - 4)).first(where: { Array(buffer[$0..<($0 + 4)]) == end }) {
                let head = String(decoding: buffer[..<at], as: UTF8.self)
                buffer.removeFirst(at + 4)
                return head
            }
            try fill(buffer.count + 1)
        }
    }

    private func fill(_ count: Int) throws {
        var piece = [UInt8](repeating: 0, count: 65_536)
        while buffer.count < count {
            let received = recv(descriptor, &piece, piece.count, 0)
            guard received > 0 else { throw Failure("the connection was closed") }
            buffer.append(contentsOf: piece[..<received])
        }
    }
}
