// SPDX-License-Identifier: ISC
// A real Chromium for tests, that notes what a page should not do, and looks it over as people with other eyes would.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

// A page in a browser of its own. page.end() closes it, and fails if the page was refused anything or wrote to the console,
// save what page.forgive(words) took back.
export async function open({ scripts = true } = {}) {
	const dir = mkdtempSync(join(tmpdir(), "ch-browser-"));
	const context = await chromium.launchPersistentContext(dir, { executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: quiet, javaScriptEnabled: scripts });
	const page = context.pages()[0] ?? (await context.newPage());
	const complaints = [];

	page.setDefaultTimeout(30000);
	page.on("console", (m) => complaints.push(m.text()));
	page.on("pageerror", (e) => complaints.push(String(e)));
	page.forgive = (words) => complaints.splice(0, complaints.length, ...complaints.filter((c) => !c.includes(words)));
	page.end = async () => {
		await context.close();
		rmSync(dir, { recursive: true, force: true });
		assert.deepEqual(complaints, []);
	};
	return page;
}

// Until what is said holds of the page.
export async function until(page, fn, arg) {
	for (const end = Date.now() + 30000; !(await page.evaluate(fn, arg)); await new Promise((r) => setTimeout(r, 50)))
		assert.ok(Date.now() < end, `never: ${fn}`);
}

// Where scripts run, since axe is one: narrow and wide, light and dark: axe finds nothing, nothing is cut off, and a picture is kept.
export async function look_over(page, folder, name) {
	const size = page.viewportSize();
	for (const width of [360, 1280])
		for (const colorScheme of ["light", "dark"]) {
			await page.setViewportSize({ width, height: 900 });
			await page.emulateMedia({ colorScheme });
			const found = await page.evaluate(`${axe}; axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })`);
			assert.deepEqual(found.violations.map((v) => [v.id, v.nodes.map((n) => n.html)]), [], `${name}, ${width} px, ${colorScheme}`);
			assert.ok(found.passes.length > 10);
			assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than ${width} px`);
			await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
		}
	await page.setViewportSize(size);
}
