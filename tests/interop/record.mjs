// SPDX-License-Identifier: ISC
// A record, held against a log that was followed: docs/objects/record.md. Votes stand nowhere else.
import { ascending, demand, digest, rawDigest, unb64u, unhex } from "./bytes.mjs";
import { readCharter } from "./charter.mjs";
import { decide } from "./decide.mjs";
import { digestOf, verify } from "./jws.mjs";
import { readJson } from "./json.mjs";
import { electorLeaf } from "./log.mjs";
import { included, leafHash, root, setIncluded } from "./merkle.mjs";
import { checkShape } from "./shapes.mjs";

export async function auditRecord(record, log) {
	checkShape("gmc-record", record);
	demand(record.genesis === log.genesis, "record: another genesis");
	const { says: proposal, digest: proposalDigest } = await log.notarized(record.proposal, "gmc-proposal");
	const p = log.proposals[proposal.number - 1];
	demand(p.digest === proposalDigest, "record: a proposal that the log does not have");
	const { says: decision, digest: decisionDigest } = await log.notarized(record.decision, "gmc-decision");
	demand(p.decision.digest === decisionDigest, "record: a decision that the log does not have");
	await checkCharters(record, log, p);
	await checkEntries(record, log, p);
	await checkSubject(record, p);
	const votes = await readVotes(record, log, p);
	checkTally(decision, votes);
	const words = await readEvidence(record, p);
	demand(
		digest(root(ascending(record.evidence.map((e) => rawDigest(digestOf(e.object)))))) === decision.evidence,
		"record: evidence root",
	);
	demand(decideAgain(p, votes, words, decision) === decision.outcome, "record: decided again, it comes out differently");
	if (decision.outcome === "yes" && proposal.question === "admit") checkIssued(record, log, p);
	return { proposal, decision, votes };
}

async function checkCharters(record, log, p) {
	if (!record.charters) return;
	const charters = record.charters.map(({ entry, ...doc }) => readCharter(doc));
	demand(charters.length === p.charter.says.version, "record: charters 1 to the proposal's");
	for (const [i, c] of charters.entries()) {
		demand(c.digest === log.chain.versions[i].digest, `record: another charter ${i + 1}`);
		const voted = i > 0 && charters[i - 1].says.amendment !== undefined;
		demand(voted === (c.doc.record !== undefined), `record: the vote on charter ${i + 1}`);
		if (voted) demand((await auditRecord(c.doc.record, log)).proposal.subject === c.digest, "record: a vote on another charter");
	}
}

// The first head above the last entry, and one proof that its log has all of them.
async function checkEntries(record, log, p) {
	const { says: head } = await log.notarized(record.head, "gmc-head");
	log.checkTree({ size: head.size, root: head.root }, "record's head");
	const charters = (record.charters ?? []).map((c) => c.entry);
	const all = [...charters, ...record.entries, ...(record.ended ? [record.ended] : [])];
	const set = all.map(unb64u).map((bytes) => ({ index: readJson(bytes).index, hash: leafHash(bytes) }));
	demand(setIncluded(set, head.size, record.nodes.map(rawDigest), rawDigest(head.root)), "record: proof of its entries");
	const own = set.slice(charters.length, charters.length + record.entries.length);
	demand(own.every(({ index }, i) => index === p.index + i), "record: entries from the proposal's on, without a gap");
}

// What was asked, and for an expulsion that a member asked it.
async function checkSubject(record, p) {
	const { question, subject } = p.says;
	if (question === "admit") demand(digestOf(record.application) === subject, "record: another application");
	if (question === "amend") demand(readCharter(record.draft).digest === subject, "record: another draft");
	if (question !== "expel") return;
	const { says, digest: d, kid } = await verify(record.motion, "gmc-motion", record.mover.key);
	demand(d === subject && says.question === "expel" && says.member === p.says.member, "record: another motion");
	checkElector(record.mover.elector, p);
	demand(record.mover.elector.key === kid, "record: not moved by an elector's key");
}

function checkElector(e, p) {
	const leaf = leafHash(electorLeaf(e.member, e.key));
	demand(
		included(leaf, e.index, p.says.electorate.n, e.path.map(rawDigest), rawDigest(p.says.electorate.root)),
		"record: no elector",
	);
}

async function readVotes(record, log, p) {
	const votes = [];
	for (const v of record.votes) {
		const { says, digest: d, kid } = await verify(v.vote, "gmc-vote", v.key);
		demand(
			says.proposal === p.digest && says.charter === p.says.charter && says.genesis === p.charter.genesis,
			"record: a vote on something else",
		);
		const e = v.elector;
		checkElector(e, p);
		const own = log.members.get(e.member).keys.map((k) => k.kid);
		demand(says.member === e.member && own.includes(kid), "record: not signed by a key of its voter");
		votes.push({ ...says, digest: d, status: v.status });
	}
	const order = votes.map((v) => `${v.status} ${v.member} ${v.digest}`);
	demand(order.join() === [...order].sort().join(), "record: votes out of order");
	return votes;
}

export const votesRoot = (votes) =>
	digest(root(ascending(votes.map((v) => Buffer.concat([Buffer.of(v.status), unhex(v.member), rawDigest(v.digest)])))));

function checkTally(decision, votes) {
	demand(votesRoot(votes) === decision.votes.root, "record: votes root");
	const said = (choice) => votes.filter((v) => v.status === 0 && v.choice === choice).length;
	for (const choice of ["yes", "no", "abstain"]) demand(said(choice) === decision.votes[choice], `record: number of ${choice}`);
	demand(votes.filter((v) => v.status >= 2).length === decision.votes.void, "record: number of void votes");
	const counted = votes.filter((v) => v.status === 0).map((v) => v.member);
	demand(new Set(counted).size === counted.length, "record: somebody counts twice");
}

async function readEvidence(record, p) {
	const said = { approve: 0, refuse: 0 };
	for (const e of record.evidence) {
		const { says } = await verify(e.object, "gmc-operator", e.key);
		demand(says.subject === p.says.subject, "record: a word on something else");
		said[says.verdict]++;
	}
	return said;
}

function decideAgain(p, votes, words, decision) {
	if (decision.outcome === "void") return "void";
	const { says } = p.charter;
	const requirement = { admit: says.admission, expel: says.expulsion, amend: says.amendment }[p.says.question];
	const facts = { electors: p.electors.map((e) => e.member).filter((m) => p.says.question !== "expel" || m !== p.says.member) };
	facts.votes = new Map(votes.filter((v) => v.status === 0).map((v) => [v.member, v.choice]));
	Object.assign(facts, { key: p.says.key, subject: p.says.question === "expel" ? p.says.member : undefined });
	Object.assign(facts, {
		approvals: words.approve,
		refusals: words.refuse,
		operators: says.authority.operators.length,
		change: says.voting.change,
	});
	const ended = decision.decided >= p.says.opened + p.says.term;
	const now = decide(requirement, { ...facts, closed: false });
	if (now !== "open" || !ended) return now;
	return decide(requirement, { ...facts, closed: true }) === "yes" ? "yes" : "expired";
}

function checkIssued(record, log, p) {
	const c = log.certificates.find((x) => x.cause === p.decision.digest);
	demand(!record.gmc !== !record.ended && record.authority, "record: no certificate, and no reason why");
	demand(c.ca.der.equals(unb64u(record.authority)), "record: another CA");
}
