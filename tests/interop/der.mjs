// SPDX-License-Identifier: ISC
// As much DER as the certificates of docs/certificate.md are made of, and a reader that gives values as they lie.
import { demand } from "./bytes.mjs";

const length = (n) => (n < 128 ? Buffer.of(n) : n < 256 ? Buffer.of(0x81, n) : Buffer.of(0x82, n >> 8, n & 0xff));

export function tlv(tag, ...parts) {
	const body = Buffer.concat(parts);
	return Buffer.concat([Buffer.of(tag), length(body.length), body]);
}

export const seq = (...parts) => tlv(0x30, ...parts);
export const set = (...parts) => tlv(0x31, ...parts);
export const octets = (b) => tlv(0x04, b);
export const bits = (b, unused = 0) => tlv(0x03, Buffer.of(unused), b);
export const utf8 = (s) => tlv(0x0c, Buffer.from(s));
export const int = (b) => tlv(0x02, b);
export const TRUE = Buffer.of(1, 1, 0xff);

export function oid(dotted) {
	const [a, b, ...rest] = dotted.split(".").map(Number);
	const out = [];
	for (let n of [40 * a + b, ...rest]) {
		const digits = [n % 128];
		while ((n = Math.floor(n / 128)) > 0) digits.unshift((n % 128) | 0x80);
		out.push(...digits);
	}
	return tlv(0x06, Buffer.from(out));
}

// UTCTime through 2049, then GeneralizedTime.
export function time(seconds) {
	const s = new Date(seconds * 1000).toISOString().replace(/[-:T]|\.000/g, "");
	return Number(s.slice(0, 4)) < 2050 ? tlv(0x17, Buffer.from(s.slice(2))) : tlv(0x18, Buffer.from(s));
}

export function timeOf(item) {
	const s = item.body.toString("latin1");
	const t = item.tag === 0x17 ? (Number(s.slice(0, 2)) < 50 ? "20" : "19") + s : s;
	demand(/^\d{14}Z$/.test(t), `DER: not a time: ${s}`);
	return Date.parse(t.replace(/(....)(..)(..)(..)(..)(..)Z/, "$1-$2-$3T$4:$5:$6Z")) / 1000;
}

// One value: tag, body, the bytes of the whole, what follows.
function take(b) {
	demand(b.length >= 2, "DER: cut short");
	let [n, at] = [b[1], 2];
	if (n & 0x80) {
		const more = n & 0x7f;
		demand(more >= 1 && more <= 3, "DER: length");
		n = b.subarray(2, 2 + more).reduce((a, c) => a * 256 + c, 0);
		at += more;
		demand(b.subarray(1, at).equals(length3(n)), "DER: a length longer than it must be");
	}
	demand(at + n <= b.length, "DER: cut short");
	return { tag: b[0], body: b.subarray(at, at + n), raw: b.subarray(0, at + n), rest: b.subarray(at + n) };
}

const length3 = (n) => (n < 65536 ? length(n) : Buffer.of(0x83, n >> 16, (n >> 8) & 0xff, n & 0xff));

export function readOne(b) {
	const item = take(b);
	demand(item.rest.length === 0, "DER: something after the end");
	return item;
}

export function children(item) {
	const out = [];
	for (let rest = item.body; rest.length > 0;) {
		const next = take(rest);
		out.push(next);
		rest = next.rest;
	}
	return out;
}

export const isOid = (item, dotted) => item.raw.equals(oid(dotted));
