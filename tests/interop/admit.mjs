// SPDX-License-Identifier: ISC
// An applicant applies, two voters vote, and what comes of it is checked. Meanwhile somebody else applies, and withdraws.
import {
	applicationBy,
	applyAs,
	auditOf,
	ballot,
	certificateFor,
	checkText,
	decisionOn,
	freeText,
	post,
	proposalOn,
	vote,
} from "./acts.mjs";
import { demand, digest, rawDigest, same, sha256, unb64u } from "./bytes.mjs";
import { changedSignature, digestOf, sign } from "./jws.mjs";
import { makeKey } from "./keys.mjs";
import { consistent, included } from "./merkle.mjs";
import { now } from "./story.mjs";

export async function admit(s) {
	const a = {};
	await s.step("an application is taken, with a receipt", async () => {
		Object.assign(a, await applyAs(s, s.keys.dee, "I would like to join, and I can keep a node running – dag en nacht."));
	});
	await applicationRefusals(s, a);
	await s.step("the application waits for votes", () => waits(s, a));
	let p;
	await s.step("its proposal: electorate, seed, node ID and member are computed again", async () => {
		p = await proposalOn(s, a.subject);
		demand(digestOf(p.shown.application) === a.subject && p.says.electorate.n === 3, "another application, or other electors");
		checkText(p.shown.statement, s.log.proposals[p.number - 1].application.says.statement);
	});
	await voteRefusals(s, p, a);
	const eve = await makeKey("eve", "P-256");
	let sent, other;
	await s.step("somebody else applies meanwhile", async () => {
		sent = await applyAs(s, eve);
		other = await proposalOn(s, sent.subject);
	});
	await s.step("a voter with a key on P-256 says yes", () => vote(s, p, "bo"));
	await s.refused("another choice by the same voter", "equivocation", async () =>
		post(s, p, await ballot(s, p, "bo", { choice: "no" })),
	);
	await s.step("a voter with Ed25519 says yes, and `alg` is written Ed25519", () => vote(s, p, "ana", {}, "Ed25519"));
	await s.step("the decision, and the log that carries it", async () => {
		const says = await decisionOn(s, p, "yes");
		demand(says.evidence === digest(sha256("")), "evidence out of nothing");
		demand(s.memberOf("dee") === p.says.member, "another member");
	});
	await s.refused("a vote after the decision", "closed", async () => post(s, p, await ballot(s, p, "cy")));
	await s.step("the certificate: built again, and read by two other libraries", () => certificate(s, a, p));
	await s.step("the record: every vote, the votes root, the decision again", () => auditOf(s, p));
	await s.refused("who joined later has no vote on what was open", "not_in_electorate", async () =>
		post(s, other, await ballot(s, other, "dee")),
	);
	await s.refused("a vote sent to another proposal than it names", "wrong_context", async () =>
		post(s, { number: other.number }, await ballot(s, p, "cy")),
	);
	await s.step("the other one withdraws, and the proposal is void", () => withdraw(s, other, eve));
	await s.refused("an application that was withdrawn, once more", "replayed", () => s.client.post("applications", sent.sent));
	await s.step("proofs of inclusion for every entry", () => inclusions(s));
	await s.step("proofs of consistency between all sizes", () => consistencies(s));
}

async function applicationRefusals(s, a) {
	await s.step("the same application again gets the same receipt", async () => {
		const again = await s.client.post("applications", a.sent);
		demand(again.application === a.subject && again.receipt.payload === a.receipt.payload, "another receipt");
	});
	const send = (application) => s.client.post("applications", { application });
	const stranger = (more) => async () => send(await applicationBy(s, await makeKey("eve", "Ed25519"), more));
	const nothing = digest(Buffer.alloc(32));
	await s.refused("a second application of the same key", "key_in_use", async () => send(await applicationBy(s, s.keys.dee)));
	await s.refused("an application to another group", "wrong_context", stranger({ genesis: nothing }));
	await s.refused("an application under another charter", "wrong_context", stranger({ charter: nothing }));
	await s.refused("an application with a member that nobody knows", "unknown_member", stranger({ colour: "blue" }));
	await s.refused("an application with a head that nobody signed", "forked", stranger({ log: { size: s.log.size, root: nothing } }));
	await s.refused("an application whose signature was changed", "bad_signature", async () =>
		send(changedSignature(await applicationBy(s, await makeKey("eve", "P-256")))),
	);
	await s.refused("an application signed by another key than the request's", "wrong_key", async () =>
		send(await sign(JSON.parse(unb64u((await applicationBy(s, await makeKey("eve", "Ed25519"))).payload)), s.keys.dee)),
	);
}

