// SPDX-License-Identifier: ISC
// Signed objects, written and read with `jose`.
import { FlattenedSign, GeneralSign, flattenedVerify, importJWK } from "jose";
import { b64u, demand, digest, labelled, unb64u } from "./bytes.mjs";
import { readJson } from "./json.mjs";
import { thumbprint } from "./keys.mjs";
import { checkShape } from "./shapes.mjs";

const ALGS = { Ed25519: ["EdDSA", "Ed25519"], "P-256": ["ES256"] };

const header = (key, kind, alg) => ({ alg: alg ?? key.alg, typ: `${kind}+jws`, kid: key.kid, ...key.header });

// Signs a payload by one key. `alg` may say Ed25519 where the key's usual name is EdDSA.
export async function sign(payload, key, alg) {
	const bytes = Buffer.from(JSON.stringify(payload));
	const protectedHeader = header(key, payload.kind, alg);
	const jws = await new FlattenedSign(bytes).setProtectedHeader(protectedHeader).sign(await importJWK(key.jwk, protectedHeader.alg));
	return { payload: jws.payload, protected: jws.protected, signature: jws.signature };
}

export async function signByAll(payload, keys) {
	const general = new GeneralSign(Buffer.from(JSON.stringify(payload)));
	for (const key of keys) general.addSignature(await importJWK(key.jwk, key.alg)).setProtectedHeader(header(key, payload.kind));
	return general.sign();
}

export const identity = (kind, bytes) => digest(labelled(kind, bytes));
export const digestOf = (jws) => {
	const bytes = unb64u(jws.payload);
	return identity(readJson(bytes).kind, bytes);
};

export const kidOf = (jws) => readJson(unb64u(jws.protected)).kid;

// What an object says, unverified.
export function open(jws, kind) {
	const bytes = unb64u(jws.payload);
	const says = readJson(bytes);
	demand(says.kind === kind, `a ${says.kind} instead of a ${kind}`);
	checkShape(kind, says);
	return { says, bytes, digest: identity(kind, bytes), kid: jws.protected ? kidOf(jws) : undefined };
}

// Verifies a flattened JWS of this kind under this key, and gives what it says.
export async function verify(jws, kind, jwk) {
	demand(Object.keys(jws).sort().join() === "payload,protected,signature", `${kind}: not a flattened JWS`);
	const opened = open(jws, kind);
	const head = readJson(unb64u(jws.protected));
	demand(Object.keys(head).sort().join() === "alg,kid,typ", `${kind}: header ${JSON.stringify(head)}`);
	demand(head.typ === `${kind}+jws`, `${kind}: typ ${head.typ}`);
	demand(head.kid === (await thumbprint(jwk)), `${kind}: signed by another key`);
	demand(ALGS[jwk.crv].includes(head.alg), `${kind}: ${head.alg} with a key of ${jwk.crv}`);
	const { payload } = await flattenedVerify(jws, await importJWK(jwk, head.alg), { algorithms: ALGS[jwk.crv] });
	demand(Buffer.compare(Buffer.from(payload), opened.bytes) === 0, `${kind}: another payload`);
	return opened;
}

// The same where one of several keys may have signed; each key is {key, from, until}.
export async function verifyByOne(jws, kind, keys, at) {
	const kid = kidOf(jws);
	for (const k of keys) {
		if ((await thumbprint(k.key)) !== kid) continue;
		demand(at === undefined || (k.from <= at && at < k.until), `${kind}: the key was not in force at ${at}`);
		return verify(jws, kind, k.key);
	}
	demand(false, `${kind}: signed by a key that the charter does not name`);
}

export const changedSignature = (jws) => {
	const signature = unb64u(jws.signature);
	signature[5] ^= 1;
	return { ...jws, signature: b64u(signature) };
};
