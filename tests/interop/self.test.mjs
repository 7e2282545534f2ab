// SPDX-License-Identifier: ISC
// The readers here, held against values that come from elsewhere and against themselves: node --test tests/interop
import assert from "node:assert/strict";
import test from "node:test";
import { Refused, digest, sha256, unb64u } from "./bytes.mjs";
import { MEMBERSHIP, caTbs, checkMember, memberTbs } from "./certificate.mjs";
import { decide } from "./decide.mjs";
import { bits, oid, seq, time, tlv } from "./der.mjs";
import { changedSignature, sign, signByAll, verify } from "./jws.mjs";
import { readJson } from "./json.mjs";
import { keyOfRequest, makeKey, spkiOf } from "./keys.mjs";
import { consistencyPath, consistent, included, inclusionPath, leafHash, root, rootOfLeaves, setIncluded, setNodes } from "./merkle.mjs";

const GENESIS = digest(sha256("genesis"));

test("Merkle trees: a known root, all proofs up to 17 leaves, and no proof of anything else", () => {
	const known = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"].map((h) =>
		Buffer.from(h, "hex"),
	);
	assert.equal(digest(root(known)), "sha256:5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
	const hashes = Array.from({ length: 17 }, (_, i) => leafHash(Buffer.of(i)));
	for (let n = 1; n <= 17; n++) {
		const [all, top] = [hashes.slice(0, n), rootOfLeaves(hashes.slice(0, n))];
		for (let i = 0; i < n; i++) {
			assert.ok(included(hashes[i], i, n, inclusionPath(i, all), top));
			assert.ok(!included(leafHash("x"), i, n, inclusionPath(i, all), top));
			const before = rootOfLeaves(hashes.slice(0, i + 1));
			assert.ok(consistent(i + 1, n, consistencyPath(i + 1, all), before, top));
			if (i + 1 < n) assert.ok(!consistent(i + 1, n, consistencyPath(i + 1, all), leafHash("x"), top));
		}
	}
});

test("Merkle trees: one proof for several leaves, and no node or leaf more, less or other", () => {
	for (let n = 1; n <= 7; n++) {
		const hashes = Array.from({ length: n }, (_, i) => leafHash(Buffer.of(i)));
		const top = rootOfLeaves(hashes);
		for (let bits = 1; bits < 1 << n; bits++) {
			const set = hashes.map((hash, index) => ({ index, hash })).filter(({ index }) => (bits >> index) & 1);
			const nodes = setNodes(
				set.map((one) => one.index),
				hashes,
			);
			assert.ok(setIncluded(set, n, nodes, top));
			assert.ok(!setIncluded(set, n, [...nodes, leafHash("x")], top));
			assert.ok(!setIncluded(set.slice(1), n, nodes, top));
			assert.ok(!setIncluded([...set, set[0]], n, nodes, top));
			for (const i of nodes.keys()) {
				const others = nodes.filter((_, j) => j !== i);
				assert.ok(!setIncluded(set, n, others, top));
				assert.ok(!setIncluded(set, n, [...others.slice(0, i), leafHash("x"), ...others.slice(i)], top));
			}
		}
	}
});

test("JSON is read strictly", () => {
	assert.deepEqual(readJson(Buffer.from(' {"a":[1,"\\u00e9",true,null,{}]} ')), { a: [1, "é", true, null, {}] });
	for (const bad of [
		'{"a":1,"a":2}',
		"1.0",
		"1e3",
		"01",
		"9007199254740992",
		"{} x",
		"[1,]",
		'"\n"',
		"[".repeat(17) + "]".repeat(17),
	]) {
		assert.throws(() => readJson(Buffer.from(bad)), Refused, bad);
	}
});

test("base64url has one form", () => {
	for (const bad of ["QQ==", "QR", "Q", "Q+", " QQ"]) assert.throws(() => unb64u(bad), Refused, bad);
});

