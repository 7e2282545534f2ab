// SPDX-License-Identifier: ISC
// What a member does afterwards: renew, change the key, leave; and the lists that follow.
import { randomBytes } from "node:crypto";
import { b64u, demand, serialOf } from "./bytes.mjs";
import { checkCrl, checkMember } from "./certificate.mjs";
import { digestOf, sign, signByAll } from "./jws.mjs";
import { makeKey } from "./keys.mjs";
import { now } from "./story.mjs";

export async function after(s) {
	await s.step("the revocation lists are empty", () => lists(s, 0));
	await s.step("a renewal: another certificate of the same member", () => renew(s));
	await s.step("a rekeying, signed by both keys", () => rekey(s));
	await s.refused("a stranger's revocation", "not_allowed", async () => {
		const says = { charter: s.charter.digest, target: { member: s.memberOf("ana") }, cause: "cessation", iat: now() };
		return s.client.post("revocations", { revocation: await sign(s.object("gmc-revocation", says), await makeKey("eve", "Ed25519")) });
	});
	await s.step("a founder leaves", () => leave(s));
	await s.step("the revocation lists name the old key and who left", () => lists(s, 2));
}

const nonce = () => b64u(randomBytes(16));

// The certificate that a renewal or a rekeying brings.
async function issuedFor(s, answer, signed, origin) {
	const cause = digestOf(signed);
	demand(answer.cause === cause && answer.serial === serialOf(cause), JSON.stringify(answer));
	await s.receipt(answer, signed);
	await s.client.until(`members/${s.memberNow}`, (v) => v.certificates.some((c) => c.serial === answer.serial && c.state === "published"));
	await s.follow();
	const c = s.log.certificates.find((x) => x.cause === cause);
	demand(c && c.origin === origin, "not in the log");
	const { body } = await s.client.call(`certificates/${c.serial}`);
	demand(checkMember(body, c, c.ca) === c.tbs, "another certificate than the log's");
}

async function renew(s) {
	s.memberNow = s.memberOf("dee");
	const says = { charter: s.charter.digest, member: s.memberNow, nonce: nonce(), iat: now() };
	const renewal = await sign(s.object("gmc-renewal", says), s.keys.dee);
	await issuedFor(s, await s.client.post("renewals", { renewal }), renewal, "renewal");
}

async function rekey(s) {
	const next = await makeKey("bo2", "Ed25519");
	s.memberNow = s.memberOf("bo");
	const says = { charter: s.charter.digest, member: s.memberNow, csr: b64u(next.csr), nonce: nonce(), iat: now() };
	const signed = await signByAll(s.object("gmc-rekey", says), [s.keys.bo, next]);
	await issuedFor(s, await s.client.post("renewals", { rekey: signed }), signed, "rekey");
	s.keys.bo = next;
}

async function leave(s) {
	s.gone = s.memberOf("cy");
	const says = { charter: s.charter.digest, target: { member: s.gone }, cause: "cessation", iat: now() };
	const revocation = await sign(s.object("gmc-revocation", says), s.keys.cy);
	await s.receipt(await s.client.post("revocations", { revocation }), revocation);
	await s.follow();
	demand(s.log.members.get(s.gone).ended, "not in the log");
	const shown = await s.client.get(`members/${s.gone}`);
	demand(shown.state === "left" && shown.certificates.every((c) => c.revoked), JSON.stringify(shown));
}

async function lists(s, n) {
	await s.follow();
	const doc = await s.client.until("revocations", (v) => entriesOf(v).length >= n);
	const { says } = await s.log.verifyRevocations(doc);
	demand(says.genesis === s.genesis && says.charter === s.charter.digest && says.version === 1, "another charter");
	demand(says.next === says.this + 2 * s.charter.says.freshness.update && says.this <= now() && now() < says.next, "times");
	demand(says.number > (s.listed ?? 0), `number ${says.number} after ${s.listed}`);
	await s.follow();
	s.log.checkTree(says.log, "revocations");
	const shown = says.entries.map(inOrder);
	demand(shown.join() === [...shown].sort().join(), "entries out of order");
	demand(shown.join() === s.log.revoked.map(inOrder).sort().join(), `other entries than the log's: ${shown}`);
	s.listed = says.number;
	const { body, type } = await s.client.call("crl");
	demand(type === "application/pkix-crl", type);
	checkCrl(body, s.genesis, s.log.authorities[0], says, s.log.revokedSerials());
}

const entriesOf = (jws) => JSON.parse(Buffer.from(jws.payload, "base64url")).entries;
const inOrder = (e) => `${String(e.from).padStart(16, "0")} ${e.member} ${e.key ?? ""} ${e.serial ?? ""} ${e.cause}`;
