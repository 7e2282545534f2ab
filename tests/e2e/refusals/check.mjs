// SPDX-License-Identifier: ISC
// One refusal tried: the status, the problem, what is stored, and the line in the log.
import { Log, difference } from "./watch.mjs";
import { exchange, freshAddress, readAnswer, requestOf } from "./wire.mjs";

const PROBLEM = "urn:charterhouse:problem:";

export class Check {
	constructor(port, store, logPath) {
		Object.assign(this, { port, store, log: new Log(logPath), failed: 0, done: 0, but: [] });
	}

	// A row is [what it is, status, name, request]; the request is {method, path, body, headers}, {raw} bytes, or makes one when called.
	// more: `stores` says what changes in the store ("" when absent); `closes` that the answer says the connection ends;
	// `unseen` that the store is not looked at; `plain` that the answer is no problem; `library` that it is not ours; `line` what the log says instead of the usual.
	async row(what, status, name, request, more = {}) {
		const { method = "POST", path, body, headers, raw, from = freshAddress() } = typeof request === "function" ? await request() : request;
		const before = more.unseen ? undefined : await this.store.look(this.but);
		this.log.read();
		const sent = raw ? [raw].flat() : requestOf(method, path, body, headers);
		const came = await exchange(this.port, from, sent, more.pause);
		const wrong = [...answerFaults(came, status, name, more), ...(await this.lineFaults(from, name, status, more))];
		const changed = more.unseen ? "" : difference(before, await this.store.look(this.but));
		if (changed !== (more.stores ?? "")) wrong.push(`stored: ${changed || "nothing"}, not ${more.stores ?? "nothing"}`);
		this.tell(what, `${status} ${name}`, wrong);
	}

	// Sends a request of which nothing is checked.
	ask({ method = "POST", path, body, headers, from = freshAddress() }) {
		return exchange(this.port, from, requestOf(method, path, body, headers));
	}

	async rows(list) {
		for (const row of list) await this.row(...row);
	}

	// What must hold of the store or the service beside the answers.
	async holds(what, ask) {
		const wrong = await Promise.resolve(ask()).then((v) => (v === true ? [] : [`is ${JSON.stringify(v)}`]), (e) => [e.stack]);
		this.tell(what, "", wrong);
	}

	// Exactly one line is about the request, and says how it was refused.
	async lineFaults(from, name, status, more) {
		let lines = [];
		for (let tries = 0; tries < 20 && lines.length === 0; tries++) {
			if (tries > 0) await new Promise((go) => setTimeout(go, 50));
			lines = this.log.read().filter((line) => line.includes(` client=${from} `) || line.endsWith(` client=${from}`));
		}
		if (lines.length !== 1) return [`${lines.length} lines in the log: ${lines.join(" / ")}`];
		const [line] = lines;
		const words = more.line ?? [" request_refused ", ` error=${name} `, ` status=${status} `];
		return words.filter((word) => !`${line} `.includes(word)).map((word) => `the log's line lacks "${word.trim()}": ${line}`);
	}

	tell(what, wanted, wrong) {
		this.done++;
		if (wrong.length > 0) this.failed++;
		console.log(`${wrong.length > 0 ? "FAIL" : "ok  "}  ${wanted.padEnd(26)} ${what}${wrong.map((w) => `\n        ${w}`).join("")}`);
	}
}

function answerFaults(came, status, name, more) {
	if (status === "closed") {
		const silent = came.bytes.length === 0 && came.closed && came.took >= more.after && came.took <= more.before;
		return silent ? [] : [`${came.how} after ${came.took} ms, with ${JSON.stringify(came.bytes.toString("latin1").slice(0, 120))}`];
	}
	const a = readAnswer(came.bytes);
	const wrong = [];
	const want = (holds, text) => holds || wrong.push(text);
	want(came.closed, "the connection stayed open");
	want(a.status === status, `status ${a.status}: ${a.body.slice(0, 300)}`);
	// libmicrohttpd 0.9.75 may say the head of such an answer twice.
	if (more.library) return wrong.concat(/HTTP\/1.1 [23]/.test(came.bytes.toString("latin1")) ? ["something was let through"] : []);
	want(a.answers === 1, `${a.answers} answers`);
	const later = status === 429 || status === 503;
	want(!later || /^[1-9][0-9]*$/.test(a.headers["retry-after"] ?? ""), `Retry-After ${a.headers["retry-after"]}`);
	if (more.plain) return wrong;
	want(a.headers["content-type"] === "application/problem+json", `Content-Type ${a.headers["content-type"]}`);
	want(a.json?.type === PROBLEM + name, `type ${a.json?.type}: ${a.json?.detail}`);
	want(a.json?.status === a.status, `status ${a.json?.status} in the problem`);
	want(typeof a.json?.title === "string" && a.json.title.length > 0, "no title");
	want(!more.closes || /close/i.test(a.headers.connection ?? ""), `Connection: ${a.headers.connection}`);
	return wrong;
}
