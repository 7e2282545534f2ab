// SPDX-License-Identifier: ISC
// Applications and keys: used, revoked, weak, foreign, replayed; renewals, rekeyings, revocations, motions and words that are somebody else's to say.
import { b64u, digest, sha256 } from "../../interop/bytes.mjs";
import { makeKey, thumbprint } from "../../interop/keys.mjs";
import { now } from "../../interop/story.mjs";
import { anySignature, badlySigned, ed448Csr, forge, neutral, offCurve, order8, p384Csr, rsaCsr } from "./requests.mjs";

const nothing = digest(sha256("nothing"));

export async function keys(check, s, second) {
	await applications(check, s, second);
	await requests(check, s);
	await certificates(check, s, second);
	await others(check, s, second);
}

const apply = (s, key, more) => async () => ({ path: s.path("applications"), body: { application: await s.application(key, more) } });

async function applications(check, s, second) {
	await check.rows([
		["an application by a member's key", 409, "key_in_use", apply(s, s.keys.ana)],
		["an application by the key of who was expelled", 409, "key_in_use", apply(s, s.keys.xen)],
		["an application by the key of who left", 409, "key_in_use", apply(s, s.keys.lee)],
		["an application by a key that was revoked", 409, "key_in_use", apply(s, s.keys.rae)],
		["an application by a key that was replaced", 409, "key_in_use", apply(s, s.keys.old)],
		["an application by who waits already", 409, "key_in_use", apply(s, s.keys.eve)],
		["an application that was withdrawn, once more", 409, "replayed", { path: s.path("applications"), body: s.applied.gus.sent }],
		["an application to another group", 403, "wrong_context", apply(s, undefined, { genesis: second.genesis })],
		["an application of another group, whole", 403, "wrong_context", async () =>
			({ path: s.path("applications"), body: { application: await second.application() } })],
		["an application under a charter that nobody has", 403, "wrong_context", apply(s, undefined, { charter: nothing })],
		["an application under an older charter", 409, "charter_not_in_force", apply(s, undefined, { charter: s.earlier.digest })],
		["an application with a head that nobody signed", 409, "forked", apply(s, undefined, { log: { size: s.log.size, root: nothing } })],
		["an application with the head before the seeds", 409, "forked", apply(s, undefined, { log: { size: 1, root: s.log.root(1) } })],
		["a name of two lines", 400, "bad_text", apply(s, undefined, { name: "some\nbody" })],
		["a name that runs backwards", 400, "bad_text", apply(s, undefined, { name: "some\u202ebody" })],
		["an application signed by another key than the request's", 403, "wrong_key", async () => {
			const k = await makeKey("somebody", "Ed25519");
			return { path: s.path("applications"), body: { application: await s.application({ ...s.keys.ana, csr: k.csr }) } };
		}],
	]);
}

// The key's own kid and, where it can be, a signature that a careless check would take.
async function withKey(s, odd, by) {
	const kid = await thumbprint(odd.key);
	const { payload, ...rest } = await s.application(s.keys.fresh, { csr: b64u(odd.csr) });
	const header = { ...JSON.parse(Buffer.from(rest.protected, "base64url")), kid, alg: odd.key.crv === "Ed25519" ? "EdDSA" : "ES256" };
	return { path: s.path("applications"), body: { application: forge(Buffer.from(payload, "base64url").toString(), header, by) } };
}

async function requests(check, s) {
	const bent = offCurve();
	const rekey = (csr) => async () => ({ path: s.path("renewals"), body: { rekey: await s.rekey("bo", await makeKey("next", "Ed25519"), csr) } });
	const csr = (bytes) => apply(s, s.keys.fresh, { csr: b64u(bytes) });
	await check.rows([
		["a request whose own signature does not verify", 422, "bad_csr", csr(badlySigned(s.keys.fresh))],
		["a request that is no request", 422, "bad_csr", csr(Buffer.from("a request"))],
		["a request with a byte after its end", 422, "bad_csr", csr(Buffer.concat([s.keys.fresh.csr, Buffer.of(0)]))],
		["a request in which a length is written longer than it must be", 422, "bad_csr", csr(Buffer.concat([Buffer.of(0x30, 0x82, 0x00), s.keys.fresh.csr.subarray(1)]))],
		["an Ed25519 key of order 1, under which all signatures verify", 422, "weak_key", () => withKey(s, neutral, () => anySignature)],
		["an Ed25519 key of order 8", 422, "weak_key", () => withKey(s, order8, () => anySignature)],
		["a P-256 key off the curve", 422, "weak_key", () => withKey(s, bent, () => Buffer.alloc(64, 1))],
		["an RSA key", 422, "foreign_key", csr(rsaCsr())],
		["a P-384 key", 422, "foreign_key", csr(p384Csr())],
		["an Ed448 key", 422, "foreign_key", csr(ed448Csr())],
		["a rekeying to a request whose own signature does not verify", 422, "bad_csr", rekey(badlySigned(s.keys.fresh))],
		["a rekeying to an Ed25519 key of order 1", 422, "weak_key", rekey(neutral.csr)],
		["a rekeying to a P-256 key off the curve", 422, "weak_key", rekey(bent.csr)],
		["a rekeying to an RSA key", 422, "foreign_key", rekey(rsaCsr())],
	]);
}

