// SPDX-License-Identifier: ISC
// Work in the browser: tells ALTCHA's widget where its worker is, and hands the work in once it is done.
const widget = document.querySelector("altcha-widget");

$altcha.algorithms.set("ARGON2ID", () => new Worker(widget.dataset.worker));
$altcha.i18n.set("en", {
	...$altcha.i18n.get("en"),
	label: "Start the work",
	verifying: "Working. You may leave this page open and do something else.",
	verified: "Done",
});
widget.addEventListener("verified", (event) => {
	const form = widget.closest("form");

	form.elements.answer.value = event.detail.payload;
	form.requestSubmit();
});
