// SPDX-License-Identifier: ISC
// The charter is amended, written here: an operator's word lets people in, voters may change their minds, and a passkey approves.
import { createHash, generateKeyPairSync, sign as signBytes } from "node:crypto";
import { applicationBy, applyAs, auditOf, certificateFor, decisionOn, proposalOn, vote } from "./acts.mjs";
import { b64u, demand, labelled, rawDigest } from "./bytes.mjs";
import { readCharter } from "./charter.mjs";
import { digestOf, sign } from "./jws.mjs";
import { makeKey, publicJwk } from "./keys.mjs";
import { auditRecord } from "./record.mjs";
import { now } from "./story.mjs";

export async function amend(s) {
	const [operator, frank] = [await makeKey("operator", "Ed25519"), await makeKey("frank", "Ed25519")];
	const passkey = makePasskey("localhost", "https://localhost:8443");
	await s.step("version 2, written here and approved by an administrator, is in force", () => second(s, operator, passkey));
	await s.refused("an application under version 1", "charter_not_in_force", async () =>
		s.client.post("applications", { application: await applicationBy(s, frank, { charter: s.genesis }) }),
	);
	await s.step("an operator's word admits; a voter changes her mind", () => operatorAdmits(s, operator, frank));
	await s.refused("version 3 with a passkey's approval of version 2", "passkey_challenge", async () =>
		third(s, passkey, s.charter.digest),
	);
	await s.step("version 3, approved by a signature and by a passkey", () => third(s, passkey));
	await s.step("version 4, which the members vote on: it carries the record", () => fourth(s, passkey));
	await s.step("an admission under version 4; its record carries that of the vote", async () => {
		const gus = await makeKey("gus", "P-256");
		await admitted(s, await proposalOn(s, (await applyAs(s, gus)).subject), operator, gus);
	});
}

// The next version: what changes, on top of what is in force.
async function amended(s, change) {
	const { size, root } = await s.follow();
	const { founders, ...rest } = s.charter.says;
	const { kind, format, group, version, ...body } = rest;
	const head = { kind, format, genesis: s.genesis, group, version: version + 1, previous: s.charter.digest, log: { size, root } };
	const says = { ...head, ...body, ...head, effective: now() + 2, ...change };
	demand(founders !== undefined || version > 1, "the first version without founders");
	return readCharter({ charter: b64u(JSON.stringify(says)), approvals: [] });
}

const approval = (s, c) => sign(s.object("gmc-approval", { charter: c.digest, iat: now() }), s.keys.admin);

async function inForce(s, c) {
	await s.client.until("", (group) => group.charter.digest === c.digest, 20);
	await s.follow();
	demand(s.log.chain.newest.digest === c.digest, "not in the log");
	s.charter = readCharter(await s.client.get("charters/current"));
	demand(s.charter.digest === c.digest, "not the current one");
}

async function second(s, operator, passkey) {
	const { admission, authority, voting } = s.charter.says;
	const c = await amended(s, {
		purpose: "To try what the documents say – in full.",
		authority: { ...authority, operators: [{ name: "operator", key: operator.key }] },
		admission: { any: [{ authority: { k: 1 } }, admission] },
		administrators: {
			threshold: 2,
			offline: 1,
			keys: [
				{ name: "admin", key: s.keys.admin.key },
				{ name: "phone", passkey: passkey.says },
			],
		},
		voting: { ...voting, change: true },
		tests: [{ name: "an operator admits", members: 3, approvals: 1, expect: "yes" }],
	});
	const answer = await s.client.post("charters", { ...c.doc, approvals: [await approval(s, c)] });
	demand(answer.charter === c.digest && answer.state === "logged" && answer.approved === 1, JSON.stringify(answer));
	await inForce(s, c);
}

async function operatorAdmits(s, operator, frank) {
	const a = await applyAs(s, frank);
	const p = await proposalOn(s, a.subject);
	demand(p.says.charter === s.charter.digest, "under the old charter");
	await vote(s, p, "ana", { choice: "no" });
	await vote(s, p, "ana", { choice: "abstain", replaces: p.votes[0].digest });
	await admitted(s, p, operator, frank);
}

// The operator's word is enough.
async function admitted(s, p, operator, key) {
	const says = { charter: s.charter.digest, subject: p.says.subject, verdict: "approve", iat: now() };
	const word = await sign(s.object("gmc-operator", says), operator);
	const answer = await s.client.post(`applications/${p.says.subject}/words`, { word });
	demand(answer.word === digestOf(word), "another word");
	await s.receipt(answer, word);
	await decisionOn(s, p, "yes");
	s.keys[key.name] = key;
	await certificateFor(s, p.decision, s.memberOf(key.name), "admission");
	await auditOf(s, p);
}

// Approved by the administrator's signature and by the passkey, which may have signed something else.
async function third(s, passkey, challenge) {
	const c = await amended(s, {
		purpose: "",
		amendment: { votes: { count: 2 } },
		voting: { ...s.charter.says.voting, change: false },
	});
	const approvals = [await approval(s, c), passkey.assert(challenge ?? c.digest)];
	const answer = await s.client.post("charters", { ...c.doc, approvals });
	demand(answer.state === "logged" && answer.approved === 2, JSON.stringify(answer));
	await inForce(s, c);
}

async function fourth(s, passkey) {
	const c = await amended(s, { purpose: "What the members voted for.", effective: now() + 3 });
	const answer = await s.client.post("charters", { ...c.doc, approvals: [await approval(s, c), passkey.assert(c.digest)] });
	demand(answer.state === "voting" && answer.approved === 2, JSON.stringify(answer));
	const p = await proposalOn(s, c.digest);
	demand(
		p.number === answer.proposal && p.says.question === "amend" && readCharter(p.shown.draft).digest === c.digest,
		"another proposal",
	);
	await vote(s, p, "ana");
	await vote(s, p, "frank");
	await decisionOn(s, p, "yes");
	await auditOf(s, p);
	const { doc } = readCharter(await s.client.get("charters/4"));
	demand(doc.record.charters === undefined, "a charter whose record has charters");
	await auditRecord(doc.record, s.log);
	demand((await s.client.get("trust")).charters[3].record !== undefined, "the trust file lacks the record");
	await inForce(s, c);
}

// An authenticator, as far as one assertion goes (WebAuthn level 2, section 7.2).
function makePasskey(rp, origin) {
	const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
	const id = b64u(labelled("an authenticator's name for the key"));
	const sha256 = (b) => createHash("sha256").update(b).digest();
	return {
		says: { rp, origins: [origin], id, key: publicJwk(publicKey.export({ format: "jwk" })) },
		assert(charter) {
			const challenge = b64u(labelled("gmc-approval/1", rawDigest(charter)));
			const client = Buffer.from(JSON.stringify({ type: "webauthn.get", challenge, origin, crossOrigin: false }));
			const authenticator = Buffer.concat([sha256(rp), Buffer.of(0x05, 0, 0, 0, 7)]);
			const signature = signBytes("sha256", Buffer.concat([authenticator, sha256(client)]), privateKey);
			return { passkey: { id, authenticator: b64u(authenticator), client: b64u(client), signature: b64u(signature) } };
		},
	};
}
