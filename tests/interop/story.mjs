// SPDX-License-Identifier: ISC
// One group from its first charter to a revocation, told to a running service; every answer is checked by the documents alone.
import { Refused, demand } from "./bytes.mjs";
import { Client, Problem } from "./client.mjs";
import { digestOf, open } from "./jws.mjs";
import { readKey } from "./keys.mjs";

export const now = () => Math.floor(Date.now() / 1000);

export const CAST = { admin: "Ed25519", ana: "Ed25519", bo: "P-256", cy: "Ed25519", dee: "Ed25519" };

export class Stop extends Error {}

export class Story {
	constructor(dir, url, group) {
		Object.assign(this, { dir, client: new Client(url, group), failed: 0, keys: {} });
	}

	async begin() {
		for (const name of Object.keys(CAST)) this.keys[name] = await readKey(this.dir, name);
	}

	// What later steps build on: the story ends when it fails.
	async step(what, act) {
		try {
			await act();
			console.log(`ok    ${what}`);
		} catch (e) {
			this.wrong(what, e);
			throw new Stop();
		}
	}

	// An act that the service must refuse, with this name.
	async refused(what, name, act) {
		const answer = await act().catch((e) => e);
		if (answer instanceof Problem && answer.problem === name) return console.log(`ok    refused: ${what} (${name})`);
		this.wrong(`refused: ${what} (${name})`, answer instanceof Error ? answer : new Refused(`taken: ${JSON.stringify(answer)}`));
	}

	wrong(what, e) {
		this.failed++;
		console.log(`FAIL  ${what}: ${e instanceof Refused || e instanceof Problem ? e.message : e.stack}`);
	}

	object(kind, says) {
		return { kind, format: 1, genesis: this.genesis, ...says };
	}

	async receipt(answer, of) {
		const { says } = await this.log.notarized(answer.receipt, "gmc-receipt");
		demand(says.genesis === this.genesis && says.object === digestOf(of), "a receipt for something else");
		demand(Math.abs(says.stored - now()) <= 60, `stored at ${says.stored}`);
		demand(says.due === says.stored + this.charter.says.voting.term + 86400, `due at ${says.due}`);
		return says;
	}

	async authorities() {
		const { body } = await this.client.call("ca");
		return body
			.toString()
			.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)
			.map((pem) => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64"));
	}

	// Follows the log to its end and holds it against the signed head.
	async follow() {
		const signed = await this.client.get("log/head");
		const { says: head } = open(signed, "gmc-head");
		while (this.log.size < head.size) {
			const { entries } = await this.client.get(`log/entries?from=${this.log.size}&limit=7`);
			demand(entries.length > 0 && entries.length <= 7, `log/entries: ${entries.length} entries`);
			for (const item of entries) if (this.log.size < head.size) await this.log.follow(item);
		}
		await this.log.notarized(signed, "gmc-head", head.time);
		demand(head.genesis === this.genesis && head.root === this.log.root(head.size), "the head has another root");
		return head;
	}

	memberOf(name) {
		const kid = this.keys[name].kid;
		const m = [...this.log.members.values()].find((x) => x.kid === kid);
		demand(m, `${name} is no member`);
		return m.member;
	}
}
