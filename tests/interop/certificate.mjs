// SPDX-License-Identifier: ISC
// Certificates and revocation lists after docs/certificate.md: every TBSCertificate is built here again and compared.
import { X509Certificate, createPublicKey, verify as verifySignature } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { demand, digest, labelled, rawDigest, same, serialOf, sha256, unhex } from "./bytes.mjs";
import { TRUE, bits, children, int, isOid, octets, oid, readOne, seq, set, time, timeOf, tlv, utf8 } from "./der.mjs";
import { spkiOf } from "./keys.mjs";

export const MEMBERSHIP = "1.2.840.113556.1.8000.2554.13425.56345.4981.18492.44634.6395996.13656527";
const ORIGINS = { founding: 0, admission: 1, renewal: 2, rekey: 3, recovery: 4 };
const BACKDATED = 300;

const ALGS = { Ed25519: "1.3.101.112", "P-256": "1.2.840.10045.4.3.2" };
const HALF_ORDER = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8n;

const hexOf = (d) => d.slice(7);
const algorithm = (alg) => seq(oid(ALGS[alg]));
const commonName = (text) => seq(set(seq(oid("2.5.4.3"), utf8(text))));
const extension = (id, critical, value) => seq(oid(id), ...(critical ? [TRUE] : []), octets(value));

// RFC 7093 section 2, method 1: over the bits of the key.
function keyIdentifier(spki) {
	const [, key] = children(readOne(spki));
	return sha256(key.body.subarray(1)).subarray(0, 20);
}

const keyIds = (own, issuer) => [
	extension("2.5.29.14", false, octets(keyIdentifier(own))),
	extension("2.5.29.35", false, seq(tlv(0x80, keyIdentifier(issuer)))),
];

const nodeUri = (node, overlay) => `reload://0110${node}@${overlay}`;

export function membership({ origin, genesis, charter, decision, member }) {
	const raw = [genesis, charter, decision].map((d) => octets(rawDigest(d)));
	return seq(int(Buffer.of(1)), tlv(0x0a, Buffer.of(ORIGINS[origin])), ...raw, octets(unhex(member)));
}

function tbs(fields, extensions) {
	return seq(
		tlv(0xa0, int(Buffer.of(2))),
		int(unhex(fields.serial)),
		algorithm(fields.alg),
		fields.issuer,
		seq(time(fields.from), time(fields.until)),
		fields.subject,
		fields.spki,
		tlv(0xa3, seq(...extensions)),
	);
}

// The member's TBSCertificate: m has cause, issued (time), until, name (or none), key, node, overlay and the six of the membership.
export function memberTbs(m, ca) {
	const issuer = commonName(hexOf(m.genesis));
	const fields = { serial: serialOf(m.cause), alg: ca.alg, issuer, from: m.issued - BACKDATED, until: m.until, spki: spkiOf(m.key) };
	fields.subject = m.name === undefined ? seq() : commonName(m.name);
	return tbs(fields, [
		extension("2.5.29.17", m.name === undefined, seq(tlv(0x86, Buffer.from(nodeUri(m.node, m.overlay))))),
		extension("2.5.29.19", true, seq()),
		extension("2.5.29.15", true, bits(Buffer.of(0x80), 7)),
		extension("2.5.29.37", false, seq(oid("1.3.6.1.5.5.7.3.2"), oid("1.3.6.1.5.5.7.3.1"))),
		...keyIds(fields.spki, ca.spki),
		extension(MEMBERSHIP, false, membership(m)),
	]);
}

const caCause = (genesis, spki) => digest(labelled("gmc-ca/1", rawDigest(genesis), sha256(spki)));

export function caTbs(genesis, spki, issuing, named) {
	const name = commonName(hexOf(genesis));
	const fields = { serial: serialOf(caCause(genesis, spki)), alg: issuing.alg, issuer: name, subject: name };
	Object.assign(fields, { from: named - BACKDATED, until: issuing.until, spki });
	return tbs(fields, [
		extension("2.5.29.19", true, seq(TRUE, int(Buffer.of(0)))),
		extension("2.5.29.15", true, bits(Buffer.of(0x06), 1)),
		...keyIds(spki, spki),
	]);
}

export const tbsDigest = (bytes) => digest(labelled("tbs", bytes));

