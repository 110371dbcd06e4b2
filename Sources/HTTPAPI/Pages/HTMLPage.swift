import Core
import Services

/// The page of any JSON document: the same URL serves people and programs. Names become headings, links become links, arrays of
/// objects become tables or cards; nothing is hidden and nothing is loaded from elsewhere.
enum HTMLPage {
    static func make(_ document: JSON, title: String, _ request: APIRequest) -> String {
        var page = HTMLWriter()
        page.raw(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>")
        page.text(title)
        page.raw("</title>")
        page.raw("<link rel=\"stylesheet\" href=\"\(asset("site.css", request))\"><link rel=\"icon\" href=\"\(asset("icon.svg", request))\">")
        page.raw("<script src=\"\(asset("theme.js", request))\"></script></head><body>")
        header(&page, request)
        page.raw("<main><h1>")
        page.text(title)
        page.raw("</h1>")
        let object = document.objectValue ?? [:]
        if let description = object["description"]?.stringValue { page.element("p", description, className: "lead") }
        actions(&page, object, request)
        for (name, value) in object where !["links", "title", "description"].contains(name) { section(&page, name, value, request) }
        links(&page, object["links"])
        page.raw("</main></body></html>")
        return page.html
    }

    private static func asset(_ name: String, _ request: APIRequest) -> String { HTMLWriter.escape(request.links.url("assets", name)) }

    // MARK: Parts

    private static func header(_ page: inout HTMLWriter, _ request: APIRequest) {
        page.raw("<header class=\"site-header\"><nav class=\"breadcrumbs\" aria-label=\"Breadcrumbs\">")
        page.link("Chronotope", request.links.url())
        var segments: [String] = []
        let path = request.selfURL.dropFirst(request.links.base.count).split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)[0]
        for part in path.split(separator: "/") {
            guard let segment = try? QueryParameters.decode(part, plusIsSpace: false) else { continue }
            segments.append(segment)
            page.raw(" <span class=\"separator\" aria-hidden=\"true\">/</span> ")
            page.link(segment, request.links.url(segments))
        }
        page.raw("</nav><nav class=\"tools\">")
        page.link("Map", request.links.url("map"))
        page.link("API", request.links.url("api.html"))
        page.link("JSON", jsonURL(request))
        page.raw("</nav></header>")
    }

    private static func jsonURL(_ request: APIRequest) -> String {
        let path = String(request.selfURL.split(separator: "?", maxSplits: 1)[0])
        let items = request.query.items.filter { $0.name != "f" } + [(name: "f", value: "json")]
        return path + "?" + items.map { LinkBuilder.encode($0.name) + "=" + LinkBuilder.encode($0.value) }.joined(separator: "&")
    }

    private static func actions(_ page: inout HTMLWriter, _ object: JSONObject, _ request: APIRequest) {
        let wanted = ["preview", "items", "data", "next", "search"]
        var seen: Set<String> = []
        let buttons = (object["links"]?.arrayValue ?? []).filter { link in
            guard let rel = link["rel"]?.stringValue, wanted.contains(rel), link["method"] != "POST" else { return false }
            return seen.insert(rel).inserted
        }
        guard !buttons.isEmpty else { return }
        page.raw("<p class=\"actions\">")
        for link in buttons { page.link(link["title"]?.stringValue ?? link["rel"]?.stringValue ?? "", link["href"]?.stringValue ?? "", className: "button") }
        page.raw("</p>")
    }

    private static func section(_ page: inout HTMLWriter, _ name: String, _ value: JSON, _ request: APIRequest) {
        switch value {
        case .array(let elements) where elements.contains(where: { $0.objectValue != nil }):
            page.element("h2", name)
            if name == "collections" || name == "features" { cards(&page, elements) } else { table(&page, elements) }
        case .object(let members) where !members.isEmpty:
            page.element("h2", name)
            properties(&page, members)
        default: properties(&page, [name: value])
        }
    }

    private static func properties(_ page: inout HTMLWriter, _ members: JSONObject) {
        page.raw("<table class=\"properties\"><tbody>")
        for (name, value) in members {
            page.raw("<tr><th scope=\"row\">")
            page.text(name)
            page.raw("</th><td>")
            self.value(&page, value)
            page.raw("</td></tr>")
        }
        page.raw("</tbody></table>")
    }

