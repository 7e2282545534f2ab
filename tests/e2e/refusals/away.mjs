// SPDX-License-Identifier: ISC
// The database or the signer is away: whoever asks is told to come again, nothing is lost, and all comes back by itself.
import { readFileSync } from "node:fs";
import { ballot, post } from "../../interop/acts.mjs";
import { digest, sha256 } from "../../interop/bytes.mjs";
import { digestOf } from "../../interop/jws.mjs";
import { now } from "../../interop/story.mjs";
import { Store, difference } from "./watch.mjs";

export class Children {
	constructor(parent, logPath) {
		Object.assign(this, { parent, logPath });
	}

	pid(name) {
		const started = readFileSync(this.logPath, "utf8").split("\n").filter((line) => line.includes(`child_started child=${name} `));
		return Number(/ pid=(\d+)/.exec(started.at(-1))[1]);
	}

	// The parent stands still, so that the child stays away.
	async without(name, act) {
		process.kill(this.parent, "SIGSTOP");
		process.kill(this.pid(name), "SIGKILL");
		// Its own children notice a moment later.
		await new Promise((go) => setTimeout(go, 300));
		try {
			await act();
		} finally {
			process.kill(this.parent, "SIGCONT");
		}
	}
}

const LATER = { unseen: true };

async function ready(s) {
	for (let tries = 0; tries < 300; tries++) {
		const answer = await fetch(`${s.client.root}/readyz`).catch(() => undefined);
		if (answer?.status === 200) return true;
		await new Promise((go) => setTimeout(go, 100));
	}
	return false;
}

export async function away(check, s, children) {
	const vote = await ballot(s, s.target, "bo");
	const application = await s.application();
	const requests = [
		["a vote", { path: s.path(`proposals/${s.target.number}/votes`), body: { vote } }],
		["an application", { path: s.path("applications"), body: { application } }],
		["a charter", { path: s.path("charters"), body: s.draftWith(await s.approval(await s.draft(), "admin")) }],
		["a question", { method: "GET", path: s.path("members") }],
	];
	const before = await check.store.look(check.but);
	check.store.end();
	await children.without("postgres", async () => {
		// The first to find a broken connection may not know yet that the next one breaks as well.
		for (const [what, request] of requests) await check.row(`${what} while the database is away`, 503, "database_unavailable", request, LATER);
		await check.row("/readyz while the database is away", 503, "database_unavailable", { method: "GET", path: "/readyz" }, { ...LATER, plain: true });
	});
	await check.holds("the database came back by itself", () => ready(s));
	check.store = new Store(check.psql);
	const after = await check.store.look(check.but);
	await check.holds("nothing of that was stored", () => difference(before, after) || true);
	const issuing = [...s.charter.says.authority.issuing, { spki: digest(sha256("new")), alg: "Ed25519", from: now() - 60, until: now() + 86400 }];
	const next = await s.amended({ authority: { ...s.charter.says.authority, issuing } });
	const naming = { ...next.doc, approvals: [await s.approval(next, "admin"), await s.approval(next, "deputy")] };
	await children.without("gauth-signer", async () => {
		await check.row("/readyz while the signer is away", 503, "signer_unavailable", { method: "GET", path: "/readyz" }, { ...LATER, plain: true });
		// The one thing asked over the wire that waits for the signer's word.
		await check.row("a charter with a new issuing key while the signer is away", 503, "signer_unavailable", { path: s.path("charters"), body: naming });
		await check.row("a question while the signer is away", 404, "not_found", { method: "GET", path: s.path("proposals/99") });
	});
	await check.holds("the signer came back by itself", () => ready(s));
	await check.holds("the vote that was refused for the moment is taken", async () => (await post(s, s.target, vote)).vote === digestOf(vote));
}
