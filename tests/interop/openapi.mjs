// SPDX-License-Identifier: ISC
// Holds answers against docs/openapi.json: as much of JSON Schema as that page uses.
import { readFileSync } from "node:fs";
import { demand } from "./bytes.mjs";

const api = JSON.parse(readFileSync(new URL("../../docs/openapi.json", import.meta.url), "utf8"));

const resolve = (node) =>
	node.$ref
		? node.$ref
				.slice(2)
				.split("/")
				.reduce((at, name) => at[name], api)
		: node;

const KNOWN = new Set([
	"$ref",
	"type",
	"properties",
	"required",
	"additionalProperties",
	"items",
	"enum",
	"pattern",
	"const",
	"oneOf",
	"anyOf",
	"allOf",
	"minimum",
	"maximum",
	"minItems",
	"maxItems",
	"minLength",
	"maxLength",
	"description",
	"title",
	"format",
	"default",
	"examples",
	"readOnly",
	"summary",
]);

const typeOf = (v) => (v === null ? "null" : Array.isArray(v) ? "array" : typeof v === "number" ? "integer" : typeof v);

// Says what in `v` the schema does not allow; undefined when it is all right.
function wrong(schema, v, at) {
	for (const word of Object.keys(schema)) demand(KNOWN.has(word), `openapi.json: ${word} is not known here`);
	if (schema.$ref) return wrong(resolve(schema), v, at);
	const types = schema.type && [schema.type].flat();
	if (types && !types.includes(typeOf(v)) && !(types.includes("number") && typeOf(v) === "integer"))
		return `${at}: ${typeOf(v)}, not ${types}`;
	if (schema.enum && !schema.enum.includes(v)) return `${at}: ${v} is none of ${schema.enum}`;
	if (schema.const !== undefined && schema.const !== v) return `${at}: ${v} is not ${schema.const}`;
	if (schema.pattern && typeof v === "string" && !new RegExp(schema.pattern, "u").test(v))
		return `${at}: ${v} does not match ${schema.pattern}`;
	if (schema.minimum > v || schema.maximum < v) return `${at}: ${v} is out of range`;
	return wrongPart(schema, v, at) ?? wrongChoice(schema, v, at);
}

function wrongPart(schema, v, at) {
	if (typeOf(v) === "array") {
		if (schema.minItems > v.length || schema.maxItems < v.length) return `${at}: ${v.length} items`;
		return v.map((item, i) => wrong(schema.items ?? {}, item, `${at}[${i}]`)).find(Boolean);
	}
	if (typeOf(v) !== "object") return undefined;
	const missing = (schema.required ?? []).find((name) => !Object.hasOwn(v, name));
	if (missing) return `${at}: ${missing} is missing`;
	for (const [name, part] of Object.entries(v)) {
		const own = schema.properties?.[name];
		if (
			!own &&
			schema.properties &&
			schema.additionalProperties !== true &&
			typeof schema.additionalProperties !== "object" &&
			!schema.allOf
		) {
			return `${at}: ${name} is not described`;
		}
		const found = own && wrong(own, part, `${at}.${name}`);
		if (found) return found;
	}
	return undefined;
}

function wrongChoice(schema, v, at) {
	const choices = schema.oneOf ?? schema.anyOf;
	if (choices) {
		const all = choices.map((c) => wrong(c, v, at));
		if (all.every(Boolean)) return all.join("; or ");
	}
	return (schema.allOf ?? []).map((c) => wrong(c, v, at)).find(Boolean);
}

// The path of the page that an address is of.
function pageOf(path) {
	const parts = path.split("?")[0].split("/");
	const fits = (page) => {
		const p = page.split("/");
		return p.length === parts.length && p.every((name, i) => name === parts[i] || name.startsWith("{"));
	};
	const found = Object.keys(api.paths).filter(fits);
	demand(found.length >= 1, `openapi.json: no page for ${path}`);
	return api.paths[found.sort((a, b) => a.split("{").length - b.split("{").length)[0]];
}

export function checkAnswer(method, path, { status, type, json }) {
	const operation = pageOf(path)[method.toLowerCase()];
	demand(operation, `openapi.json: no ${method} ${path}`);
	const response = operation.responses[status] ?? operation.responses.default;
	const media = resolve(response).content?.[type.split(";")[0]];
	demand(media, `openapi.json: ${method} ${path} gives ${status} ${type}`);
	if (json === undefined) return;
	const found = wrong(media.schema, json, "answer");
	demand(!found, `openapi.json: ${method} ${path}: ${found}`);
}