    private static func table(_ page: inout HTMLWriter, _ rows: [JSON]) {
        let columns = rows.prefix(50).reduce(into: [String]()) { names, row in
            for name in row.objectValue?.keys ?? [] where !names.contains(name) { names.append(name) }
        }.prefix(8)
        page.raw("<table><thead><tr>")
        for column in columns { page.element("th", column) }
        page.raw("</tr></thead><tbody>")
        for row in rows {
            page.raw("<tr>")
            for column in columns {
                page.raw("<td>")
                value(&page, row[column] ?? .null)
                page.raw("</td>")
            }
            page.raw("</tr>")
        }
        page.raw("</tbody></table>")
    }

    private static func cards(_ page: inout HTMLWriter, _ elements: [JSON]) {
        page.raw("<div class=\"cards\">")
        for element in elements {
            let href = element["links"]?.arrayValue?.first { $0["rel"] == "self" }?["href"]?.stringValue ?? ""
            page.raw("<article class=\"card\"><h3>")
            page.link(element["title"]?.stringValue ?? element["id"]?.stringValue ?? "", href)
            page.raw("</h3>")
            if let text = element["description"]?.stringValue { page.element("p", text) }
            properties(&page, element["properties"]?.objectValue ?? element["extent"]?.objectValue ?? [:])
            page.raw("</article>")
        }
        page.raw("</div>")
    }

    private static func links(_ page: inout HTMLWriter, _ links: JSON?) {
        guard let links = links?.arrayValue, !links.isEmpty else { return }
        page.element("h2", "Links")
        page.raw("<table><thead><tr><th>rel</th><th>title</th><th>type</th></tr></thead><tbody>")
        for link in links {
            page.raw("<tr><td>")
            page.text(link["rel"]?.stringValue ?? "")
            page.raw("</td><td>")
            let href = link["href"]?.stringValue ?? ""
            if href.contains("{") { page.element("code", href) } else { page.link(link["title"]?.stringValue ?? href, href) }
            page.raw("</td><td>")
            page.text(link["type"]?.stringValue ?? "")
            page.raw("</td></tr>")
        }
        page.raw("</tbody></table>")
    }

    private static func list(_ page: inout HTMLWriter, _ texts: [String]) {
        if texts.count <= 12, texts.allSatisfy({ $0.count < 40 }) { return page.text(texts.joined(separator: ", ")) }
        page.raw("<ul>")
        for text in texts { page.element("li", text) }
        page.raw("</ul>")
    }

    private static func value(_ page: inout HTMLWriter, _ value: JSON) {
        switch value {
        case .string(let text) where text.hasPrefix("http://") || text.hasPrefix("https://"):
            text.contains("{") ? page.element("code", text) : page.link(text, text)
        case .string(let text): page.text(text)
        case .null: page.raw("–")
        case .bool, .int, .double: page.text(value.text)
        case .array(let elements) where elements.allSatisfy({ $0.stringValue != nil }): list(&page, elements.compactMap(\.stringValue))
        case .array(let elements) where elements.count == 1: self.value(&page, elements[0])
        case .array(let elements) where elements.allSatisfy({ $0.arrayValue == nil && $0.objectValue == nil }):
            page.text(elements.map { $0.stringValue ?? ($0.isNull ? "…" : $0.text) }.joined(separator: ", "))
        case .object(let members) where members.count <= 4: properties(&page, members)
        case .array, .object: page.element("code", CoreError.shorten(value.text, to: 2000))
        }
    }
}

/// Writes HTML with everything from outside escaped.
struct HTMLWriter {
    private(set) var html = ""

    mutating func raw(_ text: String) { html += text }
    mutating func text(_ text: String) { html += HTMLWriter.escape(text) }

    mutating func element(_ name: String, _ text: String, className: String? = nil) {
        html += "<\(name)" + (className.map { " class=\"\($0)\"" } ?? "") + ">" + HTMLWriter.escape(text) + "</\(name)>"
    }

    mutating func link(_ text: String, _ href: String, className: String? = nil) {
        // Only addresses of the web: a stored document must not bring a script along.
        let isSafe = href.hasPrefix("http://") || href.hasPrefix("https://") || href.hasPrefix("/")
        guard isSafe else { return self.text(text) }
        html += "<a" + (className.map { " class=\"\($0)\"" } ?? "") + " href=\"" + HTMLWriter.escape(href) + "\">" + HTMLWriter.escape(text) + "</a>"
    }

    static func escape(_ text: String) -> String {
        var out = ""
        out.reserveCapacity(text.utf8.count)
        for character in text.unicodeScalars {
            switch character {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            default: out.unicodeScalars.append(character)
            }
        }
        return out
    }
}
