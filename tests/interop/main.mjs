// SPDX-License-Identifier: ISC
// node main.mjs keys DIR                     makes everybody's keys and certification requests
// node main.mjs tell DIR URL GROUP DRAFT     founds the group, lets somebody in, and checks every byte of it
import { admit } from "./admit.mjs";
import { after } from "./after.mjs";
import { amend } from "./amend.mjs";
import { found } from "./found.mjs";
import { makeKey, writeKey } from "./keys.mjs";
import { CAST, Stop, Story } from "./story.mjs";

async function keys(dir) {
	for (const [name, crv] of Object.entries(CAST)) writeKey(dir, await makeKey(name, crv));
}

async function tell(dir, url, group, draft) {
	const story = new Story(dir, url, group);
	await story.begin();
	try {
		for (const part of [found, admit, after, amend]) await part(story, draft);
	} catch (e) {
		if (!(e instanceof Stop)) throw e;
	}
	console.log(story.failed === 0 ? "all steps passed" : `${story.failed} steps FAILED`);
	process.exitCode = story.failed === 0 ? 0 : 1;
}

const [what, ...args] = process.argv.slice(2);
const does = { keys, tell }[what];
if (!does || args.length !== does.length) {
	console.error("usage: main.mjs keys DIR | tell DIR URL GROUP DRAFT");
	process.exit(2);
}
await does(...args);
