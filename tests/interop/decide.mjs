// SPDX-License-Identifier: ISC
// Requirements decided: docs/objects/charter.md. A node holds whatever may still come ("yes"), can never hold ("no"), or is open.

// facts: electors (ids), votes (Map of id to choice), change (voters may change their minds), key (the applicant's thumbprint), approvals,
// refusals, operators, closed
export function decide(node, facts) {
	const [[kind, body]] = Object.entries(node);
	return KINDS[kind](body, facts);
}

const atLeast = (k, nodes, facts) => {
	const states = nodes.map((n) => decide(n, facts));
	const yes = states.filter((s) => s === "yes").length;
	const open = states.filter((s) => s === "open").length;
	return yes >= k ? "yes" : yes + open < k ? "no" : "open";
};

const KINDS = {
	all: (nodes, f) => atLeast(nodes.length, nodes, f),
	any: (nodes, f) => atLeast(1, nodes, f),
	at_least: ({ k, of }, f) => atLeast(k, of, f),
	list: ({ keys }, f) => (keys.includes(f.key) ? "yes" : "no"),
	authority: ({ k }, f) => (f.approvals >= k ? "yes" : f.closed || f.operators - f.refusals < k ? "no" : "open"),
	votes: decideVotes,
};

function decideVotes(leaf, f) {
	const electors = leaf.of ? leaf.of.filter((m) => m !== f.subject) : f.electors;
	const said = (choice) => electors.filter((m) => f.votes.get(m) === choice).length;
	const fixed = f.closed || !f.change;
	const now = { yes: fixed ? said("yes") : 0, no: fixed ? said("no") : 0 };
	const left = f.closed ? 0 : electors.length - now.yes - now.no - (fixed ? said("abstain") : 0);
	const n = electors.length;
	if (holds(leaf, n, now.yes, now.no + left)) return "yes";
	return holds(leaf, n, now.yes + left, now.no) ? "open" : "no";
}

function holds(leaf, n, yes, no) {
	if (leaf.veto !== undefined && no >= leaf.veto) return false;
	if (leaf.count !== undefined) return yes >= leaf.count;
	const [p, q] = leaf.fraction.split("/").map(Number);
	const of = leaf.base === "cast" ? yes + no : n;
	return yes >= Math.max(leaf.minimum ?? 1, Math.ceil((p * of) / q));
}
