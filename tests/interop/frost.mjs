// SPDX-License-Identifier: ISC
// A key made, and signatures under it, between us and another implementation of RFC 9591: node tests/interop/frost.mjs BUILD/tests/e2e/frost
// Whoever holds which share, and whoever adds up, Node's own Ed25519 takes the signature.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createPublicKey, randomInt, verify, webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto; // node 18 has it only there
const { ed25519_FROST: theirs } = await import("@noble/curves/ed25519.js");

const hex = (bytes) => Buffer.from(bytes).toString("hex");
const unhex = (text) => Uint8Array.from(Buffer.from(text, "hex"));
const name = (id) => theirs.Identifier.fromNumber(id);

function ours(step, input) {
	const ran = spawnSync(process.argv[2], [step], { input: JSON.stringify(input), encoding: "utf8" });
	assert.equal(ran.status, 0, ran.stderr);
	return JSON.parse(ran.stdout);
}

// Of all holders, those in `us` are ours. Each deals, proves, checks the others' proofs, and finishes.
function make(t, n, us) {
	const ids = Array.from({ length: n }, (_, i) => i + 1);
	const dealt = ids.map((id) => {
		if (!us.includes(id)) {
			const { public: shown, secret } = theirs.DKG.round1(name(id), { min: t, max: n });
			return { id, secret, commitment: shown.commitment.map(hex), proof: hex(shown.proofOfKnowledge) };
		}
		const { coefficients, commitment } = ours("deal", { t });
		return { id, coefficients, commitment, ...ours("prove", { id, coefficients }) };
	});
	const round1 = dealt.map((d) => ({ identifier: name(d.id), commitment: d.commitment.map(unhex), proofOfKnowledge: unhex(d.proof) }));
	for (const d of dealt) {
		assert.deepEqual(ours("check", { id: d.id, first: d.commitment[0], proof: d.proof }), {});
		assert.deepEqual(ours("check", { id: d.id + 1, first: d.commitment[0], proof: d.proof }), { error: "bad_proof" });
		const others = round1.filter((r) => r.identifier !== name(d.id));
		if (d.secret) d.sent = theirs.DKG.round2(d.secret, others); // which checks the others' proofs, ours among them
	}
	const share = (from, to) => (from.sent ? hex(from.sent[name(to)].signingShare) : ours("share", { coefficients: from.coefficients, to }).share);
	const holders = dealt.map((d) => {
		const others = dealt.filter((from) => from !== d);
		if (d.secret) {
			const round2 = others.map((from) => ({ identifier: name(from.id), signingShare: unhex(share(from, d.id)) }));
			const key = theirs.DKG.round3(d.secret, round1.filter((r) => r.identifier !== name(d.id)), round2);
			return { id: d.id, key, commitment: key.public.commitments.map(hex) };
		}
		// What one deals to oneself is sent to nobody.
		const to = dealt.map((from) => ({ from: from.id, commitment: from.commitment, share: share(from, d.id) }));
		return { id: d.id, ...ours("finish", { id: d.id, t, dealt: to }) };
	});
	for (const h of holders) assert.deepEqual(h.commitment, holders[0].commitment);
	return { t, holders, key: holders[0].commitment[0], public: holders.find((h) => h.key).key.public };
}

// What node says, which knows nothing of shares.
function isSigned(group, message, signature) {
	const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), Buffer.from(group.key, "hex")]); // RFC 8410, section 4
	assert.ok(verify(null, message, createPublicKey({ key: der, format: "der", type: "spki" }), Buffer.from(signature, "hex")));
}

function sign(group, signers, message) {
	const all = group.holders.filter((h) => signers.includes(h.id));
	for (const h of all) {
		if (!h.key) h.nonce = ours("commit", { id: h.id, share: h.share });
		else {
			h.made = theirs.commit(h.key.secret);
			h.nonce = { hiding: hex(h.made.commitments.hiding), binding: hex(h.made.commitments.binding) };
		}
	}
	const commitments = all.map((h) => ({ id: h.id, hiding: h.nonce.hiding, binding: h.nonce.binding }));
	const list = all.map((h) => ({ identifier: name(h.id), hiding: unhex(h.nonce.hiding), binding: unhex(h.nonce.binding) }));
	const pack = { key: group.key, t: group.t, message: hex(message), commitments };
	for (const h of all) {
		if (h.key) h.part = { z: hex(theirs.signShare(h.key.secret, group.public, h.made.nonces, list, message)) };
		else h.part = ours("sign", { ...pack, id: h.id, share: h.share, random: h.nonce.random });
		assert.ok(theirs.verifyShare(group.public, list, message, name(h.id), unhex(h.part.z)), `their check of number ${h.id}`);
	}
	// They add up; then we do, where those who are not ours say no R, or a false one.
	const signature = hex(theirs.aggregate(group.public, list, message, Object.fromEntries(all.map((h) => [name(h.id), unhex(h.part.z)]))));
	isSigned(group, message, signature);
	const shown = (h) => hex(group.public.verifyingShares[name(h.id)]);
	const parts = all.map((h) => ({ z: h.part.z, r: h.part.r ?? h.nonce.hiding, share: shown(h) }));
	assert.deepEqual(ours("combine", { ...pack, parts }), { signature });
	const wrong = parts.map((p, i) => (i === 0 ? { ...p, z: parts[1].z } : p));
	assert.deepEqual(ours("combine", { ...pack, parts: wrong }), { error: "bad_part" });
}

let signatures = 0;
for (const [t, n, us] of [
	[2, 3, [1]],
	[2, 3, [2, 3]],
	[3, 5, [1, 3, 4]],
	[4, 7, [7]],
]) {
	const group = make(t, n, us);
	for (let round = 0; round < 4; round++) {
		const count = t + (round % 2);
		const signers = new Set([us[0]]);
		while (signers.size < count) signers.add(randomInt(1, n + 1));
		sign(group, [...signers].sort((a, b) => a - b), Buffer.from(`message ${round}`));
		signatures++;
	}
}
console.log(`frost: ${signatures} signatures under 4 keys, made together with another implementation`);
