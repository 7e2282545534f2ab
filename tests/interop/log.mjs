// SPDX-License-Identifier: ISC
// The group log, followed from its first entry: docs/log.md. Whatever does not follow from what stands before is refused.
import { demand, digest, labelled, rawDigest, sha256, u32, u64, unb64u, unhex } from "./bytes.mjs";
import { memberTbs, readAuthority, tbsDigest } from "./certificate.mjs";
import { Chain, approvalsRoot, csrDigest, foundersSeed, operatorKey, readCharter } from "./charter.mjs";
import { digestOf, kidOf, open, verify, verifyByOne } from "./jws.mjs";
import { readJson } from "./json.mjs";
import { keyOfRequest, thumbprint } from "./keys.mjs";
import { leafHash, root, rootOfLeaves } from "./merkle.mjs";
import { checkShape } from "./shapes.mjs";

const first16 = (raw) => raw.subarray(0, 16).toString("hex");
const derived = (label, ...parts) => first16(labelled(label, ...parts));

export const electorLeaf = (member, kid) => Buffer.concat([unhex(member), Buffer.from(kid, "base64url"), u32(1)]);

export class Log {
	constructor(genesis, authorities) {
		Object.assign(this, { genesis, authorityFiles: authorities, authorities: [], chain: new Chain(), leaves: [], time: 0 });
		Object.assign(this, { commitments: [], applications: [], proposals: [], decisions: new Map(), members: new Map() });
		Object.assign(this, { certificates: [], revoked: [], due: [], usedKeys: new Set() });
	}

	get size() {
		return this.leaves.length;
	}

	root(size = this.size) {
		return digest(rootOfLeaves(this.leaves.slice(0, size)));
	}

	checkTree(tree, what) {
		demand(tree.size <= this.size && tree.root === this.root(tree.size), `${what}: a head that this log never had`);
	}

	notarized(jws, kind, at) {
		return verifyByOne(jws, kind, this.chain.notaries(), at);
	}

	verifyRevocations(jws) {
		return verifyByOne(jws, "gmc-revocations", this.chain.newest.says.authority.revocation);
	}

	// Of the issuing keys whose time it is, the one that begins last.
	issuer(c, time) {
		const [best] = c.says.authority.issuing.filter((k) => k.from <= time && time < k.until).sort((a, b) => b.from - a.from);
		return this.authorities.find((a) => digest(sha256(a.spki)) === best.spki);
	}

	// What a CRL lists: each certificate that an entry covers, from the first of them on.
	revokedSerials() {
		const covers = (r, c) => r.member === c.member && (!r.key || r.key === c.kid) && (!r.serial || r.serial === c.serial);
		const first = (c) => this.revoked.find((r) => covers(r, c));
		return this.certificates.filter(first).map((c) => ({ serial: c.serial, from: first(c).from, cause: first(c).cause }));
	}

	inForce(entry) {
		return this.chain.inForce(entry.index, entry.time);
	}

	// One item of log/entries.
	async follow(item) {
		const bytes = unb64u(item.entry);
		const entry = readJson(bytes);
		checkShape("gmc-entry", entry);
		demand(item.index === this.size && entry.index === this.size, `entry ${entry.index} in the place of ${this.size}`);
		demand(entry.genesis === this.genesis && entry.time >= this.time, `entry ${entry.index}: another group, or time goes back`);
		await this.expected(entry);
		await EVENTS[entry.event].call(this, entry, item.object);
		this.time = entry.time;
		this.leaves.push(leafHash(bytes));
	}

	// Entries that others bring with them: nothing may stand between.
	async expected(entry) {
		const next = this.due.shift();
		const free = ["charter", "seeds", "application", "proposal", "decision", "left", "expelled", "rekeyed", "issued", "revoked"];
		if (!next) return demand(free.includes(entry.event), `entry ${entry.index}: ${entry.event} out of nothing`);
		demand(next.event === entry.event && entry.time === this.time, `entry ${entry.index}: ${entry.event} instead of ${next.event}`);
		for (const [name, v] of Object.entries(next))
			demand(entry[name] === v, `entry ${entry.index}: ${name} is ${entry[name]}, not ${v}`);
	}

	electorate() {
		const present = [...this.members.values()].filter((m) => !m.ended).sort((a, b) => (a.member < b.member ? -1 : 1));
		return present.map((m) => ({ member: m.member, kid: m.kid }));
	}

	join(m) {
		demand(!this.members.has(m.member) && !this.usedKeys.has(m.kid), "a member or a key comes twice");
		this.usedKeys.add(m.kid);
		this.members.set(m.member, { ...m, keys: [{ kid: m.kid, key: m.key }] });
	}

	live(member, what) {
		const m = this.members.get(member);
		demand(m && !m.ended, `${what}: no member`);
		return m;
	}
}

const bound = (entry, jws) => demand(digestOf(jws) === entry.object, `entry ${entry.index}: another object`);