async function waits(s, a) {
	const shown = await s.client.until(`applications/${a.subject}`, (v) => v.proposal !== undefined);
	demand(shown.name === "dee" && shown.state === "proposed" && shown.certificate === undefined, JSON.stringify(shown));
	demand(shown.proposal.electors === 3 && shown.asks.some((x) => x.what === "votes" && !x.met), JSON.stringify(shown));
}

async function voteRefusals(s, p, a) {
	const other = digest(Buffer.alloc(32, 1));
	for (const what of ["genesis", "charter", "proposal"]) {
		await s.refused(`a vote that names another ${what}`, "wrong_context", async () =>
			post(s, p, await ballot(s, p, "cy", { [what]: other })),
		);
	}
	const stranger = await makeKey("stranger", "Ed25519");
	const nobody = "00112233445566778899aabbccddeeff";
	for (const [what, name, more, key] of [
		["a member's vote in another member's name", "wrong_key", {}, s.keys.ana],
		["a stranger's vote in a member's name", "not_a_member", {}, stranger],
		["a stranger's vote in its own name", "not_a_member", { member: nobody }, stranger],
		["the applicant's own vote", "not_a_member", { member: p.says.member }, s.keys.dee],
	])
		await s.refused(what, name, async () => post(s, p, await ballot(s, p, "cy", more, key)));
	await s.refused("a vote with a reason that was not signed", "text_differs", async () => {
		const { beside, digest: reason } = freeText("It was signed.");
		return post(s, p, await ballot(s, p, "cy", { reason }), { reason: { ...beside, text: "It was not." } });
	});
	await s.refused("a vote dated long before the proposal", "vote_late", async () =>
		post(s, p, await ballot(s, p, "cy", { iat: now() - 3600 })),
	);
	await s.refused("a vote whose header says more", "unknown_header", async () =>
		post(s, p, await ballot(s, p, "cy", {}, { ...s.keys.cy, header: { b64: true } })),
	);
	await s.refused("a vote whose signature was changed", "bad_signature", async () =>
		post(s, p, changedSignature(await ballot(s, p, "cy"))),
	);
	await s.refused("an application in the place of a vote", "wrong_typ", () => post(s, p, a.sent.application));
}

async function certificate(s, a, p) {
	const c = await certificateFor(s, p.decision, s.memberOf("dee"), "admission");
	demand(c.decision === p.decision && c.kid === s.keys.dee.kid, "another decision, or another key");
	const shown = await s.client.until(`applications/${a.subject}`, (v) => v.certificate !== undefined);
	demand(shown.state === "member" && shown.serial === c.serial && shown.member === c.member, JSON.stringify(shown));
	demand(same(unb64u(shown.certificate), c.der), "two certificates of one serial");
	const pem = (await s.client.call(`certificates/${c.serial}?form=pem`)).body.toString();
	demand(
		pem.startsWith("-----BEGIN CERTIFICATE-----\n") && Buffer.from(pem.replace(/-----[^-]+-----/g, ""), "base64").equals(c.der),
		"PEM",
	);
}

async function withdraw(s, p, key) {
	const says = { application: p.says.subject, iat: now() };
	const withdrawal = await sign(s.object("gmc-withdrawal", says), key);
	const answer = await s.client.post(`applications/${p.says.subject}/withdrawal`, { withdrawal });
	demand(answer.withdrawal === digestOf(withdrawal), "another withdrawal");
	await s.receipt(answer, withdrawal);
	const decided = await decisionOn(s, p, "void");
	demand(decided.cause === "withdrawn", JSON.stringify(decided));
	await auditOf(s, p);
	const shown = await s.client.get(`applications/${p.says.subject}`);
	demand(shown.state === "withdrawn" && shown.certificate === undefined, JSON.stringify(shown));
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
