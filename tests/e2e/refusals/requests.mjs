// SPDX-License-Identifier: ISC
// Certification requests and signatures that no tool would make.
import { constants, createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, sign as signBytes } from "node:crypto";
import { b64u } from "../../interop/bytes.mjs";
import { bits, int, oid, seq, set, tlv, utf8 } from "../../interop/der.mjs";

const NAME = seq(set(seq(oid("2.5.4.3"), utf8("odd"))));
const ED25519 = seq(oid("1.3.101.112"));
const ECDSA_SHA256 = seq(oid("1.2.840.10045.4.3.2"));

// PKCS#10 out of a SubjectPublicKeyInfo, an algorithm and a way to sign.
function csr(spki, algorithm, sign) {
	const info = seq(int(Buffer.of(0)), NAME, spki, tlv(0xa0));
	return seq(info, algorithm, bits(sign(info)));
}

const signedBy = (key, hash) => (info) => signBytes(hash, info, key);

function ofPair(type, options, algorithm, hash) {
	const { publicKey, privateKey } = generateKeyPairSync(type, options);
	return csr(publicKey.export({ type: "spki", format: "der" }), algorithm, signedBy(privateKey, hash));
}

export const rsaCsr = () => ofPair("rsa", { modulusLength: 2048 }, seq(oid("1.2.840.113549.1.1.11"), Buffer.of(5, 0)), "sha256");
export const p384Csr = () => ofPair("ec", { namedCurve: "P-384" }, seq(oid("1.2.840.10045.4.3.3")), "sha384");
export const ed448Csr = () => ofPair("ed448", {}, seq(oid("1.3.101.113")), null);

// The neutral element: under it R = [1]B, S = 1 is a signature of everything, to who checks the equation alone.
const B = Buffer.from("58" + "66".repeat(31), "hex");
export const anySignature = Buffer.concat([B, Buffer.of(1), Buffer.alloc(31)]);
const pointOfOrder1 = Buffer.concat([Buffer.of(1), Buffer.alloc(31)]);
const pointOfOrder8 = Buffer.from("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", "hex");

const edSpki = (x) => seq(ED25519, bits(x));
const weak = (x) => ({ key: { kty: "OKP", crv: "Ed25519", x: b64u(x) }, csr: csr(edSpki(x), ED25519, () => anySignature) });
export const neutral = weak(pointOfOrder1);
export const order8 = weak(pointOfOrder8);

// A P-256 key with one bit of y turned.
export function offCurve() {
	const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
	const { x, y, kty, crv } = privateKey.export({ format: "jwk" });
	const bent = Buffer.from(y, "base64url");
	bent[31] ^= 1;
	const point = Buffer.concat([Buffer.of(4), Buffer.from(x, "base64url"), bent]);
	const spki = seq(seq(oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7")), bits(point));
	return { key: { kty, crv, x, y: b64u(bent) }, csr: csr(spki, ECDSA_SHA256, signedBy(privateKey, "sha256")) };
}

// The request of a good key, and a bit of its own signature turned.
export function badlySigned(key) {
	const bent = Buffer.from(key.csr);
	bent[bent.length - 9] ^= 4;
	return bent;
}

// A JWS with whatever header and signature; `by` gives the bytes of the signature over the signing input.
export function forge(payload, header, by) {
	const text = b64u(typeof payload === "string" ? payload : JSON.stringify(payload));
	const head = b64u(typeof header === "string" ? header : JSON.stringify(header));
	return { payload: text, protected: head, signature: b64u(by(text, head)) };
}

export const input = (payload, head) => Buffer.from(`${head}.${payload}`);
const ecKey = (key) => createPrivateKey({ key: key.jwk, format: "jwk" });
export const honest = (key) => (payload, head) =>
	signBytes(key.jwk.crv === "Ed25519" ? null : "sha256", input(payload, head), { key: ecKey(key), dsaEncoding: "ieee-p1363" });
export const hmacWithPublicKey = (key) => (payload, head) =>
	createHmac("sha256", createPublicKey({ key: key.key, format: "jwk" }).export({ type: "spki", format: "der" })).update(input(payload, head)).digest();
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
export const byRsa = (payload, head) => signBytes("sha256", input(payload, head), { key: rsa, padding: constants.RSA_PKCS1_PADDING });

// The other s of the same Ed25519 signature, which RFC 8032 section 5.1.7 refuses.
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
export function stretched(signature) {
	const bytes = Buffer.from(signature, "base64url");
	let s = BigInt("0x" + Buffer.from(bytes.subarray(32)).reverse().toString("hex")) + L;
	for (let i = 32; i < 64; i++, s >>= 8n) bytes[i] = Number(s & 255n);
	return b64u(bytes);
}
