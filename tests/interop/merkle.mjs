// SPDX-License-Identifier: ISC
// Merkle trees: RFC 9162 section 2.1.
import { sha256, same } from "./bytes.mjs";

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

export const leafHash = (data) => sha256(LEAF, data);
const nodeHash = (l, r) => sha256(NODE, l, r);

// The largest power of two below n.
const split = (n) => 2 ** Math.floor(Math.log2(n - 1));

export function rootOfLeaves(hashes) {
	if (hashes.length === 0) return sha256("");
	if (hashes.length === 1) return hashes[0];
	const k = split(hashes.length);
	return nodeHash(rootOfLeaves(hashes.slice(0, k)), rootOfLeaves(hashes.slice(k)));
}

export const root = (items) => rootOfLeaves(items.map(leafHash));

// 2.1.3.1 and 2.1.4.1, for the tests of the two functions below.
export function inclusionPath(m, hashes) {
	if (hashes.length === 1) return [];
	const k = split(hashes.length);
	const [left, right] = [hashes.slice(0, k), hashes.slice(k)];
	return m < k ? [...inclusionPath(m, left), rootOfLeaves(right)] : [...inclusionPath(m - k, right), rootOfLeaves(left)];
}

export function consistencyPath(m, hashes, whole = true) {
	if (m === hashes.length) return whole ? [] : [rootOfLeaves(hashes)];
	const k = split(hashes.length);
	const [left, right] = [hashes.slice(0, k), hashes.slice(k)];
	if (m <= k) return [...consistencyPath(m, left, whole), rootOfLeaves(right)];
	return [...consistencyPath(m - k, right, false), rootOfLeaves(left)];
}

const odd = (n) => n % 2 === 1;
const half = (n) => Math.floor(n / 2);

// 2.1.3.2
export function included(leaf, index, size, path, wanted) {
	if (index >= size) return false;
	let [fn, sn, r] = [index, size - 1, leaf];
	for (const p of path) {
		if (sn === 0) return false;
		if (odd(fn) || fn === sn) {
			r = nodeHash(p, r);
			while (!odd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
		} else {
			r = nodeHash(r, p);
		}
		[fn, sn] = [half(fn), half(sn)];
	}
	return sn === 0 && same(r, wanted);
}

// docs/objects/record.md: the root of all leaves below n out of those in the set ({index, hash}, ascending) and the nodes beside them.
function climb(start, n, set, nodes) {
	if (set.length === 0 || set[0].index >= start + n) return nodes.shift();
	if (n === 1) return set.shift().hash;
	const k = split(n);
	const left = climb(start, k, set, nodes);
	const right = left && climb(start + k, n - k, set, nodes);
	return right && nodeHash(left, right);
}

export function setIncluded(set, size, nodes, wanted) {
	const indices = set.map((one) => one.index);
	if (set.length === 0 || indices.at(-1) >= size || indices.some((index, i) => i > 0 && index <= indices[i - 1])) return false;
	const [items, left] = [[...set], [...nodes]];
	const top = climb(0, size, items, left);
	return top !== undefined && left.length === 0 && same(top, wanted);
}

export function setNodes(indices, hashes, start = 0) {
	if (!indices.some((i) => i >= start && i < start + hashes.length)) return [rootOfLeaves(hashes)];
	if (hashes.length === 1) return [];
	const k = split(hashes.length);
	return [...setNodes(indices, hashes.slice(0, k), start), ...setNodes(indices, hashes.slice(k), start + k)];
}

// 2.1.4.2
export function consistent(first, second, path, firstRoot, secondRoot) {
	if (first === second) return path.length === 0 && same(firstRoot, secondRoot);
	if (first === 0 || first > second || path.length === 0) return false;
	const way = Number.isInteger(Math.log2(first)) ? [firstRoot, ...path] : path;
	let [fn, sn] = [first - 1, second - 1];
	while (odd(fn)) [fn, sn] = [half(fn), half(sn)];
	let [fr, sr] = [way[0], way[0]];
	for (const c of way.slice(1)) {
		if (sn === 0) return false;
		if (odd(fn) || fn === sn) {
			[fr, sr] = [nodeHash(c, fr), nodeHash(c, sr)];
			while (!odd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
		} else {
			sr = nodeHash(sr, c);
		}
		[fn, sn] = [half(fn), half(sn)];
	}
	return sn === 0 && same(fr, firstRoot) && same(sr, secondRoot);
}
