// SPDX-License-Identifier: ISC
// Work between us and ALTCHA's own code, both ways: node tests/interop/altcha.mjs BUILD/tests/e2e/altcha
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHmac, webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto; // node 18 has it only there
const server = await import("altcha-lib");
const widget = await import("../../web/node_modules/altcha/dist/lib/index.js"); // what the widget solves with
const { deriveKey } = widget.argon2id;

const [signatureKey, key] = ["a".repeat(31) + "!", "b".repeat(31) + "?"];
const terms = "AQQ-terms_of-this";
const until = Math.floor(Date.now() / 1000) + 600;
const secrets = { hmacSignatureSecret: signatureKey, hmacKeySignatureSecret: key };

function ours(input, ...args) {
	const ran = spawnSync(process.argv[2], [signatureKey, key, terms, ...args], { input, encoding: "utf8" });
	assert.notEqual(ran.status, null, ran.stderr);
	return ran.stdout.trim();
}
const check = (challenge, solution) => ours(btoa(JSON.stringify({ challenge, solution })), "check");

// Ours, as the widget and a stock server see it.
for (const counter of [0, 1, 3]) {
	const challenge = JSON.parse(ours("", "print", `${until}`, `${counter}`));
	const solution = await (counter === 1 ? server : widget).solveChallenge({ challenge, deriveKey });
	assert.equal(solution.counter, counter);
	for (const [solved, good] of [
		[solution, true],
		[{ ...solution, derivedKey: "00".repeat(32) }, false],
	]) {
		const seen = await server.verifySolution({ challenge, solution: solved, deriveKey, ...secrets });
		assert.deepEqual([seen.verified, seen.invalidSignature, seen.invalidSolution], [good, false, !good]);
	}
	assert.equal(check(challenge, solution), `${counter}`);
	// What a stock server takes, and we do not: the right key, and a counter that costs more.
	assert.ok((await server.verifySolution({ challenge, solution: { ...solution, counter: 9 }, deriveKey, ...secrets })).verified);
	assert.equal(check(challenge, { ...solution, counter: 9 }), "answer_wrong");
	challenge.parameters.expiresAt++;
	assert.equal(check(challenge, solution), "challenge_forged");
}

// Theirs, with our MAC of the counter among its data.
const counterMac = async (parameters, salt, password) => {
	const { derivedKey } = await deriveKey(parameters, salt, password);
	const mac = createHmac("sha256", key).update("gmc-work-counter\0").update(Buffer.from(parameters.nonce, "hex"));
	const counterSignature = mac.update(salt).update(password.subarray(16)).update(derivedKey).digest("hex");
	return { derivedKey, parameters: { data: { terms, counterSignature } } };
};
const argon2 = { algorithm: "ARGON2ID", cost: 1, memoryCost: 8192, parallelism: 1, keyLength: 32 };
const theirs = (more) => server.createChallenge({ ...argon2, counter: 2, expiresAt: until, deriveKey: counterMac, ...secrets, ...more });
const challenge = await theirs({});
const solution = await widget.solveChallenge({ challenge, deriveKey });
assert.equal(check(challenge, solution), "2");
assert.equal(check(await theirs({ hmacSignatureSecret: key }), solution), "challenge_forged");
assert.equal(check(await theirs({}), solution), "answer_wrong");
assert.equal(check(await theirs({ memoryCost: 4096 }), solution), "out_of_range");
console.log("altcha: ours is solved by theirs, and theirs is taken by ours");