// SEQUENCE { what is signed, algorithm, signature }: the first, verified.
function signedPart(der, alg, spki) {
	const [inner, algo, signature] = children(readOne(der));
	demand(algo.raw.equals(algorithm(alg)), "signed by another algorithm");
	const key = createPublicKey({ key: spki, format: "der", type: "spki" });
	const value = signature.body.subarray(1);
	demand(verifySignature(alg === "Ed25519" ? null : "sha256", inner.raw, key, value), "the signature does not verify");
	if (alg === "P-256") {
		const [, s] = children(readOne(value));
		demand(BigInt("0x" + s.body.toString("hex")) <= HALF_ORDER, "s lies in the upper half");
	}
	return inner;
}

const spkiInside = (der) => new X509Certificate(der).publicKey.export({ type: "spki", format: "der" });

// A CA certificate that a charter names; gives what is needed to check what it signed.
export function readAuthority(der, genesis, namings) {
	const spki = spkiInside(der);
	const naming = namings.find((n) => n.issuing.spki === digest(sha256(spki)));
	demand(naming, "a CA certificate whose key no charter names");
	const inner = signedPart(der, naming.issuing.alg, spki);
	demand(inner.raw.equals(caTbs(genesis, spki, naming.issuing, naming.named)), "the CA certificate is not the one of the profile");
	return { der, spki, alg: naming.issuing.alg, until: naming.issuing.until, certificate: new X509Certificate(der) };
}

// Held against the profile byte by byte, then read once more by Node and by @peculiar/x509.
export function checkMember(der, m, ca) {
	const wanted = memberTbs(m, ca);
	const inner = signedPart(der, ca.alg, ca.spki);
	demand(inner.raw.equals(wanted), "the certificate is not the one of the profile");
	const node = new X509Certificate(der);
	demand(node.verify(ca.certificate.publicKey) && node.checkIssued(ca.certificate), "Node: not issued by this CA");
	demand(node.serialNumber.toLowerCase() === serialOf(m.cause), "Node: serial");
	demand(node.subjectAltName === `URI:${nodeUri(m.node, m.overlay)}`, `Node: ${node.subjectAltName}`);
	demand(!node.ca, "Node: says CA");
	const other = new x509.X509Certificate(der);
	const own = other.getExtension(MEMBERSHIP);
	demand(own && !own.critical && same(Buffer.from(own.value), membership(m)), "@peculiar/x509: another membership");
	demand(other.extensions.at(-1).type === MEMBERSHIP && other.extensions.length === 7, "@peculiar/x509: extensions");
	return tbsDigest(inner.raw);
}

const REASONS = { key_compromise: 1, affiliation_changed: 3, superseded: 4, cessation: 5, privilege_withdrawn: 9 };

// The CRL of X.509, against the group's own list: one entry for each {serial, from, cause}, sorted by date, then serial.
export function checkCrl(der, genesis, ca, list, revoked) {
	const inner = children(signedPart(der, ca.alg, ca.spki));
	const [version, algo, issuer, from, next, ...more] = inner;
	demand(version.raw.equals(int(Buffer.of(1))) && algo.raw.equals(algorithm(ca.alg)), "CRL: version or algorithm");
	demand(issuer.raw.equals(commonName(hexOf(genesis))), "CRL: issuer");
	demand(timeOf(from) === list.this && timeOf(next) === list.next, "CRL: other times than the list's");
	const entries = more[0].tag === 0x30 ? children(more.shift()).map(readEntry) : [];
	const wanted = revoked.map((r) => `${r.from} ${r.serial} ${REASONS[r.cause] ?? "-"}`).sort();
	demand(
		entries.map((e) => `${e.from} ${e.serial} ${e.reason ?? "-"}`).join() === wanted.join(),
		`CRL: ${JSON.stringify(entries)}, wanted ${wanted}`,
	);
	const extensions = children(children(more[0])[0]).map((e) => children(e));
	const number = extensions.find(([id]) => isOid(id, "2.5.29.20")).at(-1);
	demand(BigInt("0x" + readOne(number.body).body.toString("hex")) === BigInt(list.number), "CRL: number");
	const aki = extensions.find(([id]) => isOid(id, "2.5.29.35")).at(-1);
	demand(aki.body.equals(seq(tlv(0x80, keyIdentifier(ca.spki)))), "CRL: authority key identifier");
}

function readEntry(item) {
	const [serial, date, extensions] = children(item);
	const reason = extensions && children(children(extensions)[0]).at(-1);
	return { serial: serial.body.toString("hex"), from: timeOf(date), reason: reason && readOne(reason.body).body[0] };
}