async function foundGroup(log, c, entry) {
	const seed = foundersSeed(c);
	const named = c.says.membership.names === "name";
	for (const f of c.says.founders) {
		const csr = unb64u(f.csr);
		const key = await keyOfRequest(csr);
		const kid = await thumbprint(key);
		const node = derived("gmc-node/1", rawDigest(log.genesis), csrDigest(csr), seed);
		const m = { member: f.member, kid, key, node, name: named ? f.name : undefined, decision: log.genesis };
		const cause = digest(labelled("gmc-founder/1", rawDigest(log.genesis), unhex(f.member)));
		log.due.push({ event: "joined", object: log.genesis, member: f.member, key: kid, node });
		log.due.push({ event: "issued", object: cause, member: f.member, key: kid });
		log.founders = [...(log.founders ?? []), m];
	}
	log.due.unshift({ event: "seeds" });
	demand(entry.index === 0, "the first charter does not stand first");
}

const EVENTS = {
	async charter(entry, doc) {
		const c = readCharter(doc);
		demand(c.digest === entry.object && c.says.version === entry.version, `entry ${entry.index}: another charter`);
		demand(approvalsRoot(c) === entry.approvals, `entry ${entry.index}: approvals root`);
		if (c.says.log) this.checkTree(c.says.log, "charter");
		await this.chain.add(c, entry.index, entry.time);
		if (c.says.version === 1) {
			demand(c.digest === this.genesis, "another genesis");
			await foundGroup(this, c, entry);
		}
		this.authorities = this.authorityFiles.map((der) => readAuthority(der, this.genesis, this.chain.namings()));
	},

	async seeds(entry, jws) {
		const { says } = await this.notarized(jws, "gmc-seeds", entry.time);
		bound(entry, jws);
		demand(says.genesis === this.genesis && says.first === this.commitments.length, "seeds: not numbered without a gap");
		for (const commitment of says.commitments) this.commitments.push({ commitment, index: entry.index });
	},

	async application(entry, jws) {
		const asked = open(jws, "gmc-application");
		const key = await keyOfRequest(unb64u(asked.says.csr));
		const { says, digest: d, kid } = await verify(jws, "gmc-application", key);
		bound(entry, jws);
		demand(says.genesis === this.genesis, "an application to another group");
		this.checkTree(says.log, "application");
		const seed = this.commitments[this.applications.length];
		demand(seed && seed.index < says.log.size, "the application has not seen the commitment to its seed");
		this.chain.byDigest(says.charter);
		this.applications.push({ digest: d, says, key, kid, number: this.applications.length });
	},

	async proposal(entry, jws) {
		const { says, digest: d } = await this.notarized(jws, "gmc-proposal", entry.time);
		bound(entry, jws);
		const c = this.inForce(entry);
		demand(says.genesis === this.genesis && says.charter === c.digest, "proposal: another charter than the one in force");
		demand(says.number === this.proposals.length + 1 && says.previous === this.proposals.at(-1)?.digest, "proposal: chain");
		demand(says.opened === entry.time && says.term === c.says.voting.term, "proposal: times");
		const electors = this.electorate();
		const own = digest(root(electors.map((e) => electorLeaf(e.member, e.kid))));
		demand(says.electorate.size === entry.index && says.electorate.n === electors.length, "proposal: electorate");
		demand(says.electorate.root === own, "proposal: electorate root");
		const p = { digest: d, says, charter: c, electors, index: entry.index };
		if (says.question === "admit") checkAdmission(this, p);
		this.proposals.push(p);
	},

	async decision(entry, jws) {
		const { says, digest: d } = await this.notarized(jws, "gmc-decision", entry.time);
		bound(entry, jws);
		const p = this.proposals.find((q) => q.digest === says.proposal);
		demand(p && !p.decision && says.charter === p.says.charter, "decision: no such open proposal");
		demand(says.genesis === this.genesis && says.decided === entry.time, "decision: genesis or time");
		demand(says.log.size === entry.index && says.log.root === this.root(), "decision: not the log before it");
		p.decision = { digest: d, says };
		if (says.outcome === "yes") YES[p.says.question](this, p, entry);
	},

	async joined(entry) {
		const founder = this.founders.find((f) => f.member === entry.member);
		this.join(founder ?? this.admitted);
	},

	async issued(entry, jws) {
		const m = this.live(entry.member, "issued");
		demand(
			m.kid === entry.key && !this.certificates.some((c) => c.cause === entry.object),
			"issued: another key, or one cause twice",
		);
		const origin = await originOf(this, entry, m, jws);
		const c = origin === "admission" ? m.charter : origin === "founding" ? this.chain.versions[0] : this.inForce(entry);
		const ca = this.issuer(c, entry.time);
		const until = Math.min(entry.time + c.says.membership.life, ca.until);
		const x = {
			...m,
			cause: entry.object,
			issued: entry.time,
			until,
			overlay: c.says.membership.overlay,
			origin,
			genesis: this.genesis,
		};
		x.charter = c.digest;
		demand(entry.until === until && entry.serial === serialIn(memberTbs(x, ca)), "issued: until or serial");
		demand(entry.tbs === tbsDigest(memberTbs(x, ca)), `entry ${entry.index}: the certificate built again is another one`);
		this.certificates.push({ ...x, kid: m.kid, serial: entry.serial, tbs: entry.tbs, ca });
	},

	async left(entry, jws) {
		const m = this.live(entry.member, "left");
		const { says } = await verify(jws, "gmc-revocation", m.key);
		bound(entry, jws);
		demand(says.target.member === entry.member && says.cause === entry.cause, "left: another revocation");
		m.ended = entry.time;
		this.revoked.push({ member: entry.member, from: entry.time, cause: entry.cause });
	},

	async expelled(entry, jws) {
		const m = this.live(entry.member, "expelled");
		if (jws) bound(entry, jws);
		m.ended = entry.time;
		this.revoked.push({ member: entry.member, from: entry.time, cause: entry.cause });
	},

	async rekeyed(entry, jws) {
		const m = this.live(entry.member, "rekeyed");
		bound(entry, jws);
		const { says } = open(jws, "gmc-rekey");
		const key = await keyOfRequest(unb64u(says.csr));
		await verifyBoth(jws, "gmc-rekey", [m.key, key]);
		const kid = await thumbprint(key);
		demand(says.member === m.member && entry.old === m.kid && entry.key === kid, "rekeyed: another key");
		demand(!this.usedKeys.has(kid), "rekeyed: a key that was used before");
		this.usedKeys.add(kid);
		this.revoked.push({ member: m.member, key: m.kid, from: entry.time, cause: "superseded" });
		Object.assign(m, { key, kid, rekey: entry.object });
		m.keys.push({ kid, key });
		this.due.push({ event: "issued", object: entry.object, member: m.member, key: kid });
	},

	async revoked(entry, jws) {
		const m = this.live(entry.member, "revoked");
		const by = m.keys.find((k) => k.kid === kidOf(jws))?.key ?? (await operatorKey(this.inForce(entry), kidOf(jws)));
		const { says } = await verify(jws, "gmc-revocation", by);
		bound(entry, jws);
		demand(says.target.key === entry.key && says.target.serial === entry.serial, "revoked: another target");
		this.revoked.push({ member: m.member, key: entry.key, serial: entry.serial, from: entry.time, cause: entry.cause });
	},
};

