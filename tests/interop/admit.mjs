// SPDX-License-Identifier: ISC
// An applicant applies, two voters vote, and what comes of it is checked.
import { randomBytes } from "node:crypto";
import { b64u, demand, digest, labelled, rawDigest, same, unb64u } from "./bytes.mjs";
import { checkMember } from "./certificate.mjs";
import { changedSignature, digestOf, sign } from "./jws.mjs";
import { makeKey } from "./keys.mjs";
import { consistent, included } from "./merkle.mjs";
import { auditRecord, votesRoot } from "./record.mjs";
import { now } from "./story.mjs";

export async function admit(s) {
	await s.step("an application is taken, with a receipt", () => apply(s));
	await applicationRefusals(s);
	await s.step("the application is pending", () => pending(s));
	await s.step("its proposal: electorate, seed, node ID and member are computed again", () => readProposal(s));
	await voteRefusals(s);
	await s.step("a voter with a key on P-256 says yes", () => vote(s, "bo"));
	await s.refused("another choice by the same voter", "equivocation", async () => post(s, await ballot(s, "bo", { choice: "no" })));
	await s.step("a voter with Ed25519 says yes, and `alg` is written Ed25519", () => vote(s, "ana", "Ed25519"));
	await s.step("the decision, and the log that carries it", () => decided(s));
	await s.refused("a vote after the decision", "closed", async () => post(s, await ballot(s, "cy")));
	await s.step("the certificate: built again, and read by two other libraries", () => certificate(s));
	await s.step("the record: every vote, the votes root, the decision again", () => record(s));
	await s.step("proofs of inclusion for every entry", () => inclusions(s));
	await s.step("proofs of consistency between all heads", () => consistencies(s));
}

// A statement or reason: what is stored beside, and the digest that is signed.
export function freeText(text) {
	const salt = randomBytes(16);
	return { beside: { text, salt: b64u(salt) }, digest: digest(labelled("gmc-text/1", salt, Buffer.from(text))) };
}

const treeOf = (head) => ({ size: head.size, root: head.root });

export async function applicationBy(s, key, more = {}) {
	const log = treeOf(await s.follow());
	const says = { charter: s.charter.digest, csr: b64u(key.csr), name: key.name, log, nonce: b64u(randomBytes(16)), iat: now(), ...more };
	return sign(s.object("gmc-application", says), key);
}

async function apply(s) {
	const statement = freeText("I would like to join, and I can keep a node running – dag en nacht.");
	s.application = await applicationBy(s, s.keys.dee, { statement: statement.digest });
	s.applied = { application: s.application, statement: statement.beside };
	const answer = await s.client.post("applications", s.applied);
	s.subject = digestOf(s.application);
	demand(answer.application === s.subject, "another application");
	demand(answer.headers.get("location")?.endsWith(`/applications/${s.subject}`), `Location: ${answer.headers.get("location")}`);
	s.applicationReceipt = answer.receipt;
	await s.receipt(answer, s.application);
}

async function applicationRefusals(s) {
	await s.step("the same application again gets the same receipt", async () => {
		const again = await s.client.post("applications", s.applied);
		demand(again.application === s.subject && again.receipt.payload === s.applicationReceipt.payload, "another receipt");
	});
	const { dee } = s.keys;
	const send = (application) => s.client.post("applications", { application });
	await s.refused("a second application of the same key", "key_in_use", async () => send(await applicationBy(s, dee)));
	await s.refused("an application to another group", "wrong_context", async () =>
		send(await applicationBy(s, await makeKey("eve", "Ed25519"), { genesis: digest(Buffer.alloc(32)) })));
	await s.refused("an application under another charter", "wrong_context", async () =>
		send(await applicationBy(s, await makeKey("eve", "Ed25519"), { charter: digest(Buffer.alloc(32)) })));
	await s.refused("an application whose signature was changed", "bad_signature", async () =>
		send(changedSignature(await applicationBy(s, await makeKey("eve", "P-256")))));
	await s.refused("an application signed by another key than the request's", "wrong_key", async () => {
		const eve = await makeKey("eve", "Ed25519");
		return send(await sign(JSON.parse(unb64u((await applicationBy(s, eve)).payload)), dee));
	});
	await s.refused("an application with a member that nobody knows", "unknown_member", async () =>
		send(await applicationBy(s, await makeKey("eve", "Ed25519"), { colour: "blue" })));
	await s.refused("an application with a head that nobody signed", "forked", async () => {
		const log = { size: s.log.size, root: digest(Buffer.alloc(32)) };
		return send(await applicationBy(s, await makeKey("eve", "Ed25519"), { log }));
	});
}

async function pending(s) {
	const shown = await s.client.until(`applications/${s.subject}`, (v) => v.proposal !== undefined);
	demand(shown.name === "dee" && shown.certificate === undefined, JSON.stringify(shown));
	demand(shown.proposal.electors === 3 && shown.asks.some((a) => a.what === "votes" && !a.met), JSON.stringify(shown));
	s.number = shown.proposal.number;
	const list = await s.client.get("proposals?state=open");
	demand(list.proposals.some((p) => p.number === s.number && p.subject === s.subject), JSON.stringify(list));
}

