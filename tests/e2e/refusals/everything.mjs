// SPDX-License-Identifier: ISC
// What every address that takes a signed object must refuse: each row of faults, for each kind of object.
import { readJson } from "../../interop/json.mjs";
import { b64u, unb64u } from "../../interop/bytes.mjs";
import { changedSignature } from "../../interop/jws.mjs";
import { makeKey } from "../../interop/keys.mjs";
import { byRsa, forge, hmacWithPublicKey, honest, stretched } from "./requests.mjs";

// Where each goes, a good one, by whom; and how a stranger's is refused.
export function addresses(s) {
	const proposal = s.target.number;
	const { subject } = s.applied.eve;
	const to = (path, name, make, by, stranger) => ({ path: s.path(path), name, make, by, stranger });
	return [
		to(`proposals/${proposal}/votes`, "vote", async () => (await s.ballotTo(s.target, "cy")).body.vote, "cy", "not_a_member"),
		to("applications", "application", () => s.application(s.keys.fresh), "fresh", "wrong_key"),
		to(`applications/${subject}/words`, "word", () => s.word("clerk", subject), "clerk", "not_an_operator"),
		to(`applications/${subject}/withdrawal`, "withdrawal", () => s.withdrawal("eve", subject), "eve", "wrong_key"),
		to("proposals", "motion", () => s.motion("bo", s.members.tim), "bo", "not_a_member"),
		to("renewals", "renewal", () => s.renewal("bo"), "bo", "not_a_member"),
		to("revocations", "revocation", () => s.revocation("bo", { member: s.members.bo }), "bo", "not_allowed"),
		{ ...to("charters", "charter", async () => s.approval(await s.draft(), "admin"), "admin", "not_an_administrator"), wrap: (approval) => s.draftWith(approval) },
	];
}

const nested = (depth) => "[".repeat(depth) + "]".repeat(depth);
const says = (jws) => readJson(unb64u(jws.payload));
const header = (jws, more) => ({ ...readJson(unb64u(jws.protected)), ...more });

// Faults of the text, from the text of a good request.
const OF_TEXT = [
	["not JSON", 400, "bad_json", (t) => t.slice(0, -1)],
	["nothing at all", 400, "bad_json", () => ""],
	["something after the end", 400, "bad_json", (t) => `${t} {}`],
	["a member twice", 400, "bad_json", (t, name) => `{"${name}":{},${t.slice(1)}`],
	["a member twice, once as an escape", 400, "bad_json", (t, name) => `{"\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}":{},${t.slice(1)}`],
	["bytes that are not UTF-8", 400, "bad_json", (t) => Buffer.concat([Buffer.from(t.slice(0, -1)), Buffer.from(',"x":"\xc3("}', "latin1")])],
	["a NUL in a string", 400, "bad_json", (t) => `${t.slice(0, -1)},"x":"\\u0000"}`],
	["a real number", 400, "bad_json", (t) => `${t.slice(0, -1)},"x":1.5}`],
	["an integer beyond 2^53", 400, "bad_json", (t) => `${t.slice(0, -1)},"x":9007199254740993}`],
	["seventeen levels", 400, "too_deep", (t) => `${t.slice(0, -1)},"x":${nested(16)}}`],
	["ten thousand levels", 400, "too_deep", (t) => `${t.slice(0, -1)},"x":${nested(10000)}}`],
	["a member that nobody knows", 400, "unknown_member", (t) => `${t.slice(0, -1)},"colour":"blue"}`],
	["an array for an object", 400, "wrong_type", (t) => `[${t}]`],
];

