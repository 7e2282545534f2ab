// SPDX-License-Identifier: ISC
// Two groups of one set of people. In the first, everybody is there who might be refused: one was expelled, one left, one lost her key, one changed
// his, one joined late; two applications wait, one was withdrawn; the charter is at version 3. The second has votes that close after a minute.
import { readFileSync } from "node:fs";
import { applyAs, ballot, nonce, post, proposalOn, vote } from "../../interop/acts.mjs";
import { b64u, demand } from "../../interop/bytes.mjs";
import { readCharter } from "../../interop/charter.mjs";
import { digestOf, identity, sign, signByAll } from "../../interop/jws.mjs";
import { makeKey, readKey, writeKey } from "../../interop/keys.mjs";
import { Log } from "../../interop/log.mjs";
import { Story, now } from "../../interop/story.mjs";

export const FOUNDERS = { ana: "Ed25519", bo: "P-256", cy: "Ed25519", sol: "Ed25519", tim: "Ed25519", xen: "Ed25519", lee: "P-256", rae: "Ed25519" };
const OFFICE = { admin: "Ed25519", deputy: "P-256", clerk: "Ed25519" };
const APPLICANTS = { late: "Ed25519", eve: "Ed25519", fay: "P-256", gus: "Ed25519" };
const VOTERS = ["ana", "bo", "cy", "sol"];

export async function makeKeys(dir) {
	for (const [name, crv] of Object.entries({ ...FOUNDERS, ...OFFICE })) writeKey(dir, await makeKey(name, crv));
}

export class Stage extends Story {
	async open(draft) {
		for (const name of Object.keys({ ...FOUNDERS, ...OFFICE })) this.keys[name] = await readKey(this.dir, name);
		for (const [name, crv] of Object.entries(APPLICANTS)) this.keys[name] = await makeKey(name, crv);
		this.charter = readCharter(JSON.parse(readFileSync(draft, "utf8")));
		this.founding = this.charter.doc;
		this.genesis = this.charter.digest;
		this.log = new Log(this.genesis, []);
		const approvals = [await this.approval(this.charter, "admin"), await this.approval(this.charter, "deputy")];
		await this.client.post("charters", { ...this.charter.doc, approvals });
		await this.client.until("", (group) => group.state === "open" && group.authorities.length > 0);
		this.log.authorityFiles = await this.authorities();
		await this.follow();
		this.members = Object.fromEntries(Object.keys(FOUNDERS).map((name) => [name, this.memberOf(name)]));
	}


	// Who left keeps its name.
	memberOf(name) {
		return this.members?.[name] ?? super.memberOf(name);
	}

	approval(c, name, more = {}) {
		return sign({ kind: "gmc-approval", format: 1, genesis: this.genesis, charter: c.digest, iat: now(), ...more }, this.keys[name]);
	}

	// A next version with whatever changes.
	async amended(change = {}) {
		const { size, root } = await this.follow();
		const { founders, ...rest } = this.charter.says; // founders stand in the first version alone
		const head = { genesis: this.genesis, version: this.charter.says.version + 1, previous: this.charter.digest, log: { size, root } };
		const says = { ...rest, ...head, effective: now() + 3600, ...change };
		const bytes = Buffer.from(JSON.stringify(says));
		return { says, digest: identity("gmc-charter", bytes), doc: { charter: b64u(bytes), approvals: [] } };
	}

	async amend(purpose) {
		const c = await this.amended({ purpose, effective: now() + 2 });
		await this.client.post("charters", { ...c.doc, approvals: [await this.approval(c, "admin"), await this.approval(c, "deputy")] });
		await this.client.until("", (group) => group.charter.digest === c.digest);
		await this.follow();
		this.earlier = this.charter;
		this.charter = c;
	}

	async all(p, names = VOTERS) {
		for (const name of names) await vote(this, p, name);
		await this.client.until(`proposals/${p.number}`, (v) => v.outcome === "yes");
		await this.follow();
	}

	// A next charter that nobody has approved yet; the same each time, so that only what is bent differs.
	async draft() {
		this.waiting ??= await this.amended({ purpose: "A draft that nobody sees." });
		return this.waiting;
	}