async function certificates(check, s, second) {
	const renew = (name, more) => async () => ({ path: s.path("renewals"), body: { renewal: await s.renewal(name, more) } });
	const rekey = (name, next) => async () => ({ path: s.path("renewals"), body: { rekey: await s.rekey(name, next) } });
	const old = { ...s.keys.old, name: "old" };
	await check.rows([
		["a rekeying to a member's key", 409, "key_in_use", rekey("bo", s.keys.ana)],
		["a rekeying to a key that was revoked", 409, "key_in_use", rekey("bo", s.keys.rae)],
		["a rekeying to the key of who was expelled", 409, "key_in_use", rekey("bo", s.keys.xen)],
		["a rekeying back to a key that was replaced", 409, "key_in_use", rekey("sol", old)],
		["a rekeying to an applicant's key", 409, "key_in_use", rekey("bo", s.keys.eve)],
		["a rekeying to the same key", 422, "same_key", async () => {
			return { path: s.path("renewals"), body: { rekey: await s.rekey("bo", await makeKey("stranger", "Ed25519"), s.keys.bo.csr) } };
		}],
		["a rekeying by a key that was revoked", 403, "key_revoked", async () => ({ path: s.path("renewals"), body: { rekey: await s.rekey("rae", await makeKey("n", "Ed25519")) } })],
		["a renewal by a key that was revoked", 403, "key_revoked", renew("rae")],
		["a renewal by who was expelled", 403, "expelled", renew("xen")],
		["a renewal by who left", 403, "not_a_member", renew("lee")],
		["a renewal for another group", 403, "wrong_context", renew("bo", { genesis: second.genesis })],
		["a renewal for another member", 403, "wrong_key", renew("bo", { member: s.members.ana })],
		["a renewal under an older charter", 409, "charter_not_in_force", renew("bo", { charter: s.earlier.digest })],
		["a renewal dated the day before yesterday", 409, "wrong_time", renew("bo", { iat: now() - 2 * 86400 })],
	]);
}

async function others(check, s, second) {
	const { subject } = s.applied.eve;
	const revoke = (by, target, more) => async () => ({ path: s.path("revocations"), body: { revocation: await s.revocation(by, target, more) } });
	const move = (by, member, more) => async () => ({ path: s.path("proposals"), body: { motion: await s.motion(by, member, more) } });
	const word = (by, about, more) => async () => ({ path: s.path(`applications/${subject}/words`), body: { word: await s.word(by, about, more) } });
	const withdraw = (by, about, more) => async () => ({ path: s.path(`applications/${subject}/withdrawal`), body: { withdrawal: await s.withdrawal(by, about, more) } });
	await check.rows([
		["a revocation of another member's key", 403, "not_allowed", revoke("bo", { key: s.keys.ana.kid })],
		["an administrator who would remove a member", 403, "not_allowed", revoke("admin", { member: s.members.ana })],
		["a revocation by a key that was revoked", 403, "key_revoked", revoke("rae", { member: s.members.rae })],
		["a revocation by a key that was replaced", 403, "wrong_key", revoke("old", { member: s.members.sol })],
		["a key that was revoked, revoked again", 409, "replayed", revoke("admin", { key: s.keys.rae.kid }, { iat: now() - 1 })],
		["a certificate that was revoked, revoked again", 409, "replayed", revoke("admin", { serial: s.serial }, { iat: now() - 1 })],
		["a revocation for another group", 403, "wrong_context", revoke("bo", { member: s.members.bo }, { genesis: second.genesis })],
		["a motion by who was expelled", 403, "expelled", move("xen", s.members.tim)],
		["a motion by a key that was revoked", 403, "key_revoked", move("rae", s.members.tim)],
		["a motion against who was expelled already", 404, "not_found", move("bo", s.members.xen)],
		["a motion for another group", 403, "wrong_context", move("bo", s.members.tim, { genesis: second.genesis })],
		["a member's word in an operator's place", 403, "not_an_operator", word("ana", subject)],
		["an operator's word about another applicant", 403, "wrong_context", word("clerk", s.applied.fay.subject)],
		["an operator's word for another group", 403, "wrong_context", word("clerk", subject, { genesis: second.genesis })],
		["a withdrawal by somebody else", 403, "wrong_key", withdraw("fay", subject)],
		["a withdrawal of another application", 403, "wrong_context", withdraw("eve", s.applied.fay.subject)],
		["a withdrawal for another group", 403, "wrong_context", withdraw("eve", subject, { genesis: second.genesis })],
	]);
}
