// SPDX-License-Identifier: ISC
// node main.mjs keys DIR                                   makes everybody's keys and certification requests
// node main.mjs try DIR URL DRAFT DRAFT2 LOG PARENT PSQL   founds two groups and tries what must be refused
import { applyAs, ballot, post, proposalOn } from "../../interop/acts.mjs";
import { Stage, makeKeys } from "./stage.mjs";
import { Check } from "./check.mjs";
import { Store } from "./watch.mjs";
import { Children, away } from "./away.mjs";
import { charters } from "./charters.mjs";
import { everything } from "./everything.mjs";
import { framing, often, ordinary, slow, unreadable } from "./http.mjs";
import { keys } from "./keys.mjs";
import { afterTheClose, votes } from "./votes.mjs";

async function attempt(dir, url, draft, draft2, logPath, parent, psql) {
	const [first, second] = [new Stage(dir, url, "first"), new Stage(dir, url, "second")];
	const check = new Check(Number(new URL(url).port), new Store(psql), logPath);
	Object.assign(check, { psql, but: ["second"] });
	await second.open(draft2);
	second.keys.eve = first.keys.eve;
	await first.open(draft);
	second.keys.eve = first.keys.eve;
	second.brief = await proposalOn(second, (await applyAs(second, second.keys.eve)).subject);
	await first.fill();
	await check.store.settle(check.but);
	for (const part of [everything, votes, keys, charters]) await part(check, first, second);
	for (const part of [framing, unreadable, ordinary, slow, often]) await part(check);
	await away(check, first, new Children(Number(parent), logPath));
	await afterTheClose(check, second);
	await check.holds("after all that, honest votes admit the applicant", () => admitted(first));
	check.store.end();
	console.log(check.failed === 0 ? `all ${check.done} as they should be` : `${check.failed} of ${check.done} DIFFER`);
	return check.failed === 0;
}

async function admitted(s) {
	for (const name of ["cy", "sol"]) await post(s, s.target, await ballot(s, s.target, name));
	await s.client.until(`applications/${s.applied.eve.subject}`, (v) => v.certificate !== undefined);
	await s.follow();
	return true;
}

const [what, ...args] = process.argv.slice(2);
const does = { keys: makeKeys, try: attempt }[what];
if (!does || args.length !== does.length) {
	console.error("usage: main.mjs keys DIR | try DIR URL DRAFT DRAFT2 LOG PARENT PSQL");
	process.exit(2);
}
if ((await does(...args)) === false) process.exitCode = 1;