	draftWith(approval) {
		return { ...this.waiting.doc, approvals: [approval] };
	}

	motion(by, member, more = {}) {
		return sign(this.object("gmc-motion", { charter: this.charter.digest, question: "expel", member, iat: now(), ...more }), this.keys[by]);
	}

	revocation(by, target, more = {}) {
		return sign(this.object("gmc-revocation", { charter: this.charter.digest, target, cause: "cessation", iat: now(), ...more }), this.keys[by]);
	}

	renewal(by, more = {}) {
		const says = { charter: this.charter.digest, member: this.members[by], nonce: nonce(), iat: now(), ...more };
		return sign(this.object("gmc-renewal", says), this.keys[by]);
	}

	rekey(by, next, csr = next.csr, more = {}) {
		const says = { charter: this.charter.digest, member: this.members[by], csr: b64u(csr), nonce: nonce(), iat: now(), ...more };
		return signByAll(this.object("gmc-rekey", says), [this.keys[by], next]);
	}

	withdrawal(by, application, more = {}) {
		return sign(this.object("gmc-withdrawal", { application, iat: now(), ...more }), this.keys[by]);
	}

	word(by, subject, more = {}) {
		const says = { charter: this.charter.digest, subject, verdict: "approve", iat: now(), ...more };
		return sign(this.object("gmc-operator", says), this.keys[by]);
	}

	// An application of somebody new, or of a key that is known.
	async application(key, more = {}) {
		const k = key ?? (await makeKey("somebody", "Ed25519"));
		const { size, root } = await this.follow();
		const says = { charter: this.charter.digest, csr: b64u(k.csr), name: "somebody", log: { size, root }, nonce: nonce(), iat: now(), ...more };
		return sign(this.object("gmc-application", says), k);
	}

	async fill() {
		await this.amend("Version two.");
		await this.amend("Version three.");
		const applied = {};
		for (const name of Object.keys(APPLICANTS)) applied[name] = await applyAs(this, this.keys[name]);
		this.applied = applied;
		this.late = await proposalOn(this, applied.late.subject);
		this.target = await proposalOn(this, applied.eve.subject);
		this.other = await proposalOn(this, applied.fay.subject);
		const gone = await proposalOn(this, applied.gus.subject);
		await this.client.post(`applications/${applied.gus.subject}/withdrawal`, { withdrawal: await this.withdrawal("gus", applied.gus.subject) });
		await this.client.until(`proposals/${gone.number}`, (v) => v.outcome === "void");
		this.gone = gone;
		await this.all(this.late);
		this.members.late = this.memberOf("late");
		await this.lose();
		this.first = await ballot(this, this.target, "ana", { choice: "yes" });
		await post(this, this.target, this.first);
	}

	async lose() {
		const motion = await this.motion("cy", this.members.xen);
		await this.client.post("proposals", { motion });
		await this.all(await proposalOn(this, digestOf(motion)), [...VOTERS, "tim", "rae"]);
		await this.client.post("revocations", { revocation: await this.revocation("lee", { member: this.members.lee }) });
		await this.client.post("revocations", { revocation: await this.revocation("rae", { key: this.keys.rae.kid }, { cause: "key_compromise" }) });
		await this.follow();
		this.serial = this.log.certificates.find((c) => c.member === this.members.tim).serial;
		await this.client.post("revocations", { revocation: await this.revocation("admin", { serial: this.serial }) });
		const next = await makeKey("sol2", "Ed25519");
		await this.client.post("renewals", { rekey: await this.rekey("sol", next) });
		Object.assign(this.keys, { old: this.keys.sol, sol: next });
		await this.follow();
		demand((await this.client.get("")).members === Object.keys(FOUNDERS).length - 1, "members");
	}

	path(rest) {
		return `/v1/groups/${this.client.group}/${rest}`;
	}

	// The vote as a request to the address of a proposal.
	async ballotTo(p, name, more, key) {
		return { path: this.path(`proposals/${p.number}/votes`), body: { vote: await ballot(this, p, name, more, key) } };
	}
}