test("votes are signed and verified, and refused when anything was changed", async () => {
	for (const crv of ["Ed25519", "P-256"]) {
		const key = await makeKey("ana", crv);
		const says = {
			kind: "gmc-vote",
			format: 1,
			genesis: GENESIS,
			charter: GENESIS,
			proposal: GENESIS,
			choice: "yes",
			member: "0".repeat(32),
			iat: 1,
		};
		const vote = await sign(says, key);
		assert.deepEqual((await verify(vote, "gmc-vote", key.key)).says, says);
		await assert.rejects(verify(changedSignature(vote), "gmc-vote", key.key));
		await assert.rejects(verify(vote, "gmc-vote", (await makeKey("bo", crv)).key), /another key/);
		await assert.rejects(verify(await sign({ ...says, choice: "maybe" }, key), "gmc-vote", key.key), /one of/);
		await assert.rejects(verify(await sign({ ...says, more: 1 }, key), "gmc-vote", key.key), /unknown/);
		assert.equal((await signByAll(says, [key, key])).signatures.length, 2);
		assert.deepEqual(await keyOfRequest(key.csr), key.key);
	}
});

test("a certificate is built, signed and read by Node and by @peculiar/x509", async () => {
	assert.equal(oid(MEMBERSHIP).subarray(2).toString("hex"), "2a864886f71401be40937ae87183b819a67581903c82dc5a8386b05c86c1c34f");
	assert.equal(time(2524608000).subarray(2).toString(), "20500101000000Z");
	const { X509Certificate, createPrivateKey, sign: signBytes } = await import("node:crypto");
	const [ca, key] = [await makeKey("ca", "Ed25519"), await makeKey("dee", "P-256")];
	const spki = spkiOf(ca.key);
	const seal = (tbs) =>
		seq(tbs, seq(oid("1.3.101.112")), bits(signBytes(null, tbs, createPrivateKey({ key: ca.jwk, format: "jwk" }))));
	const issuer = {
		alg: "Ed25519",
		spki,
		certificate: new X509Certificate(seal(caTbs(GENESIS, spki, { alg: "Ed25519", until: 3e9 }, 1e9))),
	};
	const m = {
		cause: GENESIS,
		issued: 17e8,
		until: 18e8,
		key: key.key,
		node: "1".repeat(32),
		overlay: "overlay.example.org",
		origin: "admission",
	};
	Object.assign(m, { genesis: GENESIS, charter: GENESIS, decision: GENESIS, member: "2".repeat(32) });
	checkMember(seal(memberTbs(m, issuer)), m, issuer);
	checkMember(seal(memberTbs({ ...m, name: "dée" }, issuer)), { ...m, name: "dée" }, issuer);
	assert.throws(() => checkMember(seal(memberTbs({ ...m, until: 18e8 + 1 }, issuer)), m, issuer), Refused);
	assert.ok(tlv(0x04, Buffer.alloc(300)).length === 304);
});

test("requirements", () => {
	const electors = ["a", "b", "c", "d"];
	const facts = (yes, no, more) => ({
		electors,
		...(more === true ? { closed: true } : more),
		votes: new Map([...yes].map((m) => [m, "yes"]).concat([...no].map((m) => [m, "no"]))),
	});
	const half = { votes: { fraction: "1/2", minimum: 2, base: "members" } };
	const cast = { votes: { fraction: "2/3", minimum: 1, base: "cast" } };
	const veto = { votes: { count: 1, veto: 2 } };
	for (const [rule, yes, no, closed, wanted] of [
		[half, "a", "", false, "open"],
		[half, "ab", "cd", false, "yes"],
		[half, "", "abc", false, "no"],
		[half, "a", "", true, "no"],
		[cast, "ab", "", false, "open"],
		[cast, "abc", "", false, "yes"],
		[cast, "ab", "c", true, "yes"],
		[cast, "", "ab", false, "no"],
		[veto, "a", "b", false, "open"],
		[veto, "abc", "d", false, "yes"],
		[veto, "a", "bc", false, "no"],
		[half, "ab", "c", { change: true }, "open"],
		[half, "ab", "c", { change: true, closed: true }, "yes"],
	])
		assert.equal(decide(rule, facts(yes, no, closed)), wanted, `${JSON.stringify(rule)} ${yes}/${no}`);
});
