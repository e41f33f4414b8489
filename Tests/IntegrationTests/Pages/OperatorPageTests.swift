import ClusterBase
import Foundation
import HTTPTransport
import TestSupport
import Testing

/// The operator's pages in a real browser on a real cluster (spec `mesos/12`, seeds MES-20 to MES-27).
///
/// `ROOST_PICTURES=DIRECTORY` keeps a picture of every page.
extension Integration {
    @Suite struct OperatorPages {
        /// Whether an element of the page has a text.
        private func has(_ selector: String, _ text: String) -> String {
            "[...document.querySelectorAll(\(quoted(selector)))].some(e => e.textContent.includes(\(quoted(text))))"
        }

        private func quoted(_ text: String) -> String { String(decoding: JSONValue.string(text).bytes, as: UTF8.self) }

        private func headings(_ table: String, _ browser: Browser) async throws -> [String] {
            let cells = "[...document.querySelectorAll('#\(table) thead th')]"
            let script = cells + ".map(e => e.innerText.replace(/[▲▼]/, '').trim())"
            return try await browser.value(script).array?.compactMap(\.string) ?? []
        }

        private func picture(_ name: String, _ browser: Browser) async throws {
            guard let folder = ProcessInfo.processInfo.environment["ROOST_PICTURES"] else { return }
            try await browser.picture(folder + "/" + name + ".png")
        }

        /// Nothing went wrong unseen, and nothing was asked of anybody but the cluster.
        private func expectClean(_ browser: Browser, _ cluster: LocalCluster) {
            let record = browser.record
            #expect(record.errors == [])
            let allowed = [cluster.master] + cluster.agents
            let others = record.requests.filter { url in !allowed.contains { url.hasPrefix($0 + "/") } }
            #expect(others.filter { !$0.hasPrefix("data:") && $0 != "about:blank" } == [])
        }

        private let running = "document.querySelector('[data-tile=Running] strong')"
        private let activated = "document.querySelector('[data-tile=Activated] strong')"
        private let resources = ["--resources", "cpus:2;mem:1024;disk:2048;ports:[31000-31100]"]

