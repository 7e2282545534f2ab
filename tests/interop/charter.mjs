// SPDX-License-Identifier: ISC
// Signed charters: docs/objects/charter.md.
import { createPublicKey, verify as verifySignature } from "node:crypto";
import { ascending, b64u, demand, digest, labelled, rawDigest, sha256, unb64u } from "./bytes.mjs";
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

const isPasskey = (a) => a.passkey !== undefined;

// An approval's identity: the object's, or what stands for an assertion.
function approvalIdentity(a) {
	if (!isPasskey(a)) return rawDigest(open(a, "gmc-approval").digest);
	return labelled("gmc-passkey", sha256(unb64u(a.passkey.authenticator)), sha256(unb64u(a.passkey.client)));
}

export const approvalsRoot = (c) => digest(root(ascending(c.doc.approvals.map(approvalIdentity))));

// Approved by enough administrators of `by`: the charter itself for version 1, the one before for others.
async function checkApprovals(c, by) {
	const { threshold, offline, keys } = by.says.administrators;
	const who = new Set();
	for (const a of c.doc.approvals) who.add(isPasskey(a) ? checkAssertion(a.passkey, c, keys) : await checkSigned(a, c, keys));
	const signed = c.doc.approvals.filter((a) => !isPasskey(a)).length;
	demand(who.size === c.doc.approvals.length, "one administrator approved twice");
	demand(who.size >= threshold && signed >= (offline ?? Math.min(1, threshold)), "too few approvals");
}

async function checkSigned(a, c, keys) {
	const [key] = await keysWith(keys, kidOf(a));
	demand(key, "approved by somebody who is no administrator");
	const { says, kid } = await verify(a, "gmc-approval", key);
	demand(says.genesis === c.genesis && says.charter === c.digest, "an approval of another charter");
	demand(c.says.version === 1 || says.iat <= c.says.effective, "an approval that came too late");
	return kid;
}

function checkAssertion(a, c, keys) {
	const passkey = keys.find((k) => k.passkey?.id === a.id)?.passkey;
	demand(passkey, "approved by a passkey that is no administrator's");
	const [authenticator, client] = [unb64u(a.authenticator), unb64u(a.client)];
	const { type, challenge, origin } = JSON.parse(client);
	demand(
		type === "webauthn.get" && challenge === b64u(labelled("gmc-approval/1", rawDigest(c.digest))),
		"passkey: signed something else",
	);
	demand(passkey.origins.includes(origin) && authenticator.subarray(0, 32).equals(sha256(passkey.rp)), "passkey: of another page");
	demand((authenticator[32] & 0x05) === 0x05, "passkey: without its user");
	const key = createPublicKey({ key: passkey.key, format: "jwk" });
	demand(verifySignature("sha256", Buffer.concat([authenticator, sha256(client)]), key, unb64u(a.signature)), "passkey: signature");
	return a.id;
}

async function keysWith(keys, kid) {
	const out = [];
	for (const { key } of keys) if (key && (await thumbprint(key)) === kid) out.push(key);
	return out;
}

export const operatorKey = async (charter, kid) =>
	(await keysWith([...charter.says.authority.operators, ...charter.says.administrators.keys], kid))[0];

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