// Both signatures of a rekeying, each by its own key.
async function verifyBoth(jws, kind, keys) {
	demand(jws.signatures.length === keys.length, `${kind}: number of signatures`);
	for (const key of keys) {
		const kid = await thumbprint(key);
		const s = jws.signatures.find((one) => kidOf(one) === kid);
		demand(s, `${kind}: not signed by ${kid}`);
		await verify({ payload: jws.payload, ...s }, kind, key);
	}
}

const serialIn = (tbs) => {
	const at = tbs.indexOf(Buffer.of(0xa0, 3, 2, 1, 2, 2, 16)) + 7;
	return tbs.subarray(at, at + 16).toString("hex");
};

function checkAdmission(log, p) {
	const { says } = p;
	const a = log.applications.find((x) => x.digest === says.subject);
	demand(a && says.key === a.kid && says.node.number === a.number, "proposal: application, key or number of the seed");
	const seed = unb64u(says.node.seed);
	const commitment = digest(labelled("gmc-seed/1", rawDigest(log.genesis), u64(a.number), seed));
	demand(commitment === log.commitments[a.number].commitment, "proposal: the seed was not the one committed to");
	const parts = [rawDigest(log.genesis), rawDigest(says.subject), seed];
	demand(says.node.id === derived("gmc-node/1", ...parts), "proposal: node ID");
	demand(says.member === derived("gmc-member/1", ...parts), "proposal: member");
	p.application = a;
}

// What a yes brings into the log at once.
const YES = {
	admit(log, p) {
		const { says, application: a, charter } = p;
		const object = p.decision.digest;
		const name = charter.says.membership.names === "name" ? a.says.name : undefined;
		log.admitted = { member: says.member, kid: a.kid, key: a.key, node: says.node.id, name, decision: object, charter };
		log.due.push({ event: "joined", object, member: says.member, key: a.kid, node: says.node.id });
		log.due.push({ event: "issued", object, member: says.member, key: a.kid });
	},
	expel: (log, p) => log.due.push({ event: "expelled", object: p.decision.digest, member: p.says.member }),
	amend: (log, p) => log.due.push({ event: "charter", object: p.says.subject, decision: p.decision.digest }),
};

async function originOf(log, entry, m, jws) {
	if (entry.object === m.decision) return "admission";
	if (entry.object === m.rekey) return "rekey";
	if (entry.object === digest(labelled("gmc-founder/1", rawDigest(log.genesis), unhex(m.member)))) return "founding";
	const { says, digest: d } = await verify(jws, "gmc-renewal", m.key);
	demand(d === entry.object && says.member === m.member, "issued: for another renewal");
	return "renewal";
}
