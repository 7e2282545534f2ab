// SPDX-License-Identifier: ISC
// The HTTP API, version 1: docs/api.md.
import { demand } from "./bytes.mjs";
import { readJson } from "./json.mjs";
import { checkAnswer } from "./openapi.mjs";

const PROBLEM = "urn:charterhouse:problem:";

// A refusal by the service: `name` is the last part of the problem's type.
export class Problem extends Error {
	constructor(status, name, words) {
		super(`${status} ${name}: ${words}`);
		Object.assign(this, { status, problem: name });
	}
}

export class Client {
	constructor(base, group) {
		this.root = base.replace(/\/$/, "");
		this.group = group;
	}

	url(path) {
		return `${this.root}/v1/groups${path === undefined ? "" : `/${this.group}${path && `/${path}`}`}`;
	}

	// Whoever is told to come back later does.
	async send(path, options) {
		for (let tries = 0; ; tries++) {
			const answer = await fetch(this.url(path), { redirect: "error", ...options });
			if (![429, 503].includes(answer.status) || tries === 5) return answer;
			await new Promise((go) => setTimeout(go, Number(answer.headers.get("retry-after") ?? 1) * 1000));
		}
	}

	async call(path, options = {}) {
		const answer = await this.send(path, options);
		const body = Buffer.from(await answer.arrayBuffer());
		const type = answer.headers.get("content-type") ?? "";
		const json = /^application\/(.*\+)?json/.test(type) ? readJson(body) : undefined;
		checkAnswer(options.method ?? "GET", this.url(path).slice(this.root.length), { status: answer.status, type, json });
		if (answer.status < 400) return { status: answer.status, headers: answer.headers, type, body, json };
		demand(type.startsWith("application/problem+json"), `${answer.status} without a problem, ${type}: ${body}`);
		const p = json;
		demand(p.status === answer.status && p.type.startsWith(PROBLEM), `not a problem: ${body}`);
		throw new Problem(p.status, p.type.slice(PROBLEM.length), p.detail ?? p.title);
	}

	async get(path) {
		const answer = await this.call(path);
		demand(answer.json !== undefined, `GET ${path}: ${answer.type}`);
		return answer.json;
	}

	async post(path, what) {
		const answer = await this.call(path, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify(what),
		});
		demand(answer.status === 202, `POST ${path}: ${answer.status} instead of 202`);
		return { ...answer.json, headers: answer.headers };
	}

	// Asks until `done` holds of the answer, at most `seconds`; waits as Retry-After says, though not longer than a second.
	async until(path, done, seconds = 30) {
		for (const end = Date.now() + seconds * 1000; ;) {
			const answer = await this.call(path);
			const v = answer.json;
			if (done(v)) return v;
			demand(Date.now() < end, `GET ${path}: still ${JSON.stringify(v)} after ${seconds} s`);
			const wait = Number(answer.headers.get("retry-after") ?? 1);
			await new Promise((go) => setTimeout(go, Math.min(wait, 1) * 300 + 50));
		}
	}
}
