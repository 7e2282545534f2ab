// SPDX-License-Identifier: ISC
// Bytes, and the values of docs/objects/README.md that are made of them.
import { createHash } from "node:crypto";

export class Refused extends Error {}

// Says what is wrong with something that was received.
export function demand(holds, what) {
	if (!holds) throw new Refused(what);
}

export const b64u = (bytes) => Buffer.from(bytes).toString("base64url");

export function unb64u(text) {
	demand(typeof text === "string" && /^[A-Za-z0-9_-]*$/.test(text), "not base64url");
	const bytes = Buffer.from(text, "base64url");
	demand(b64u(bytes) === text, "base64url in another form than the shortest");
	return bytes;
}

export const hex = (bytes) => Buffer.from(bytes).toString("hex");
export const unhex = (text) => Buffer.from(text, "hex");

export function u64(n) {
	const b = Buffer.alloc(8);
	b.writeBigUInt64BE(BigInt(n));
	return b;
}

export function u32(n) {
	const b = Buffer.alloc(4);
	b.writeUInt32BE(n);
	return b;
}

export function sha256(...parts) {
	const h = createHash("sha256");
	for (const p of parts) h.update(p);
	return h.digest();
}

// SHA-256 over a label, a zero byte and the parts: every derived value, and every object's identity with its kind for label.
export const labelled = (label, ...parts) => sha256(label, Buffer.of(0), ...parts);

export const digest = (raw) => `sha256:${hex(raw)}`;
export const rawDigest = (text) => unhex(text.slice(7));

export function serialOf(cause) {
	const serial = labelled("gmc-serial/1", rawDigest(cause)).subarray(0, 16);
	serial[0] = (serial[0] & 0x3f) | 0x40;
	return hex(serial);
}

export const same = (a, b) => Buffer.compare(a, b) === 0;
export const ascending = (list) => list.sort(Buffer.compare);
