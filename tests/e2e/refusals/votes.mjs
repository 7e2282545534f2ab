// SPDX-License-Identifier: ISC
// Votes that are well signed, and must not count.
import { ballot, freeText, post } from "../../interop/acts.mjs";
import { digest, sha256 } from "../../interop/bytes.mjs";
import { digestOf } from "../../interop/jws.mjs";
import { now } from "../../interop/story.mjs";

export async function votes(check, s, second) {
	const nothing = digest(sha256("nothing"));
	const to = (name, more, key) => () => s.ballotTo(s.target, name, more, key);
	await check.rows([
		["a vote that names another group", 403, "wrong_context", to("cy", { genesis: second.genesis })],
		["a vote of the same member in another group, whole", 403, "wrong_context", async () =>
			({ ...(await s.ballotTo(s.target, "cy")), body: { vote: await ballot(second, second.brief, "cy") } })],
		["a vote that names a charter which is not in force", 403, "wrong_context", to("cy", { charter: s.genesis })],
		["a vote that names a charter which nobody has", 403, "wrong_context", to("cy", { charter: nothing })],
		["a vote that names another proposal", 403, "wrong_context", to("cy", { proposal: nothing })],
		["a vote on another applicant, sent here", 403, "wrong_context", async () =>
			({ ...(await s.ballotTo(s.target, "cy")), body: (await s.ballotTo(s.other, "cy")).body })],
		["a member's vote in another member's name", 403, "wrong_key", to("cy", {}, s.keys.bo)],
		["a member's vote in nobody's name", 403, "wrong_key", to("cy", { member: "00112233445566778899aabbccddeeff" })],
		["the applicant's own vote", 403, "not_a_member", to("cy", { member: s.target.says.member }, s.keys.eve)],
		["an administrator's vote", 403, "not_a_member", to("cy", {}, s.keys.admin)],
		["a vote by who was expelled", 403, "expelled", to("xen")],
		["a vote by who left", 403, "not_a_member", to("lee")],
		["a vote by a key that was revoked", 403, "key_revoked", to("rae")],
		["a vote by a key that was replaced", 403, "wrong_key", to("sol", {}, s.keys.old)],
		["a vote by who joined after it was opened", 403, "not_in_electorate", to("late")],
		["a vote dated before the term", 409, "vote_late", to("cy", { iat: s.target.says.opened - 301 })],
		["a vote dated after the term", 409, "vote_late", to("cy", { iat: s.target.shown.closes + 301 })],
		["a choice that there is not", 400, "bad_value", to("cy", { choice: "maybe" })],
		["a reason that was not signed", 400, "text_differs", async () => {
			const { beside, digest: reason } = freeText("It was signed.");
			const vote = await s.ballotTo(s.target, "cy", { reason });
			return { ...vote, body: { ...vote.body, reason: { ...beside, text: "It was not." } } };
		}],
		["a vote on a proposal that is void", 409, "closed", () => s.ballotTo(s.gone, "cy")],
		["a vote on a proposal that is decided", 409, "closed", () => s.ballotTo(s.late, "tim")],
		["a vote on a proposal that there is not", 404, "not_found", async () => ({ ...(await s.ballotTo(s.target, "cy")), path: s.path("proposals/99/votes") })],
		["a vote in a group that there is not", 404, "not_found", async () =>
			({ ...(await s.ballotTo(s.target, "cy")), path: "/v1/groups/nobody/proposals/1/votes" })],
	]);
	await equivocation(check, s);
}

// Both are kept: the first counts, and the first that contradicts it is evidence. One is; a third would prove nothing more.
async function equivocation(check, s) {
	const path = s.path(`proposals/${s.target.number}/votes`);
	const other = await ballot(s, s.target, "ana", { choice: "no" });
	const third = await ballot(s, s.target, "ana", { choice: "abstain", replaces: digestOf(s.first) });
	await check.row("a second, different choice", 409, "equivocation", { path, body: { vote: other } }, { stores: "contradictions+1" });
	await check.row("the same again", 409, "equivocation", { path, body: { vote: other } });
	await check.row("one that says which it replaces", 409, "equivocation", { path, body: { vote: third } });
	const hex = (jws) => `'\\x${digestOf(jws).slice(7)}'`;
	await check.holds("both are in the store, and the first one counts", async () => {
		const rows = await check.store.ask(`SELECT v.choice, v.replaced IS NULL, (SELECT string_agg(encode(c.digest, 'hex'), ',') FROM contradictions c
			WHERE c.g = v.g AND c.who = v.member), (SELECT count(*) FROM votes WHERE digest IN (${hex(other)}, ${hex(third)}))
			FROM votes v WHERE v.digest = ${hex(s.first)}`.replaceAll(/\s+/g, " "));
		return rows.join() === `0|t|${digestOf(other).slice(7)}|0` || rows;
	});
	await check.holds("the first vote again gets its receipt", async () => (await post(s, s.target, s.first)).vote === digestOf(s.first));
	const shown = await s.client.get(`proposals/${s.target.number}`);
	await check.holds("one yes is counted", () => (shown.yes === 1 && shown.no === 0 && shown.abstain === 0) || shown);
}

// Nobody decided it in its minute.
export async function afterTheClose(check, second) {
	const wait = second.brief.shown.closes - now();
	if (wait > 0) await new Promise((go) => setTimeout(go, wait * 1000));
	await check.row("a vote after the close", 409, "closed", () => second.ballotTo(second.brief, "ana", { iat: now() - 2 }), { unseen: true });
	await second.client.until(`proposals/${second.brief.number}`, (v) => v.outcome === "expired");
	await check.store.settle();
	await check.row("a vote after it expired", 409, "closed", () => second.ballotTo(second.brief, "ana"));
}
