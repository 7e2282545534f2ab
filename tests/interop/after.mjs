// SPDX-License-Identifier: ISC
// What becomes of members: they renew, change the key, lose a certificate, are expelled, leave; and the lists that follow.
import { auditOf, certificateFor, decisionOn, freeText, nonce, proposalOn, vote } from "./acts.mjs";
import { b64u, demand, serialOf } from "./bytes.mjs";
import { checkCrl } from "./certificate.mjs";
import { digestOf, open, sign, signByAll } from "./jws.mjs";
import { makeKey } from "./keys.mjs";
import { now } from "./story.mjs";

export async function after(s) {
	const eve = await makeKey("eve", "Ed25519");
	await s.step("the revocation lists are empty", () => lists(s, 0));
	await s.step("a renewal: another certificate of the same member", () => renew(s));
	await s.refused("a renewal dated the day before yesterday", "wrong_time", async () => {
		const says = { charter: s.charter.digest, member: s.memberOf("dee"), nonce: nonce(), iat: now() - 2 * 86400 };
		return s.client.post("renewals", { renewal: await sign(s.object("gmc-renewal", says), s.keys.dee) });
	});
	await s.step("a rekeying, signed by both keys", () => rekey(s));
	await s.refused("the old key", "wrong_key", () => revoke(s, s.keys.old, { key: s.keys.bo.kid }, "superseded"));
	await s.refused("a stranger's revocation", "not_allowed", () => revoke(s, eve, { member: s.memberOf("ana") }, "cessation"));
	await s.refused("an administrator who would expel", "not_allowed", () =>
		revoke(s, s.keys.admin, { member: s.memberOf("ana") }, "cessation"),
	);
	await s.step("an administrator revokes a certificate", () => revokeCertificate(s));
	await s.step("the revocation lists name the old key and the certificate", () => lists(s, 2));
	await s.step("a vote expels a member; it has no vote in this", () => expel(s));
	await s.step("a founder leaves", () => leave(s));
	await s.step("the revocation lists name all four", () => lists(s, 4));
}

async function renewed(s, answer, signed, member, origin) {
	const cause = digestOf(signed);
	demand(answer.cause === cause && answer.serial === serialOf(cause), JSON.stringify(answer));
	await s.receipt(answer, signed);
	return certificateFor(s, cause, member, origin);
}

async function renew(s) {
	const member = s.memberOf("dee");
	const renewal = await sign(s.object("gmc-renewal", { charter: s.charter.digest, member, nonce: nonce(), iat: now() }), s.keys.dee);
	s.renewed = await renewed(s, await s.client.post("renewals", { renewal }), renewal, member, "renewal");
}

async function rekey(s) {
	const next = await makeKey("bo2", "Ed25519");
	const member = s.memberOf("bo");
	const says = { charter: s.charter.digest, member, csr: b64u(next.csr), nonce: nonce(), iat: now() };
	const signed = await signByAll(s.object("gmc-rekey", says), [s.keys.bo, next]);
	await renewed(s, await s.client.post("renewals", { rekey: signed }), signed, member, "rekey");
	s.keys.old = s.keys.bo;
	s.keys.bo = next;
}

async function revoke(s, key, target, cause) {
	const revocation = await sign(s.object("gmc-revocation", { charter: s.charter.digest, target, cause, iat: now() }), key);
	const answer = await s.client.post("revocations", { revocation });
	demand(answer.revocation === digestOf(revocation), "another revocation");
	await s.receipt(answer, revocation);
	await s.follow();
}

async function revokeCertificate(s) {
	await revoke(s, s.keys.admin, { serial: s.renewed.serial }, "affiliation_changed");
	const shown = await s.client.get(`members/${s.renewed.member}`);
	const revoked = shown.certificates.filter((c) => c.revoked).map((c) => c.serial);
	demand(shown.state === "member" && revoked.join() === s.renewed.serial, JSON.stringify(shown));
}

// The renewed key votes too: it is the one that the log gives the member now.
async function expel(s) {
	const member = s.memberOf("dee");
	const reason = freeText("It forwards nothing.");
	const says = { charter: s.charter.digest, question: "expel", member, reason: reason.digest, iat: now() };
	const motion = await sign(s.object("gmc-motion", says), s.keys.cy);
	const answer = await s.client.post("proposals", { motion, reason: reason.beside });
	await s.receipt(answer, motion);
	const p = await proposalOn(s, digestOf(motion));
	demand(p.number === answer.proposal && p.says.question === "expel" && p.says.member === member, JSON.stringify(answer));
	demand(digestOf(p.shown.motion) === p.says.subject, "another motion");
	await s.refused("the vote of who is to be expelled", "not_in_electorate", () => vote(s, p, "dee", { choice: "no" }));
	for (const name of ["bo", "ana"]) await vote(s, p, name);
	await decisionOn(s, p, "yes");
	await auditOf(s, p);
	demand(s.log.members.get(member).ended, "not in the log");
	demand((await s.client.get(`members/${member}`)).state === "expelled", "not shown as expelled");
}

async function leave(s) {
	const gone = s.memberOf("cy");
	await revoke(s, s.keys.cy, { member: gone }, "cessation");
	demand(s.log.members.get(gone).ended, "not in the log");
	const shown = await s.client.get(`members/${gone}`);
	demand(shown.state === "left" && shown.certificates.every((c) => c.revoked), JSON.stringify(shown));
}

async function lists(s, n) {
	const doc = await s.client.until("revocations", (v) => open(v, "gmc-revocations").says.entries.length >= n);
	await s.follow();
	const { says } = await s.log.verifyRevocations(doc);
	demand(says.genesis === s.genesis && says.charter === s.charter.digest && says.version === 1, "another charter");
	demand(says.next === says.this + 2 * s.charter.says.freshness.update && says.this <= now() && now() < says.next, "times");
	demand(says.number > (s.listed ?? 0), `number ${says.number} after ${s.listed}`);
	s.log.checkTree(says.log, "revocations");
	const shown = says.entries.map(inOrder);
	demand(shown.join() === [...shown].sort().join(), "entries out of order");
	demand(shown.join() === s.log.revoked.map(inOrder).sort().join(), `other entries than the log's: ${shown}`);
	s.listed = says.number;
	const { body, type } = await s.client.call("crl");
	demand(type === "application/pkix-crl", type);
	checkCrl(body, s.genesis, s.log.authorities[0], says, s.log.revokedSerials());
}

const inOrder = (e) => `${String(e.from).padStart(16, "0")} ${e.member} ${e.key ?? ""} ${e.serial ?? ""} ${e.cause}`;
