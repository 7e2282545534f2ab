// SPDX-License-Identifier: ISC
// What each object must look like: docs/objects, as tables. A member that they do not name is refused.
import { demand, unb64u } from "./bytes.mjs";

const is = (what, holds) => (v, at) => demand(holds(v), `${at}: not ${what}: ${JSON.stringify(v)}`);
const match = (what, pattern) => is(what, (v) => typeof v === "string" && pattern.test(v));
const word = (...words) => is(`one of ${words}`, (v) => words.includes(v));

const bool = is("true or false", (v) => typeof v === "boolean");
const text = is("a text", (v) => typeof v === "string" && v === v.normalize("NFC") && !/[\p{Cc}\p{Bidi_C}]/u.test(v));
const count = is("a count", (v) => Number.isSafeInteger(v) && v >= 0);
const from1 = is("a number from 1", (v) => Number.isSafeInteger(v) && v >= 1);
const digest = match("a digest", /^sha256:[0-9a-f]{64}$/);
const id = match("32 hex digits", /^[0-9a-f]{32}$/);
const thumb = match("a thumbprint", /^[A-Za-z0-9_-]{43}$/);
const label = match("a label", /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
const url = match("a URL", /^https?:\/\/[^/?#@]+[^?#]*$/);
const bytes = (v) => unb64u(v);
const exactly = (n) => is(`${n} bytes`, (v) => unb64u(v).length === n);

// A member is optional when its name ends in "?".
const object = (members) => (v, at) => {
	demand(v !== null && typeof v === "object" && !Array.isArray(v), `${at}: not an object`);
	const left = new Set(Object.keys(v));
	for (const [written, shape] of Object.entries(members)) {
		const name = written.replace("?", "");
		if (left.delete(name)) shape(v[name], `${at}.${name}`);
		else demand(written.endsWith("?"), `${at}: ${name} is missing`);
	}
	demand(left.size === 0, `${at}: unknown: ${[...left]}`);
};

const list = (shape, min, max) => (v, at) => {
	demand(Array.isArray(v) && v.length >= min && v.length <= max, `${at}: not a list of ${min} to ${max}`);
	v.forEach((item, i) => shape(item, `${at}[${i}]`));
};

const either =
	(...shapes) =>
	(v, at) => {
		const wrong = [];
		for (const shape of shapes) {
			try {
				return shape(v, at);
			} catch (e) {
				wrong.push(e.message);
			}
		}
		demand(false, wrong.join("; or "));
	};

const tree = object({ size: count, root: digest });
const jwk = either(
	object({ kty: word("OKP"), crv: word("Ed25519"), x: exactly(32) }),
	object({ kty: word("EC"), crv: word("P-256"), x: exactly(32), y: exactly(32) }),
);
const flattened = object({ payload: bytes, protected: bytes, signature: bytes });
const general = object({ payload: bytes, signatures: list(object({ protected: bytes, signature: bytes }), 2, 16) });
const cause = word("unspecified", "key_compromise", "affiliation_changed", "superseded", "cessation", "privilege_withdrawn");

const requirement = (v, at) => leaf(v, at);
const some = list(requirement, 1, 64);
const fraction = object({
	fraction: match("a fraction", /^[0-9]+\/[0-9]+$/),
	"minimum?": from1,
	"base?": word("members", "cast"),
	"veto?": from1,
	"of?": list(id, 1, 4096),
});
const counted = object({ count: from1, "veto?": from1, "of?": list(id, 1, 4096), "nearest?": from1, "opposite?": from1 });
const leaf = either(
	object({ all: some }),
	object({ any: some }),
	object({ at_least: object({ k: from1, of: some }) }),
	object({ list: object({ keys: list(thumb, 1, 4096) }) }),
	object({ authority: object({ k: from1 }) }),
	object({ votes: either(counted, fraction) }),
);

const term = { from: count, until: count };
const named = object({ name: text, key: jwk });
const passkey = object({ rp: text, origins: list(url, 1, 16), id: bytes, key: jwk });

const head = (kind, more) => object({ kind: word(kind), format: word(1), genesis: digest, "extensions?": () => {}, ...more });
const event = (name, more) => head("gmc-entry", { index: count, time: count, event: word(name), object: digest, ...more });

const charter = {
	"genesis?": digest,
	group: label,
	version: from1,
	"previous?": digest,
	"log?": tree,
	effective: count,
	purpose: text,
	authority: object({
		notaries: list(object({ key: jwk, ...term }), 1, 8),
		issuing: list(object({ spki: digest, alg: word("Ed25519", "P-256"), ...term }), 1, 4),
		revocation: list(object({ key: jwk, ...term }), 1, 4),
		addresses: list(object({ url, ...term }), 0, 8),
		operators: list(named, 0, 16),
	}),
	administrators: object({ threshold: from1, "offline?": count, keys: list(either(named, object({ name: text, passkey })), 1, 32) }),
	"founders?": list(object({ name: text, csr: bytes, member: id }), 1, 64),
	admission: requirement,
	"expulsion?": requirement,
	"amendment?": requirement,
	voting: object({ scheme: word("plain"), term: from1, change: bool, show: word("votes", "counts", "nothing") }),
	membership: object({
		life: from1,
		keys: list(word("Ed25519", "P-256"), 1, 2),
		names: word("none", "name"),
		overlay: text,
		"nodes?": word("seed"),
		"limit?": from1,
		"class?": word("peer", "client"),
		"removal?": word("votes", "operators"),
	}),
	freshness: object({ update: from1, grace: count, unknown: word("refuse", "allow") }),
	records: object({ visible: word("everyone") }),
	tests: list(
		object({
			name: text,
			"question?": word("admit", "expel", "amend"),
			"members?": count,
			"yes?": count,
			"no?": count,
			"abstain?": count,
			"approvals?": count,
			"listed?": bool,
			"closed?": bool,
			expect: word("yes", "no", "not yet"),
		}),
		0,
		64,
	),
};

const approval = either(flattened, object({ passkey: object({ id: bytes, authenticator: bytes, client: bytes, signature: bytes }) }));
const signedCharter = { charter: bytes, approvals: list(approval, 0, 32) };
const elector = object({ member: id, key: thumb, weight: word(1), index: count, path: list(digest, 0, 64) });
const record = {
	"charters?": list(object({ ...signedCharter, "record?": () => {}, entry: bytes }), 1, 4096),
	"application?": flattened,
	"motion?": flattened,
	"mover?": object({ key: jwk, elector }),
	"draft?": object(signedCharter),
	proposal: flattened,
	votes: list(object({ vote: flattened, key: jwk, status: word(0, 1, 2, 3), elector }), 0, 1e6),
	evidence: list(object({ object: flattened, key: jwk }), 0, 16),
	decision: flattened,
	entries: list(bytes, 2, 65536),
	nodes: list(digest, 0, 1e6),
	head: flattened,
	"gmc?": bytes,
	"ended?": bytes,
	"authority?": bytes,
	"texts?": () => {},
};

const certificate = { member: id, key: thumb, serial: id, tbs: digest, until: count };
const ENTRIES = {
	charter: { version: from1, approvals: digest, "decision?": digest },
	seeds: {},
	application: {},
	proposal: {},
	decision: {},
	joined: { member: id, key: thumb, node: id },
	left: { member: id, cause },
	expelled: { member: id, cause },
	rekeyed: { member: id, old: thumb, key: thumb },
	issued: certificate,
	revoked: { member: id, cause, "key?": thumb, "serial?": id },
};

const SHAPES = {
	"gmc-charter": object({ kind: word("gmc-charter"), format: word(1), "extensions?": () => {}, ...charter }),
	"gmc-approval": head("gmc-approval", { charter: digest, iat: count }),
	"gmc-application": head("gmc-application", {
		charter: digest,
		csr: bytes,
		name: text,
		"statement?": digest,
		log: tree,
		nonce: exactly(16),
		iat: count,
	}),
	"gmc-withdrawal": head("gmc-withdrawal", { application: digest, iat: count }),
	"gmc-motion": either(
		head("gmc-motion", { charter: digest, question: word("expel"), member: id, "reason?": digest, iat: count }),
		head("gmc-motion", { charter: digest, question: word("amend"), subject: digest, "reason?": digest, iat: count }),
	),
	"gmc-operator": head("gmc-operator", { charter: digest, subject: digest, verdict: word("approve", "refuse"), iat: count }),
	"gmc-proposal": head("gmc-proposal", {
		charter: digest,
		number: from1,
		"previous?": digest,
		question: word("admit", "expel", "amend"),
		subject: digest,
		"key?": thumb,
		"member?": id,
		"node?": object({ id, seed: exactly(32), number: count }),
		electorate: object({ size: count, root: digest, n: count }),
		opened: count,
		term: from1,
	}),
	"gmc-vote": head("gmc-vote", {
		charter: digest,
		proposal: digest,
		choice: word("yes", "no", "abstain"),
		member: id,
		iat: count,
		"reason?": digest,
		"replaces?": digest,
	}),
	"gmc-receipt": head("gmc-receipt", { object: digest, stored: count, due: count }),
	"gmc-decision": head("gmc-decision", {
		charter: digest,
		proposal: digest,
		outcome: word("yes", "no", "expired", "void"),
		"cause?": word("withdrawn", "subject_gone", "key_gone", "full", "sponsor"),
		votes: object({ root: digest, yes: count, no: count, abstain: count, void: count }),
		evidence: digest,
		decided: count,
		log: tree,
	}),
	"gmc-head": head("gmc-head", { size: count, root: digest, time: count }),
	"gmc-seeds": head("gmc-seeds", { first: count, commitments: list(digest, 1, 256), iat: count }),
	"gmc-renewal": head("gmc-renewal", { charter: digest, member: id, nonce: exactly(16), iat: count }),
	"gmc-rekey": head("gmc-rekey", { charter: digest, member: id, csr: bytes, nonce: exactly(16), iat: count }),
	"gmc-revocation": head("gmc-revocation", {
		charter: digest,
		target: either(object({ member: id }), object({ key: thumb }), object({ serial: id })),
		cause,
		iat: count,
	}),
	"gmc-revocations": head("gmc-revocations", {
		number: from1,
		this: count,
		next: count,
		version: from1,
		charter: digest,
		log: tree,
		entries: list(object({ member: id, "key?": thumb, "serial?": id, from: count, cause }), 0, 1e6),
	}),
	"gmc-record": head("gmc-record", record),
	"gmc-trust": head("gmc-trust", {
		group: label,
		charters: list(object({ ...signedCharter, "record?": () => {} }), 1, 4096),
		authorities: list(bytes, 1, 64),
		head: flattened,
		revocations: flattened,
	}),
	"signed charter": object({ ...signedCharter, "record?": (v) => checkShape("gmc-record", v) }),
	JWS: either(flattened, general),
};

export function checkShape(kind, v) {
	if (kind === "gmc-entry") {
		demand(Object.hasOwn(ENTRIES, v.event), `gmc-entry: unknown event ${v.event}`);
		return event(v.event, ENTRIES[v.event])(v, `entry ${v.index}`);
	}
	demand(Object.hasOwn(SHAPES, kind), `no object is a ${kind}`);
	if (v.kind) demand(Object.keys(v).slice(0, 2).join() === "kind,format", `${kind}: kind and format do not come first`);
	return SHAPES[kind](v, kind);
}
