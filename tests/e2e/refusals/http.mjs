// SPDX-License-Identifier: ISC
// HTTP itself: requests that two readers could read in two ways, too much, too slow, too often.
const A = "/v1/groups/first/applications";

const head = (...lines) => ["POST " + A + " HTTP/1.1", "Host: a", "Content-Type: application/json", ...lines, "", ""].join("\r\n");
const raw = (...parts) => ({ raw: parts.map((p) => Buffer.from(p, "latin1")) });
const SMUGGLED = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";

export async function framing(check) {
	const closes = { closes: true };
	const bad = (what, request) => [what, 400, "bad_request", request, closes];
	await check.rows([
		bad("a length and chunks", raw(head("Content-Length: 4", "Transfer-Encoding: chunked"), "0\r\n\r\n", SMUGGLED)),
		bad("chunks and a length", raw(head("Transfer-Encoding: chunked", "Content-Length: 5"), "0\r\n\r\n", SMUGGLED)),
		bad("two lengths", raw(head("Content-Length: 2", `Content-Length: ${2 + SMUGGLED.length}`), "{}", SMUGGLED)),
		bad("two lengths that are the same", raw(head("Content-Length: 2", "Content-Length: 2"), "{}")),
		bad("chunks twice", raw(head("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"), "0\r\n\r\n")),
		bad("a coding that is not chunked", raw(head("Transfer-Encoding: gzip, chunked"), "0\r\n\r\n")),
		bad("a coding that only looks like chunked", raw(head("Transfer-Encoding: xchunked"), "0\r\n\r\n")),
		bad("chunks in HTTP/1.0", raw(head("Transfer-Encoding: chunked").replace("HTTP/1.1", "HTTP/1.0"), "0\r\n\r\n")),
		bad("two hosts", raw(head("Host: b", "Content-Length: 2"), "{}")),
		bad("no host", raw("GET /v1/groups HTTP/1.1\r\nAccept: */*\r\n\r\n")),
		bad("a line that ends in LF alone", raw("GET /v1/groups HTTP/1.1\nHost: a\n\n")),
		bad("a header that ends in LF alone", raw("GET /v1/groups HTTP/1.1\r\nHost: a\nAccept: */*\r\n\r\n")),
		bad("CR alone in a header", raw("GET /v1/groups HTTP/1.1\r\nHost: a\r\nAccept: x\ry\r\n\r\n")),
		bad("a NUL in a header", raw("GET /v1/groups HTTP/1.1\r\nHost: a\r\nAccept: x\0y\r\n\r\n")),
		bad("a control byte in a header", raw("GET /v1/groups HTTP/1.1\r\nHost: a\r\nAccept: x\x01y\r\n\r\n")),
		bad("a control byte in a header's name", raw("GET /v1/groups HTTP/1.1\r\nHost: a\r\nAcc\x02ept: x\r\n\r\n")),
		bad("a space before a header's colon", raw("GET /v1/groups HTTP/1.1\r\nHost: a\r\nContent-Length : 0\r\n\r\n")),
		bad("a folded header", raw("GET /v1/groups HTTP/1.1\r\nHost: a\r\nAccept: x\r\n y\r\n\r\n")),
		bad("a control byte in the address", raw("GET /v1/\x07groups HTTP/1.1\r\nHost: a\r\n\r\n")),
		bad("a byte beyond ASCII in the address", raw("GET /v1/gr\xf6ups HTTP/1.1\r\nHost: a\r\n\r\n")),
		bad("%00 in the address", raw("GET /v1/groups/%00 HTTP/1.1\r\nHost: a\r\n\r\n")),
		bad("an address that is none", raw("GET v1/groups HTTP/1.1\r\nHost: a\r\n\r\n")),
	]);
}

// What the HTTP library refuses before it asks: no problem+json, but the status, the close and the line in the log.
export async function unreadable(check) {
	const library = { library: true, line: [" request_refused ", " error=bad_request "] };
	for (const [what, status, request] of [
		["two lengths in one line", 400, raw(head("Content-Length: 2, 2"), "{}")],
		["a length with a sign", 400, raw(head("Content-Length: +2"), "{}")],
		["a length below nothing", 400, raw(head("Content-Length: -2"), "{}")],
		["a length in hexadecimal", 400, raw(head("Content-Length: 0x2"), "{}")],
		["a length beyond 2^64", 413, raw(head("Content-Length: 18446744073709551618"), "{}")],
		["a chunk of no length", 400, raw(head("Transfer-Encoding: chunked"), "zz\r\n{}\r\n0\r\n\r\n")],
		["a header without a colon", 400, raw("GET /v1/groups HTTP/1.1\r\nHost: a\r\nAccept\r\n\r\n")],
		["a head of forty kilobytes", 431, raw(`GET /v1/groups HTTP/1.1\r\nHost: a\r\nx: ${"y".repeat(40000)}\r\n\r\n`)],
	]) await check.row(what, status, "", request, library);
}

export async function ordinary(check) {
	const json = { "content-type": "application/json" };
	const seventy = Object.fromEntries([...Array(70)].map((_, i) => [`x-${i}`, "x"]));
	await check.rows([
		["an address that there is not", 404, "not_found", { method: "GET", path: "/v1/group" }],
		["a group that there is not", 404, "not_found", { method: "GET", path: "/v1/groups/nobody" }],
		["a method that there is not", 405, "method_not_allowed", { method: "DELETE", path: A }],
		["a body that does not say what it is", 415, "unsupported_media", { path: A, body: "{}", headers: { "content-type": "text/plain" } }],
		["a body that is packed", 415, "unsupported_media", { path: A, body: "{}", headers: { ...json, "content-encoding": "gzip" } }],
		["a body that says it is too long", 413, "too_large", raw(head("Content-Length: 1000000000"), "{}")],
		["a chunked body that is too long", 413, "too_large", raw(head("Transfer-Encoding: chunked"), `18000\r\n${" ".repeat(0x18000)}\r\n0\r\n\r\n`)],
		["a list longer than there are", 400, "bad_value", { method: "GET", path: `${A}?limit=201` }],
		["a head of seventy headers", 431, "headers_too_large", { method: "GET", path: "/v1/groups", headers: seventy }],
	]);
}

// Closed without an answer when the two seconds of this test's settings are over, however busy they keep us.
export async function slow(check) {
	const drip = { unseen: true, pause: 400, after: 1500, before: 10000, line: [" connection_too_slow "] };
	const bytes = (text) => [...text].map((c) => Buffer.from(c));
	await check.rows([
		["a connection that says nothing", "closed", "", { raw: [] }, drip],
		["a head that comes a byte at a time", "closed", "", { raw: bytes(head("Content-Length: 2")) }, drip],
		["a body that comes a byte at a time", "closed", "", { raw: [Buffer.from(head("Content-Length: 100")), ...bytes("{".repeat(100))] }, drip],
	]);
}

// Forty at once are let through from one network, of what costs us much; the next one waits, and nobody else does.
export async function often(check) {
	const from = (n) => `127.200.1.${n}`;
	const post = (n) => ({ path: A, body: "{", headers: { "content-type": "application/json" }, from: from(n) });
	for (let n = 1; n <= 41; n++) await check.ask(post(n));
	await check.row("too many from one network", 429, "too_many", post(200));
	await check.row("another network meanwhile", 400, "bad_json", { ...post(0), from: "127.200.2.1" });
	await check.row("what costs little, from the first one", 404, "not_found", { method: "GET", path: "/v1/groups/nobody", from: from(201) });
}
