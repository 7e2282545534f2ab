// SPDX-License-Identifier: ISC
// What a refusal leaves behind: the rows of every table, and the lines of the log.
import { spawn } from "node:child_process";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const END = "--end--";

// One psql that is asked again and again.
export class Store {
	constructor(command) {
		const [program, ...args] = command.split(" ");
		this.psql = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
		this.text = "";
		this.psql.stdout.on("data", (b) => {
			this.text += b;
			const at = this.text.indexOf(`${END}\n`);
			if (at < 0) return;
			const rows = this.text.slice(0, at).split("\n").slice(0, -1);
			this.text = this.text.slice(at + END.length + 1);
			this.waits?.(rows);
		});
	}

	ask(sql) {
		return new Promise((done) => {
			this.waits = done;
			this.psql.stdin.write(`${sql};\n\\echo ${END}\n`);
		});
	}

	// Each table's name, how many rows it has, and a digest of all of them. Rows of the groups in `but` do not count.
	async look(but = []) {
		this.tables ??= await this.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1");
		this.grouped ??= new Set(await this.ask("SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'g'"));
		const others = `SELECT g FROM groups WHERE name IN (${["", ...but].map((name) => `'${name}'`)})`;
		const one = (t) => `SELECT '${t}', count(*), md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM ${t} t` +
			(this.grouped.has(t) ? ` WHERE g NOT IN (${others})` : "");
		const rows = await this.ask(this.tables.map(one).join(" UNION ALL "));
		return new Map(rows.map((row) => row.split("|")).map(([name, n, sum]) => [name, { n: Number(n), sum }]));
	}

	// Until what follows of itself has followed.
	async settle(but) {
		for (let before = await this.look(but); ; ) {
			await new Promise((go) => setTimeout(go, 700));
			const after = await this.look(but);
			if (difference(before, after) === "") return;
			before = after;
		}
	}

	end() {
		this.psql.stdin.end();
	}
}

// "" when nothing changed; else the tables that did, as "votes+1" or "groups*" where rows changed and none came.
export function difference(before, after) {
	const changed = [...after].filter(([t, { sum }]) => sum !== before.get(t).sum);
	return changed.map(([t, { n }]) => (n === before.get(t).n ? `${t}*` : `${t}+${n - before.get(t).n}`)).join(" ");
}

// What was written since the last time it was read.
export class Log {
	constructor(path) {
		Object.assign(this, { path, at: 0, rest: "" });
	}

	read() {
		const fd = openSync(this.path, "r");
		const bytes = Buffer.alloc(fstatSync(fd).size - this.at);
		this.at += readSync(fd, bytes, 0, bytes.length, this.at);
		closeSync(fd);
		const lines = (this.rest + bytes.toString()).split("\n");
		this.rest = lines.pop();
		return lines;
	}
}
