// SPDX-License-Identifier: ISC
// Signed charters: docs/objects/charter.md.
import { ascending, demand, digest, labelled, rawDigest, unb64u } from "./bytes.mjs";
import { identity, kidOf, open, verify } from "./jws.mjs";
import { readJson } from "./json.mjs";
import { thumbprint } from "./keys.mjs";
import { root } from "./merkle.mjs";
import { checkShape } from "./shapes.mjs";

export const csrDigest = (der) => labelled("csr", der);

export function readCharter(doc) {
	checkShape("signed charter", doc);
	const bytes = unb64u(doc.charter);
	const says = readJson(bytes);
	checkShape("gmc-charter", says);
	const own = identity("gmc-charter", bytes);
	demand((says.version === 1) === (says.genesis === undefined), "the first charter alone has no genesis");
	for (const name of ["previous", "log"]) demand((says.version === 1) === (says[name] === undefined), `charter: ${name}`);
	demand((says.version === 1) === (says.founders !== undefined), "the first charter alone has founders");
	return { doc, says, bytes, digest: own, genesis: says.genesis ?? own };
}

export const approvalsRoot = (c) => digest(root(ascending(c.doc.approvals.map((a) => rawDigest(open(a, "gmc-approval").digest)))));

// Approved by enough administrators of `by`: the charter itself for version 1, the one before for others.
export async function checkApprovals(c, by) {
	const who = new Set();
	for (const a of c.doc.approvals) {
		const [key] = await keysWith(by.says.administrators.keys, kidOf(a));
		demand(key, "approved by somebody who is no administrator");
		const { says, kid } = await verify(a, "gmc-approval", key);
		demand(says.genesis === c.genesis && says.charter === c.digest, "an approval of another charter");
		demand(c.says.version === 1 || says.iat <= c.says.effective, "an approval that came too late");
		who.add(kid);
	}
	demand(who.size === c.doc.approvals.length, "one administrator approved twice");
	demand(who.size >= by.says.administrators.threshold, "too few approvals");
}

async function keysWith(keys, kid) {
	const out = [];
	for (const { key } of keys) if (key && (await thumbprint(key)) === kid) out.push(key);
	return out;
}

export const operatorKey = async (charter, kid) => (await keysWith([...charter.says.authority.operators, ...charter.says.administrators.keys], kid))[0];

// What stands for the seed in the founders' node IDs.
export function foundersSeed(c) {
	return labelled("gmc-founders/1", ...c.says.founders.flatMap((f) => [csrDigest(unb64u(f.csr)), Buffer.from(f.member, "hex")]));
}

// A chain of charters with the log entries that brought them.
export class Chain {
	constructor() {
		this.versions = [];
	}

	get newest() {
		return this.versions.at(-1);
	}

	async add(c, index, time) {
		const before = this.newest;
		demand(c.says.version === this.versions.length + 1, "a charter's version is left out or comes again");
		if (before) {
			demand(c.says.genesis === before.genesis && c.says.group === before.says.group, "a charter of another group");
			demand(c.says.previous === before.digest, "the charter does not follow the one before");
		}
		await checkApprovals(c, before ?? c);
		this.versions.push({ ...c, index, time });
	}

	inForce(index, time) {
		const in_force = this.versions.filter((v) => v.index < index && (v.says.version === 1 || v.says.effective <= time));
		return in_force.at(-1);
	}

	byDigest(d) {
		const found = this.versions.find((v) => v.digest === d);
		demand(found, "a charter that the chain does not have");
		return found;
	}

	// The keys of one purpose in any version, for what was signed at `time`.
	notaries() {
		return this.newest.says.authority.notaries;
	}

	namings() {
		const out = [];
		for (const v of this.versions) {
			for (const issuing of v.says.authority.issuing) {
				if (!out.some((n) => n.issuing.spki === issuing.spki)) out.push({ issuing, named: v.time });
			}
		}
		return out;
	}
}