        @Test func maintenanceAndWhyAFrameworkHasNoOfferAreShown() async throws {
            try await withTestScope("pages-why") { scope in
                let cluster = try await LocalCluster.start(
                    in: scope, arguments: ["--no-kubernetes", "--agents", "2", "--stop-tasks"] + resources)
                let marathon = try JSONClient(try #require(cluster.marathon), in: scope)
                let master = try JSONClient(cluster.master, in: scope)
                let browser = try await Browser.start(in: scope)
                let app: JSONValue = ["id": "big", "cmd": "sleep 1000", "cpus": 3, "mem": 32, "instances": 1]
                let posted = try await marathon.send(.post, "/v2/apps", String(decoding: app.bytes, as: UTF8.self))
                #expect(posted.status == 201, "\(posted.text)")
                let framework = try await eventually("Marathon is registered") {
                    await master.poll("/state")?["frameworks"]?.array?.first?["id"]?.string
                }
                try await browser.go(to: cluster.master + "/#/frameworks/" + framework)
                let text = "document.getElementById('main').innerText"
                try await browser.expect("\(text).includes('Has no offer; 2 of 2 agents')")
                try await picture("why", browser)

                let slaves = await master.poll("/slaves")?["slaves"]
                let agent = try #require(slaves?.array?.first?["hostname"]?.string)
                let machine = #"{"hostname":"\#(agent)","ip":"127.0.0.1"}"#
                let window = #"{"machine_ids":[\#(machine)],"unavailability":{"start":{"nanoseconds":1}}}"#
                let planned = try await master.send(.post, "/maintenance/schedule", #"{"windows":[\#(window)]}"#)
                #expect(planned.status == 200, "\(planned.text)")
                try await browser.go(to: cluster.master + "/#/maintenance")
                try await browser.expect("document.querySelectorAll('#windows tbody tr').length === 1")
                try await browser.expect("\(text).includes('Draining')")
                #expect(
                    try await headings("machines", browser) == ["Host", "Address", "Mode", "Answers of Frameworks"])
                try await picture("maintenance", browser)
                expectClean(browser, cluster)
            }
        }

        @Test func pagesShowWhatRunsAndFollowIt() async throws {
            try await withTestScope("pages") { scope in
                let cluster = try await LocalCluster.start(
                    in: scope, arguments: ["--no-kubernetes", "--agents", "2", "--stop-tasks"] + resources)
                let marathon = try JSONClient(try #require(cluster.marathon), in: scope)
                let browser = try await Browser.start(in: scope)
                try await browser.go(to: cluster.master + "/")
                try await browser.expect("\(activated)?.textContent === '2'")
                #expect(try await browser.value("\(running).textContent") == "0")

                // Live: the page is not touched.
                let line = "i=0; while :; do i=$((i+1)); echo line $i; sleep 0.2; done"
                let app: JSONValue = ["id": "ticker", "cmd": .string(line), "cpus": 0.1, "mem": 32, "instances": 2]
                let posted = try await marathon.send(.post, "/v2/apps", String(decoding: app.bytes, as: UTF8.self))
                #expect(posted.status == 201, "\(posted.text)")
                try await browser.expect("\(running).textContent === '2'")
                try await browser.expect("document.querySelectorAll('#active tbody tr').length === 2")
                try await browser.expect(has("#active .chip.good", "Running"))
                try await picture("overview", browser)

                try await lists(browser)
                try await sandbox(browser)
                expectClean(browser, cluster)
            }
        }

        /// Columns and rows of the pages that list.
        private func lists(_ browser: Browser) async throws {
            try await browser.run("location.hash = '#/agents'")
            try await browser.expect("document.querySelectorAll('#agents tbody tr').length === 2")
            let agents = ["ID", "Host", "State", "CPUs", "Mem", "Disk", "Registered", "Re-Registered"]
            #expect(try await headings("agents", browser) == agents)
            try await browser.expect(has("#agents td", "1 GB"))
            try await picture("agents", browser)

            try await browser.run("location.hash = '#/frameworks'")
            try await browser.expect(has("#active tbody td", "marathon"))
            let active = [
                "ID", "Host", "User", "Name", "Active Tasks", "CPUs", "Mem", "Max Share", "Registered", "Re-Registered",
            ]
            #expect(try await headings("active", browser) == active)
            let ended = ["ID", "Host", "User", "Name", "Registered", "Unregistered"]
            #expect(try await headings("terminated", browser) == ended)
            // 0.2 of 4 CPUs, 64 of 2048 MB.
            try await browser.expect(has("#active td[data-label='Max Share']", "5%"))
            try await browser.expect(has("#active td[data-label='Active Tasks']", "2"))
            try await browser.expect(has("#active td[data-label='Registered']", "ago"))
            try await browser.expect(has("#active td[data-label='Re-Registered']", "-"))
            try await picture("frameworks", browser)

            try await browser.run("location.hash = '#/roles'")
            try await browser.expect(has("#roles td[data-label='Weight']", "1"))
            try await picture("roles", browser)
        }

        /// From a task to what it prints.
        private func sandbox(_ browser: Browser) async throws {
            try await browser.run("location.hash = '#/tasks'")
            try await browser.expect("document.querySelectorAll('#active tbody tr').length === 2")
            let tasks = ["Framework", "Task ID", "Task Name", "Role", "State", "Health", "Started", "Host", "Files"]
            #expect(try await headings("active", browser) == tasks)
            try await browser.run("document.querySelector('#active td[data-label=Files] a').click()")
            try await browser.expect(has("#files td", "stdout"))
            try await picture("sandbox", browser)
            let follow = "[...document.querySelectorAll('#files a')].find(e => e.textContent === 'stdout').click()"
            try await browser.run(follow)
            try await browser.expect(has(".log", "line 1\n"))
            let count = "document.querySelector('.log').textContent.split('\\n').length"
            let before = try await browser.value(count).integer ?? 0
            try await browser.expect("\(count) > \(before + 5)")
            // Every line once, in order, whatever was cut between two readings.
            let lines = try await browser.value("document.querySelector('.log').textContent").string ?? ""
            let complete = lines.split(separator: "\n").dropLast()
            #expect(complete.map(String.init) == (1...complete.count).map { "line \($0)" })
            try await picture("tail", browser)
        }

        @Test func offersAreChargedToWhoHoldsThem() async throws {
            try await withTestScope("holders") { scope in
                let cluster = try await LocalCluster.start(
                    in: scope, arguments: ["--no-kubernetes", "--no-marathon"] + resources)
                let browser = try await Browser.start(in: scope)
                try await browser.go(to: cluster.master + "/#/offers")
                try await browser.expect(has("#offers .empty", "No offer"))
                // A framework that never answers its offers, subscribed from the page itself.
                let call =
                    #"{type:"SUBSCRIBE",subscribe:{framework_info:{user:"root",name:"sitter",roles:["*"],"#
                    + #"capabilities:[{type:"MULTI_ROLE"}]}}}"#
                let subscribe = """
                    window.end = new AbortController();
                    fetch("api/v1/scheduler", {method: "POST", signal: end.signal, body: JSON.stringify(\(call)),
                        headers: {"Content-Type": "application/json"}}).catch(() => {}); 1
                    """
                #expect(try await browser.value(subscribe) == 1)
                try await browser.expect(has("#holders td[data-label=Framework]", "sitter"))
                try await browser.expect(has("#offers td[data-label=Framework]", "sitter"))
                let held = "parseInt(document.querySelector('#offers td[data-label=Held]').textContent)"
                try await browser.expect("\(held) >= 2")
                try await picture("offers", browser)
                try await browser.run("location.hash = '#/frameworks'")
                try await browser.expect(has("#active td[data-label='Max Share']", "100%"))
                try await browser.expect(has("#active td[data-label='Active Tasks']", "0"))
                #expect(try await browser.value("window.end.abort()").isNull)
                try await browser.expect(has("#terminated td[data-label=Name]", "sitter"))
                try await browser.expect(has("#terminated td[data-label=Unregistered]", "now"))
                expectClean(browser, cluster)
            }
        }

        @Test func keysAndThemesWorkAndPhonesNeedNotScrollSideways() async throws {
            try await withTestScope("keys") { scope in
                let cluster = try await LocalCluster.start(
                    in: scope, arguments: ["--no-kubernetes", "--no-marathon", "--agents", "6"] + resources)
                let browser = try await Browser.start(in: scope)
                try await browser.go(to: cluster.master + "/")
                try await browser.expect("\(activated)?.textContent === '6'")
                try await keys(browser)
                try await themes(browser)
                try await phone(browser)
                expectClean(browser, cluster)
            }
        }

        private func keys(_ browser: Browser) async throws {
            try await browser.press("g", "a")
            try await browser.expect("location.hash === '#/agents'")
            try await browser.expect("document.querySelectorAll('#agents tbody tr').length === 6")
            // Sorting: by Host upwards, then downwards.
            let buttons = "[...document.querySelectorAll('#agents th button')]"
            let header = buttons + ".find(e => e.textContent.startsWith('Host'))"
            let first = "document.querySelector('#agents tbody td[data-label=Host]').textContent"
            try await browser.run("\(header).click()")
            try await browser.expect("document.querySelector('#agents th[aria-sort=ascending]')")
            let lowest = try await browser.value(first).string
            try await browser.run("\(header).click()")
            try await browser.expect("document.querySelector('#agents th[aria-sort=descending]')")
            #expect(try await browser.value(first).string != lowest)
            // Filtering, and the choice in the address.
            try await browser.press("/")
            try await browser.expect("document.activeElement.classList.contains('filter')")
            for letter in lowest ?? "" { try await browser.press(String(letter)) }
            try await browser.expect("document.querySelectorAll('#agents tbody tr').length === 1")
            #expect(try await browser.value("location.hash.includes('agents.q=')").bool == true)
            try await browser.press("Escape", "j", "Enter")
            try await browser.expect("location.hash.startsWith('#/agents/') && document.querySelector('#executors')")
            try await picture("agent", browser)
            try await browser.press("?")
            try await browser.expect("document.querySelector('dialog[open]')")
            try await browser.run("document.querySelector('dialog').close()")
        }

        private func themes(_ browser: Browser) async throws {
            func ground(_ scheme: String) async throws -> Double {
                let features: JSONValue = [["name": "prefers-color-scheme", "value": .string(scheme)]]
                try await browser.send("Emulation.setEmulatedMedia", ["features": features])
                let colour = "getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).slice(0, 3)"
                return try await browser.value("\(colour).reduce((sum, part) => sum + Number(part), 0)").double ?? -1
            }
            #expect(try await ground("light") > 600)
            #expect(try await ground("dark") < 150)
            try await picture("dark", browser)
            try await contrast(browser)
            // Dark by the system, light by choice; the choice outlives the page.
            let press = "document.querySelector('.theme').click()"
            try await browser.run(press)
            try await browser.expect("document.documentElement.dataset.theme === 'light'")
            #expect(try await ground("dark") > 600)
            try await contrast(browser)
            try await browser.send("Page.reload")
            try await browser.expect("document.querySelector('.theme')?.textContent === 'Light'")
            #expect(try await ground("dark") > 600)
        }

        /// Text stands out from its ground by 4.5 to 1, as WCAG AA asks.
        private func contrast(_ browser: Browser) async throws {
            let script = """
                (() => {
                    const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
                    const parts = (colour) => {
                        canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
                        return [...canvas.getImageData(0, 0, 1, 1).data];
                    };
                    const light = (colour) => {
                        const [r, g, b] = parts(colour).map((p) => p / 255)
                            .map((p) => p <= 0.04045 ? p / 12.92 : ((p + 0.055) / 1.055) ** 2.4);
                        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
                    };
                    const ground = (node) => {
                        for (; node; node = node.parentElement) {
                            const colour = getComputedStyle(node).backgroundColor;
                            if (parts(colour)[3] === 255) return colour;
                        }
                        return "white";
                    };
                    const kinds = "h1, h2, dt, dd, td, th button, a, button, .chip, .of, .count, .empty";
                    return [...document.querySelectorAll(kinds)]
                        .filter((node) => node.textContent.trim() && !node.disabled)
                        .map((node) => {
                            const pair = [light(getComputedStyle(node).color), light(ground(node))];
                            pair.sort((a, b) => b - a);
                            return [(pair[0] + 0.05) / (pair[1] + 0.05), node.textContent];
                        }).filter(([ratio]) => ratio < 4.5).map(([ratio, text]) => `${text}: ${ratio.toFixed(2)}`);
                })()
                """
            #expect(try await browser.value(script).array?.compactMap(\.string) == [])
        }

        private func phone(_ browser: Browser) async throws {
            try await browser.send(
                "Emulation.setDeviceMetricsOverride",
                ["width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": true])
            for page in ["", "agents", "frameworks", "tasks", "roles", "offers"] {
                try await browser.run("location.hash = '#/\(page)'")
                try await browser.expect("document.querySelector('.tabs a[aria-current]')?.hash === '#/\(page)'")
                #expect(try await browser.value("document.documentElement.scrollWidth").integer == 390, "\(page)")
                try await picture("phone-" + (page.isEmpty ? "overview" : page), browser)
            }
        }

        @Test func aPageOutlivesItsMaster() async throws {
            try await withTestScope("outlive") { scope in
                let directory = scope.directory.path("cluster")
                let arguments = ["--no-kubernetes", "--no-marathon"] + resources
                let first = try await LocalCluster.start(in: scope, workDirectory: directory, arguments: arguments)
                let browser = try await Browser.start(in: scope)
                try await browser.go(to: first.master + "/#/agents")
                try await browser.expect("document.querySelector('.live.fresh') && document.querySelector('#agents')")
                _ = try await first.process.terminate()
                let notice = "document.querySelector('#notice')"
                try await browser.expect("document.querySelector('.live.stale') && !\(notice).hidden")
                let rows = "document.querySelectorAll('#agents tbody tr').length"
                #expect(try await browser.value(rows).integer == 1)
                let again = try await LocalCluster.start(in: scope, workDirectory: directory, arguments: arguments)
                #expect(again.master == first.master)
                try await browser.expect("document.querySelector('.live.fresh') && \(notice).hidden")
                try await browser.expect(has("#agents .chip.good", "Active"))
            }
        }
    }
}
