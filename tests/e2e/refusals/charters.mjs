// SPDX-License-Identifier: ISC
// Charters that go back, skip, fork, or are approved by too few.
import { readFileSync } from "node:fs";
import { b64u, digest, sha256 } from "../../interop/bytes.mjs";
import { readCharter } from "../../interop/charter.mjs";
import { now } from "../../interop/story.mjs";

export async function charters(check, s, second) {
	const path = s.path("charters");
	const nothing = digest(sha256("nothing"));
	const { version } = s.charter.says;
	const by = async (c, names, more) => ({ path, body: { ...c.doc, approvals: await Promise.all(names.map((name) => s.approval(c, name, more))) } });
	const changed = (change, names = ["admin", "deputy"], more = {}) => async () => by(await s.amended(change), names, more);
	const another = (doc) => {
		const c = readCharter({ ...doc, charter: b64u(JSON.stringify({ ...readCharter(doc).says, group: "first", purpose: "Another one." })) });
		return by(c, ["admin", "deputy"], { genesis: c.digest });
	};
	await check.rows([
		["a charter that goes back", 409, "charter_rollback", changed({ version: version - 1, previous: s.genesis })],
		["a charter that skips a version", 409, "charter_gap", changed({ version: version + 2 })],
		["another charter of the version in force", 409, "charter_fork", changed({ version, previous: s.earlier.digest })],
		["a charter that follows another one", 409, "charter_fork", changed({ previous: s.earlier.digest })],
		["another first charter, with the issuing key of this group", 409, "name_taken", () => another(s.founding)],
		// third.json is a draft of a group that nobody founds: its issuing key is bound to none.
		["another first charter, with an issuing key of its own", 409, "name_taken", () => another(JSON.parse(readFileSync(`${s.dir}/third.json`, "utf8")))],
		["a charter that continues from a log which there is not", 409, "forked", changed({ log: { size: 3, root: nothing } })],
		["a charter of another group's chain", 403, "wrong_context", changed({ genesis: second.genesis })],
		["another group's charter", 403, "wrong_context", changed({ group: "second" })],
		["a charter that nobody approves", 409, "approvals_missing", changed({}, [])],
		["a charter that a member approves", 403, "not_an_administrator", changed({}, ["admin", "ana"])],
		["an approval of another charter", 403, "wrong_context", changed({}, ["admin", "deputy"], { charter: nothing })],
		["an approval after the charter takes effect", 409, "approval_late", changed({ effective: now() + 60 }, ["admin", "deputy"], { iat: now() + 61 })],
		["a charter whose time has passed", 409, "draft_void", changed({ effective: now() - 10 }, ["admin", "deputy"], { iat: now() - 20 })],
		["a charter that names an issuing key which nobody holds", 409, "issuer_unknown", changed({
			authority: { ...s.charter.says.authority, issuing: [{ spki: nothing, alg: "Ed25519", from: now() - 60, until: now() + 86400 }] },
		})],
		["a draw of candidates whom nobody measures", 422, "bad_charter", changed({ admission: { invitation: { life: 3600, draw: 2 } } })],
		["a scheme that is not there yet", 422, "feature_unsupported", changed({ voting: { ...s.charter.says.voting, scheme: "multisignature" } })],
		["records that only members may see", 422, "feature_unsupported", changed({ records: { visible: "members" } })],
		["an issuing key that members hold", 422, "feature_unsupported", changed({
			authority: {
				...s.charter.says.authority,
				issuing: s.charter.says.authority.issuing.map((one) => ({ ...one, held_by: "members" })),
			},
		})],
	]);
	await tooFew(check, s);
}

// What one of two approves is kept, and waits: no refusal, but neither does it get anywhere.
async function tooFew(check, s) {
	const c = await s.amended({ purpose: "Approved by one of two." });
	const before = [(await s.follow()).size, (await s.client.get("charters")).charters.length];
	const post = async (...approvals) => s.client.post("charters", { ...c.doc, approvals: await Promise.all(approvals) });
	const waits = (answer) => (answer.state === "open" && answer.approved === 1 && answer.missing.join() === "deputy") || answer;
	await check.holds("approved by one of two: it waits", async () => waits(await post(s.approval(c, "admin"))));
	await check.holds("approved by the same one, twice, at other times: it waits", async () =>
		waits(await post(s.approval(c, "admin", { iat: now() - 1 }), s.approval(c, "admin", { iat: now() - 2 }))));
	await check.store.settle(check.but);
	const after = [(await s.follow()).size, (await s.client.get("charters")).charters.length];
	await check.holds("approved by one of two: it is not in the log", () => before.join() === after.join() || [before, after]);
	await check.row("the same draft, with nobody's approval", 409, "approvals_missing", async () =>
		({ path: s.path("charters"), body: { ...c.doc, approvals: [] } }));
}
