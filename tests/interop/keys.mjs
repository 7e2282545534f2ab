// SPDX-License-Identifier: ISC
// Keys and certification requests, made with Node's WebCrypto and @peculiar/x509.
import { KeyObject, createPublicKey, webcrypto } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import * as x509 from "@peculiar/x509";
import { calculateJwkThumbprint } from "jose";

x509.cryptoProvider.set(webcrypto);

const KINDS = {
	Ed25519: { make: { name: "Ed25519" }, sign: { name: "Ed25519" }, alg: "EdDSA" },
	"P-256": { make: { name: "ECDSA", namedCurve: "P-256" }, sign: { name: "ECDSA", hash: "SHA-256" }, alg: "ES256" },
};

const algOf = (jwk) => KINDS[jwk.crv].alg;

export const publicJwk = ({ kty, crv, x, y }) => (y === undefined ? { kty, crv, x } : { kty, crv, x, y });
export const spkiOf = (jwk) => createPublicKey({ key: jwk, format: "jwk" }).export({ type: "spki", format: "der" });
const jwkOfSpki = (der) => publicJwk(createPublicKey({ key: der, format: "der", type: "spki" }).export({ format: "jwk" }));
export const thumbprint = (jwk) => calculateJwkThumbprint(jwk, "sha256");

export async function makeKey(name, crv) {
	const kind = KINDS[crv];
	const pair = await webcrypto.subtle.generateKey(kind.make, true, ["sign", "verify"]);
	const request = await x509.Pkcs10CertificateRequestGenerator.create({
		name: `CN=${name}`,
		keys: pair,
		signingAlgorithm: kind.sign,
	});
	return whole({
		name,
		jwk: KeyObject.from(pair.privateKey).export({ format: "jwk" }),
		csr: Buffer.from(request.rawData).toString("base64url"),
	});
}

async function whole({ name, jwk, csr }) {
	const key = publicJwk(jwk);
	return { name, jwk, key, kid: await thumbprint(key), alg: algOf(key), csr: Buffer.from(csr, "base64url") };
}

export function writeKey(dir, k) {
	writeFileSync(`${dir}/${k.name}.json`, JSON.stringify({ name: k.name, jwk: k.jwk, csr: k.csr.toString("base64url") }), {
		mode: 0o600,
	});
	writeFileSync(`${dir}/${k.name}.csr`, new x509.Pkcs10CertificateRequest(k.csr).toString("pem") + "\n");
}

export const readKey = (dir, name) => whole(JSON.parse(readFileSync(`${dir}/${name}.json`, "utf8")));

// The key of a request whose own signature verifies.
export async function keyOfRequest(der) {
	const request = new x509.Pkcs10CertificateRequest(der);
	if (!(await request.verify())) throw new Error("the request is not signed by its key");
	return jwkOfSpki(Buffer.from(request.publicKey.rawData));
}
