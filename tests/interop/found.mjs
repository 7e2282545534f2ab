// SPDX-License-Identifier: ISC
// The group is founded: an administrator approves the draft, and the founders are in the log.
import { readFileSync } from "node:fs";
import { b64u, demand, digest, sha256 } from "./bytes.mjs";
import { checkMember } from "./certificate.mjs";
import { readCharter } from "./charter.mjs";
import { changedSignature, sign } from "./jws.mjs";
import { makeKey, spkiOf } from "./keys.mjs";
import { Log } from "./log.mjs";
import { checkShape } from "./shapes.mjs";
import { now } from "./story.mjs";

export async function found(s, draftFile) {
	await s.step("the draft is a charter, with the keys that were made here", () => readDraft(s, draftFile));
	await refusals(s);
	await s.step("an administrator's approval, signed here, founds the group", () => approve(s));
	await s.step("the group and its charters as the API shows them", () => fetchCharter(s));
	await s.step("the log is followed from its first entry; the founders' certificates are built again", () => s.follow());
	for (const name of ["ana", "bo", "cy"]) {
		await s.step(`the certificate of ${name}, a founder`, () => founderCertificate(s, name));
	}
	await s.step("the trust file", () => trustFile(s));
}

async function readDraft(s, file) {
	s.draft = JSON.parse(readFileSync(file, "utf8"));
	s.charter = readCharter(s.draft);
	s.genesis = s.charter.digest;
	const { founders, administrators } = s.charter.says;
	const csrs = ["ana", "bo", "cy"].map((name) => b64u(s.keys[name].csr));
	demand(founders.map((f) => f.csr).join() === csrs.join(), "other founders");
	demand(administrators.keys.length === 1 && administrators.keys[0].key.x === s.keys.admin.key.x, "other administrators");
	s.log = new Log(s.genesis, []);
}

const approvalBy = (s, key, more) =>
	sign({ kind: "gmc-approval", format: 1, genesis: s.genesis, charter: s.genesis, iat: now(), ...more }, key);
const signedBy = (s, approval) => s.client.post("charters", { charter: s.draft.charter, approvals: [approval] });

async function refusals(s) {
	const stranger = await makeKey("stranger", "Ed25519");
	await s.refused("a stranger's approval", "not_an_administrator", async () => signedBy(s, await approvalBy(s, stranger)));
	await s.refused("an approval whose signature was changed", "bad_signature", async () =>
		signedBy(s, changedSignature(await approvalBy(s, s.keys.admin))),
	);
	await s.refused("an approval of another charter", "wrong_context", async () => {
		const other = digest(sha256("another charter"));
		return signedBy(s, await approvalBy(s, s.keys.admin, { charter: other }));
	});
}

async function approve(s) {
	const answer = await signedBy(s, await approvalBy(s, s.keys.admin));
	demand(answer.charter === s.genesis && answer.approved === 1 && answer.needed === 1, JSON.stringify(answer));
	await s.client.until("", (group) => group.state === "open" && group.authorities.length > 0);
}

async function fetchCharter(s) {
	const { groups } = await s.client.get();
	demand(
		groups.some((g) => g.group === s.client.group && g.genesis === s.genesis),
		"not in the list of groups",
	);
	const group = await s.client.get("");
	demand(group.genesis === s.genesis && group.charter.version === 1 && group.charter.digest === s.genesis, "the group's charter");
	demand(group.members === 3, `${group.members} members`);
	const list = await s.client.get("charters");
	demand(list.charters.length === 1 && list.charters[0].digest === s.genesis, "the list of charters");
	for (const n of ["1", "current"]) {
		const c = readCharter(await s.client.get(`charters/${n}`));
		demand(c.digest === s.genesis && c.doc.approvals.length === 1, `charter ${n}`);
	}
	const authorities = await s.authorities();
	demand(group.authorities.join() === authorities.map(b64u).join(), "two answers about the CA certificates");
	s.log.authorityFiles = authorities;
}

async function founderCertificate(s, name) {
	const m = s.memberOf(name);
	const c = s.log.certificates.find((x) => x.member === m);
	const shown = await s.client.until(`members/${m}`, (v) => v.certificates[0]?.state === "published");
	demand(shown.key === s.keys[name].kid && shown.node === c.node && shown.state === "member", JSON.stringify(shown));
	demand(shown.certificates[0].serial === c.serial && shown.certificates[0].until === c.until, JSON.stringify(shown));
	const { body, type } = await s.client.call(`certificates/${c.serial}`);
	demand(type === "application/pkix-cert", type);
	demand(checkMember(body, c, c.ca) === c.tbs, "tbs");
	demand(c.key.x === s.keys[name].key.x && spkiOf(c.key).length > 0, "another key");
}

async function trustFile(s) {
	const trust = await s.client.get("trust");
	checkShape("gmc-trust", trust);
	demand(trust.genesis === s.genesis && trust.group === s.client.group, "another group");
	demand(trust.charters.map((c) => readCharter(c).digest).join() === s.genesis, "other charters");
	demand(trust.authorities.join() === s.log.authorityFiles.map(b64u).join(), "other authorities");
	const { says } = await s.log.notarized(trust.head, "gmc-head");
	s.log.checkTree(says, "trust file");
}