// Faults of the envelope and what is in it, from a good JWS and the key that signed it.
const OF_JWS = [
	["a payload with an unknown member", 400, "unknown_member", (j, k) => resign({ ...says(j), colour: "blue" }, j, k)],
	["a payload with a member twice", 400, "bad_json", (j, k) => resign(`{"kind":"${says(j).kind}",${JSON.stringify(says(j)).slice(1)}`, j, k)],
	["a payload without its date", 400, "missing_member", (j, k) => resign({ ...says(j), iat: undefined }, j, k)],
	["a payload with a date in words", 400, "wrong_type", (j, k) => resign({ ...says(j), iat: "now" }, j, k)],
	["a payload of seventeen kilobytes", 413, "too_large", (j, k) => resign(JSON.stringify(says(j)) + " ".repeat(17000), j, k)],
	["a critical extension", 422, "unknown_extension", (j, k) => resign({ ...says(j), extensions: { "x-new": { critical: true, value: 1 } } }, j, k)],
	["typ of another kind", 400, "wrong_typ", (j, k) => resign(says(j), j, k, { typ: "gmc-receipt+jws" })],
	["typ JWT", 400, "wrong_typ", (j, k) => resign(says(j), j, k, { typ: "JWT" })],
	["alg none, no signature", 400, "wrong_algorithm", (j) => forge(says(j), header(j, { alg: "none" }), () => "")],
	["alg none, and the old signature", 400, "wrong_algorithm", (j) => ({ ...j, protected: b64u(JSON.stringify(header(j, { alg: "none" }))) })],
	["HS256 under the public key", 400, "wrong_algorithm", (j, k) => forge(says(j), header(j, { alg: "HS256" }), hmacWithPublicKey(k))],
	["RS256", 400, "wrong_algorithm", (j) => forge(says(j), header(j, { alg: "RS256" }), byRsa)],
	["the algorithm of another kind of key", 400, "wrong_algorithm", (j, k) => resign(says(j), j, k, { alg: k.jwk.crv === "P-256" ? "EdDSA" : "ES256" })],
	["crit in the header", 400, "unknown_header", (j, k) => resign(says(j), j, k, { crit: ["exp"], exp: 1 })],
	["a key in the header", 400, "unknown_header", (j, k) => resign(says(j), j, k, { jwk: k.key })],
	["an unprotected header", 400, "bad_jws", (j) => ({ ...j, header: { alg: "none" } })],
	["a payload in padded base64", 400, "bad_jws", (j) => ({ ...j, payload: `${j.payload}=` })],
	["one bit of the signature turned", 403, "bad_signature", (j) => changedSignature(j)],
	["one byte of the payload changed", 403, "bad_signature", (j) => ({ ...j, payload: b64u(JSON.stringify({ ...says(j), iat: says(j).iat - 1 })) })],
	["a signature of zeroes", 403, "bad_signature", (j) => ({ ...j, signature: b64u(Buffer.alloc(64)) })],
];

const resign = (payload, jws, key, more) => forge(payload, header(jws, more), honest(key));

export async function everything(check, s) {
	s.keys.fresh = await makeKey("fresh", "Ed25519");
	const stranger = await makeKey("stranger", "Ed25519");
	for (const a of addresses(s)) {
		const body = async (jws) => (a.wrap ? a.wrap(jws) : { [a.name]: jws });
		const key = s.keys[a.by];
		for (const [what, status, name, bend] of OF_TEXT) {
			await check.row(`${a.name}: ${what}`, status, name, async () =>
				({ path: a.path, body: bend(JSON.stringify(await body(await a.make())), a.name), headers: { "content-type": "application/json" } }));
		}
		const long = `POST ${a.path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${2 << 20}\r\n\r\n`;
		await check.row(`${a.name}: a body of two megabytes`, 413, "too_large", { raw: long });
		const rows = [
			...OF_JWS,
			["a stranger's, in the stranger's name", 403, a.stranger, (j) => resign(says(j), j, stranger, { kid: stranger.kid, alg: "EdDSA" })],
			["a stranger's, in another's name", 403, "bad_signature", (j) => forge(says(j), header(j), honest({ jwk: stranger.jwk }))],
			["a receipt of ours instead", 400, "wrong_typ", () => s.applied.eve.receipt],
		];
		if (key.jwk.crv === "Ed25519") rows.push(["the other s of Ed25519", 403, "bad_signature", (j) => ({ ...j, signature: stretched(j.signature) })]);
		for (const [what, status, name, bend] of rows) {
			await check.row(`${a.name}: ${what}`, status, name, async () => ({ path: a.path, body: await body(await bend(await a.make(), key)) }));
		}
	}
}