async function readProposal(s) {
	await s.follow();
	const shown = await s.client.get(`proposals/${s.number}`);
	const { says, digest: d } = await s.log.notarized(shown.proposal, "gmc-proposal");
	const p = s.log.proposals[s.number - 1];
	demand(p.digest === d && p.application.digest === s.subject, "not the proposal of the log");
	demand(digestOf(shown.application) === s.subject, "another application");
	const t = shown.statement;
	demand(digest(labelled("gmc-text/1", unb64u(t.salt), Buffer.from(t.text))) === p.application.says.statement, "another statement");
	demand(says.charter === s.charter.digest && says.electorate.n === 3, JSON.stringify(says));
	s.proposal = { digest: d, says };
}

export function ballot(s, name, more = {}, key = s.keys[name], alg = undefined) {
	const says = { charter: s.proposal.says.charter, proposal: s.proposal.digest, choice: "yes", member: s.memberOf(name), iat: now(), ...more };
	return sign(s.object("gmc-vote", says), key, alg);
}

const post = (s, vote, more) => s.client.post(`proposals/${s.number}/votes`, { vote, ...more });

async function voteRefusals(s) {
	const other = digest(Buffer.alloc(32, 1));
	const cases = [["genesis", { genesis: other }], ["charter", { charter: other }], ["proposal", { proposal: other }]];
	for (const [what, more] of cases) {
		await s.refused(`a vote that names another ${what}`, "wrong_context", async () => post(s, await ballot(s, "cy", more)));
	}
	const stranger = await makeKey("stranger", "Ed25519");
	await s.refused("a member's vote in another member's name", "wrong_key", async () => post(s, await ballot(s, "cy", {}, s.keys.ana)));
	await s.refused("a stranger's vote in a member's name", "not_a_member", async () => post(s, await ballot(s, "cy", {}, stranger)));
	await s.refused("a stranger's vote in its own name", "not_a_member", async () =>
		post(s, await ballot(s, "cy", { member: "00112233445566778899aabbccddeeff" }, stranger)));
	await s.refused("the applicant's own vote", "not_a_member", async () =>
		post(s, await ballot(s, "cy", { member: s.proposal.says.member }, s.keys.dee)));
	await s.refused("a vote whose signature was changed", "bad_signature", async () => post(s, changedSignature(await ballot(s, "cy"))));
	await s.refused("an application in the place of a vote", "wrong_typ", async () => post(s, s.application));
}

async function vote(s, name, alg) {
	const reason = freeText(`${name} has met dee.`);
	const signed = await ballot(s, name, { reason: reason.digest }, s.keys[name], alg);
	const answer = await post(s, signed, { reason: reason.beside });
	demand(answer.vote === digestOf(signed), "another vote");
	await s.receipt(answer, signed);
	const again = await post(s, signed, { reason: reason.beside });
	demand(again.receipt.payload === answer.receipt.payload, "the same vote got another receipt");
	s.votes = [...(s.votes ?? []), { name, digest: answer.vote }];
}

async function decided(s) {
	const shown = await s.client.until(`proposals/${s.number}`, (v) => v.decision !== undefined);
	const { says } = await s.log.notarized(shown.decision, "gmc-decision");
	demand(says.outcome === "yes" && says.votes.yes === 2 && says.votes.no === 0, JSON.stringify(says));
	const leaves = s.votes.map((v) => ({ status: 0, member: s.memberOf(v.name), digest: v.digest }));
	demand(votesRoot(leaves) === says.votes.root, "the votes root is not that of the votes which were cast here");
	demand(says.evidence === digest(Buffer.from("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "hex")), "evidence out of nothing");
	await s.follow();
	demand(s.log.proposals[s.number - 1].decision.digest === digestOf(shown.decision), "not the decision of the log");
	demand(s.memberOf("dee") === s.proposal.says.member, "another member");
}

async function certificate(s) {
	const shown = await s.client.until(`applications/${s.subject}`, (v) => v.certificate !== undefined);
	const der = unb64u(shown.certificate);
	const c = s.log.certificates.find((x) => x.member === s.memberOf("dee"));
	demand(c.origin === "admission" && c.decision === s.log.proposals[s.number - 1].decision.digest, "another decision");
	demand(checkMember(der, c, c.ca) === c.tbs && c.kid === s.keys.dee.kid, "another certificate than the log's");
	demand(shown.serial === c.serial && shown.member === c.member, JSON.stringify(shown));
	const { body } = await s.client.call(`certificates/${c.serial}`);
	demand(same(body, der), "two certificates of one serial");
	const pem = await s.client.call(`certificates/${c.serial}?form=pem`);
	demand(pem.body.toString().startsWith("-----BEGIN CERTIFICATE-----\n"), "PEM");
}

async function record(s) {
	const doc = await s.client.get(`proposals/${s.number}/record`);
	await s.follow();
	const { votes } = await auditRecord(doc, s.log);
	demand(votes.map((v) => v.digest).sort().join() === s.votes.map((v) => v.digest).sort().join(), "other votes");
}

async function inclusions(s) {
	const { size, root } = await s.follow();
	for (let i = 0; i < size; i++) {
		const { path } = await s.client.get(`log/inclusion?index=${i}&size=${size}`);
		demand(included(s.log.leaves[i], i, size, path.map(rawDigest), rawDigest(root)), `entry ${i} of ${size}`);
	}
}

async function consistencies(s) {
	const { size } = await s.follow();
	for (let from = 1; from <= size; from++) {
		const { path } = await s.client.get(`log/consistency?from=${from}&to=${size}`);
		const roots = [s.log.root(from), s.log.root(size)].map(rawDigest);
		demand(consistent(from, size, path.map(rawDigest), ...roots), `${from} to ${size}`);
	}
}

