// SPDX-License-Identifier: ISC
// Requests as bytes on a socket: each from an address of its own, so that its line in the log can be told, and read until the service closes.
import { connect } from "node:net";

let last = 0;

// No two of them in one network (/24), for the service counts by networks.
export function freshAddress() {
	last++;
	return `127.${10 + Math.floor(last / 250)}.${last % 250}.1`;
}

const PATIENCE = 20000;

// Sends the parts, `pause` milliseconds apart, and gives everything that came back until the other side closed.
export function exchange(port, from, parts, pause = 0) {
	return new Promise((done) => {
		const began = Date.now();
		const got = [];
		const socket = connect({ port, host: "127.0.0.1", localAddress: from, allowHalfOpen: true });
		const end = (how) => {
			clearTimeout(timer);
			clearInterval(feeder);
			socket.destroy();
			done({ bytes: Buffer.concat(got), closed: how === "closed", how, took: Date.now() - began });
		};
		const timer = setTimeout(() => end("left open"), PATIENCE);
		const left = [...parts];
		const feed = () => left.length > 0 && socket.writable && socket.write(left.shift());
		const feeder = pause ? setInterval(feed, pause) : undefined;
		socket.on("connect", () => (pause ? feed() : socket.write(Buffer.concat(left.map((p) => Buffer.from(p))))));
		socket.on("data", (b) => got.push(b));
		socket.on("end", () => end("closed"));
		socket.on("close", () => end("closed"));
		// Whoever answers before all was read resets the connection; what was said before that counts.
		socket.on("error", () => end("closed"));
	});
}

// The first answer of what came back, and how many there were.
export function readAnswer(bytes) {
	const text = bytes.toString("latin1");
	const cut = text.indexOf("\r\n\r\n");
	const head = (cut < 0 ? text : text.slice(0, cut)).split("\r\n");
	const headers = {};
	for (const line of head.slice(1)) headers[line.slice(0, line.indexOf(":")).toLowerCase()] = line.slice(line.indexOf(":") + 1).trim();
	const body = cut < 0 ? "" : bytes.subarray(cut + 4).toString();
	let json;
	try {
		json = JSON.parse(body);
	} catch {
		json = undefined;
	}
	return { status: Number(head[0].split(" ")[1]), answers: text.split("HTTP/1.1 ").length - 1, headers, body, json };
}

// An ordinary request; `more` may replace every part of it.
export function requestOf(method, path, body, more = {}) {
	const headers = { host: "127.0.0.1", connection: "close", ...(body !== undefined && { "content-type": "application/json" }), ...more };
	const bytes = body === undefined ? undefined : Buffer.isBuffer(body) ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
	if (bytes && !headers["transfer-encoding"]) headers["content-length"] = bytes.length;
	const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("");
	return [`${method} ${path} HTTP/1.1\r\n${head}\r\n`, ...(bytes ? [bytes] : [])];
}
