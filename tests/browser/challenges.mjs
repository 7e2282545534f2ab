// SPDX-License-Identifier: ISC
// Somebody at the page of challenges: node tests/browser/challenges.mjs SHOTS SOLVER WAY=ADDRESS... takes each way in turn, in one Chromium.
// SOLVER is the program and its arguments that tell the answer of terms, separated by blanks. Pictures of the page go to the folder SHOTS.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { look_over, open, until } from "./browser.mjs";

const [shots, solver, ...tasks] = process.argv.slice(2);
const [program, ...args] = solver.split(" ");
const answer = (terms) => execFileSync(program, [...args, terms], { encoding: "utf8" }).trim();
const form = (page, kind) => page.locator(`form:has(input[name=kind][value=${kind}])`);
const done = (page) => page.getByRole("heading", { name: "That was all" }).waitFor();
const answer_of = async (page, kind) => answer(await form(page, kind).locator("input[name=terms]").inputValue());
const shown = (page, selector) => until(page, (s) => [...document.querySelectorAll(s)].every((i) => i.complete && i.naturalWidth > 0), selector);

async function type(page, kind, text) {
	await form(page, kind).getByRole("textbox").fill(text);
	await page.keyboard.press("Enter");
}

// All of them: whoever leaves while one is still being drawn has it shown to nobody, and the next page refers to it in vain.
const pictures = ".puzzle, .tiles img";
const scripted = ["look", "widget"];
const ways = {
	async look(page) {
		await shown(page, pictures);
		await look_over(page, shots, "ways");
		await type(page, "graphic", "AAAAAA");
		await page.getByRole("alert").waitFor();
		await shown(page, pictures);
		await look_over(page, shots, "wrong");
	},
	// A wrong answer is told, and another picture is shown; what was asked for by hand is another one too.
	async image(page) {
		await shown(page, pictures);
		const first = await form(page, "graphic").locator("input[name=id]").inputValue();
		await type(page, "graphic", "AAAAAA");
		await page.getByRole("alert").getByText("That was not the answer").waitFor();
		await shown(page, pictures);
		const second = await form(page, "graphic").locator("input[name=id]").inputValue();
		await Promise.all([page.waitForEvent("load"), page.getByRole("link", { name: "another picture" }).click()]);
		await shown(page, pictures);
		const third = await form(page, "graphic").locator("input[name=id]").inputValue();
		assert.equal(new Set([first, second, third]).size, 3);
		await type(page, "graphic", (await answer_of(page, "graphic")).toLowerCase());
	},
	// Twice, since who did not understand a digit listens again: the clip is given out once.
	async audio(page) {
		const clip = page.waitForResponse((r) => r.url().includes("/audio"));
		const audio = page.locator("audio");
		for (let i = 0; i < 2; i++) {
			await audio.evaluate(async (a) => { a.currentTime = 0; await a.play(); a.playbackRate = 16; });
			await until(page, () => document.querySelector("audio").ended);
		}
		assert.equal((await clip).status(), 200);
		assert.equal(await audio.evaluate((a) => a.error), null);
		await type(page, "audio", await answer_of(page, "audio"));
	},
	// By the keyboard alone.
	async tiles(page) {
		await shown(page, pictures);
		const rounds = (await answer_of(page, "logic")).split("-");
		const boxes = form(page, "logic").getByRole("checkbox");
		await boxes.first().focus();
		for (let i = 0; i < 18; i++) {
			if (rounds[Math.floor(i / 9)].includes(String((i % 9) + 1)))
				await page.keyboard.press("Space");
			await page.keyboard.press("Tab");
		}
		assert.equal(await boxes.and(page.locator(":checked")).count(), 8);
		await page.screenshot({ path: `${shots}/tiles.png`, fullPage: true });
		await page.keyboard.press("Enter");
	},
	// ALTCHA's own widget.
	async widget(page) {
		await look_over(page, shots, "work");
		await page.getByLabel("Start the work").press("Space");
	},
	async sponsor(page) {
		await page.getByRole("button", { name: "I ask a sponsor" }).click();
	},
};

for (const task of tasks) {
	const [way, address] = [task.slice(0, task.indexOf("=")), task.slice(task.indexOf("=") + 1)];
	const page = await open({ scripts: scripted.includes(way) });
	await page.goto(address);
	await ways[way](page);
	page.forgive("422"); // what a wrong answer has for its status
	if (way !== "look")
		await done(page);
	if (way === "widget")
		await look_over(page, shots, "done");
	await page.end();
	console.log(`${way}: done`);
}
process.exit(0);
