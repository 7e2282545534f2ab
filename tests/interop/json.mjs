// SPDX-License-Identifier: ISC
// JSON as docs/objects/README.md has it: no duplicate member, integers alone, depth at most 16, nothing after the end.
import { Refused } from "./bytes.mjs";

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const INTEGER = /-?(?:0|[1-9][0-9]*)(?![0-9.eE])/y;
const WORD = /true|false|null/y;
const DEPTH = 16;

class Reader {
	constructor(text) {
		this.text = text;
		this.at = 0;
	}

	take(pattern) {
		pattern.lastIndex = this.at;
		const found = pattern.exec(this.text);
		if (!found) return undefined;
		this.at = pattern.lastIndex;
		return found[0];
	}

	mark(c) {
		this.take(SPACE);
		if (this.text[this.at] !== c) return false;
		this.at++;
		return true;
	}

	need(c) {
		if (!this.mark(c)) throw new Refused(`JSON: no ${c} at ${this.at}`);
	}

	string() {
		this.take(SPACE);
		const s = this.take(STRING);
		if (s === undefined) throw new Refused(`JSON: no string at ${this.at}`);
		return JSON.parse(s);
	}

	list(depth) {
		const out = [];
		if (this.mark("]")) return out;
		do out.push(this.value(depth + 1));
		while (this.mark(","));
		this.need("]");
		return out;
	}

	object(depth) {
		const out = {};
		if (this.mark("}")) return out;
		do {
			const name = this.string();
			if (Object.hasOwn(out, name)) throw new Refused(`JSON: ${name} stands twice`);
			this.need(":");
			Object.defineProperty(out, name, { value: this.value(depth + 1), enumerable: true });
		} while (this.mark(","));
		this.need("}");
		return out;
	}

	value(depth) {
		if (depth > DEPTH) throw new Refused("JSON: too deep");
		if (this.mark("{")) return this.object(depth);
		if (this.mark("[")) return this.list(depth);
		if (this.text[this.at] === '"') return this.string();
		const plain = this.take(WORD) ?? this.take(INTEGER);
		if (plain === undefined) throw new Refused(`JSON: no value at ${this.at}`);
		const v = JSON.parse(plain);
		if (typeof v === "number" && !Number.isSafeInteger(v)) throw new Refused("JSON: an integer above 2^53 - 1");
		return v;
	}
}

export function readJson(bytes) {
	const reader = new Reader(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
	const v = reader.value(1);
	reader.take(SPACE);
	if (reader.at !== reader.text.length) throw new Refused("JSON: something after the end");
	return v;
}
