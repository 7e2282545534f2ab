// SPDX-License-Identifier: ISC
// What applicants, voters and administrators do, with the answers that must come of it.
import { randomBytes } from "node:crypto";
import { b64u, demand, digest, labelled, unb64u } from "./bytes.mjs";
import { checkMember } from "./certificate.mjs";
import { digestOf, sign } from "./jws.mjs";
import { auditRecord, votesRoot } from "./record.mjs";
import { now } from "./story.mjs";

export const nonce = () => b64u(randomBytes(16));

// A statement or reason: what is stored beside, and the digest that is signed.
export function freeText(text) {
	const salt = randomBytes(16);
	return { beside: { text, salt: b64u(salt) }, digest: digest(labelled("gmc-text/1", salt, Buffer.from(text))) };
}

export async function applicationBy(s, key, more = {}) {
	const { size, root } = await s.follow();
	const says = {
		charter: s.charter.digest,
		csr: b64u(key.csr),
		name: key.name,
		log: { size, root },
		nonce: nonce(),
		iat: now(),
		...more,
	};
	return sign(s.object("gmc-application", says), key);
}

// Applies; gives what was sent, its digest and its receipt.
export async function applyAs(s, key, words) {
	const statement = words && freeText(words);
	const application = await applicationBy(s, key, statement && { statement: statement.digest });
	const sent = { application, ...(statement && { statement: statement.beside }) };
	const answer = await s.client.post("applications", sent);
	const subject = digestOf(application);
	demand(answer.application === subject, "another application");
	demand(answer.headers.get("location")?.endsWith(`/applications/${subject}`), `Location: ${answer.headers.get("location")}`);
	await s.receipt(answer, application);
	return { sent, subject, receipt: answer.receipt };
}

// The open proposal about a subject, once it stands in the log.
export async function proposalOn(s, subject) {
	const { proposals } = await s.client.until("proposals?state=open", (v) => v.proposals.some((p) => p.subject === subject));
	const { number } = proposals.find((p) => p.subject === subject);
	await s.follow();
	const shown = await s.client.get(`proposals/${number}`);
	const { digest: d, says } = await s.log.notarized(shown.proposal, "gmc-proposal");
	demand(s.log.proposals[number - 1].digest === d && says.subject === subject, "not the proposal of the log");
	const electors = says.electorate.n - (says.question === "expel" ? 1 : 0); // nobody votes on its own expulsion
	demand(shown.electors === electors && shown.closes === says.opened + says.term, JSON.stringify(shown));
	return { number, digest: d, says, shown, votes: [] };
}

export function ballot(s, p, name, more = {}, key = s.keys[name], alg = undefined) {
	const says = { charter: p.says.charter, proposal: p.digest, choice: "yes", member: s.memberOf(name), iat: now(), ...more };
	return sign(s.object("gmc-vote", says), key, alg);
}

export const post = (s, p, vote, more) => s.client.post(`proposals/${p.number}/votes`, { vote, ...more });

// Votes; the same vote again must get the same receipt.
export async function vote(s, p, name, more = {}, alg = undefined) {
	const reason = freeText(`${name} has thought about it.`);
	const signed = await ballot(s, p, name, { reason: reason.digest, ...more }, s.keys[name], alg);
	const answer = await post(s, p, signed, { reason: reason.beside });
	demand(answer.vote === digestOf(signed), "another vote");
	await s.receipt(answer, signed);
	const again = await post(s, p, signed, { reason: reason.beside });
	demand(again.receipt.payload === answer.receipt.payload, "the same vote got another receipt");
	const before = p.votes.find((v) => v.digest === more.replaces);
	if (before) before.status = 1;
	p.votes.push({ status: 0, member: s.memberOf(name), choice: more.choice ?? "yes", digest: answer.vote });
}

// Waits for the decision, and holds it against the votes that were cast here and against the log.
export async function decisionOn(s, p, outcome) {
	const shown = await s.client.until(`proposals/${p.number}`, (v) => v.outcome !== undefined);
	const { says } = await s.log.notarized(shown.decision, "gmc-decision");
	demand(says.outcome === outcome && shown.outcome === outcome, JSON.stringify(says));
	demand(votesRoot(p.votes) === says.votes.root, "the votes root is not that of the votes which were cast here");
	const said = (choice) => p.votes.filter((v) => v.status === 0 && v.choice === choice).length;
	for (const choice of ["yes", "no", "abstain"]) demand(says.votes[choice] === said(choice), `${says.votes[choice]} ${choice}`);
	await s.follow();
	p.decision = digestOf(shown.decision);
	demand(s.log.proposals[p.number - 1].decision.digest === p.decision, "not the decision of the log");
	return says;
}

export async function auditOf(s, p) {
	const doc = await s.client.get(`proposals/${p.number}/record`);
	await s.follow();
	const { votes } = await auditRecord(doc, s.log);
	const sorted = (list) =>
		list
			.map((v) => `${v.status} ${v.digest}`)
			.sort()
			.join();
	demand(sorted(votes) === sorted(p.votes), "the record has other votes than were cast here");
}

// The certificate that was issued for a cause, once it is published: the log's, byte for byte.
export async function certificateFor(s, cause, member, origin) {
	const published = (c) => c.state === "published" && c.serial === s.log.certificates.find((x) => x.cause === cause)?.serial;
	await s.follow();
	await s.client.until(`members/${member}`, (v) => v.certificates.some(published));
	const c = s.log.certificates.find((x) => x.cause === cause);
	demand(c.origin === origin && c.member === member, "issued for something else");
	const { body, type } = await s.client.call(`certificates/${c.serial}`);
	demand(type === "application/pkix-cert" && checkMember(body, c, c.ca) === c.tbs, "another certificate than the log's");
	return { ...c, der: body };
}

// Free text as it is shown, against the digest that was signed.
export function checkText(shown, signed) {
	demand(digest(labelled("gmc-text/1", unb64u(shown.salt), Buffer.from(shown.text))) === signed, "another text than was signed");
}
