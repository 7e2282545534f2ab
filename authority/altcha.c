/* SPDX-License-Identifier: ISC */
#include "authority/altcha.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/at.h"

enum { HEX_MAC = 2 * ALTCHA_MAC + 1, LANES = 1 };

_Static_assert(ALTCHA_KEY == crypto_auth_hmacsha256_KEYBYTES && ALTCHA_MAC == crypto_auth_hmacsha256_BYTES, "the MACs are HMAC-SHA-256");
_Static_assert(WORK_PREFIX == sizeof(struct id16) && WORK_NONCE == sizeof(struct id16), "both are read as such");
_Static_assert((int)WORK_KEY == (int)ALTCHA_MAC, "a key is read as a MAC is");

static const char algorithm[] = "ARGON2ID";

/* ---- the two MACs of what solves */

/* Both under one key: they are told apart by their length. */
static void mac_key(const struct work_done *w, const struct altcha_keys *k, uint8_t out[static ALTCHA_MAC])
{
	crypto_auth_hmacsha256(out, w->key, sizeof(w->key), k->key);
}

static void mac_counter(const struct work_done *w, const struct altcha_keys *k, uint8_t out[static ALTCHA_MAC])
{
	static const char label[] = "gmc-work-counter";
	const uint8_t counter[4] = { (uint8_t)(w->counter >> 24), (uint8_t)(w->counter >> 16), (uint8_t)(w->counter >> 8),
		(uint8_t)w->counter };
	crypto_auth_hmacsha256_state s;

	crypto_auth_hmacsha256_init(&s, k->key, ALTCHA_KEY);
	crypto_auth_hmacsha256_update(&s, (const uint8_t *)label, sizeof(label));
	crypto_auth_hmacsha256_update(&s, w->puzzle.nonce, sizeof(w->puzzle.nonce));
	crypto_auth_hmacsha256_update(&s, w->puzzle.salt, sizeof(w->puzzle.salt));
	crypto_auth_hmacsha256_update(&s, counter, sizeof(counter));
	crypto_auth_hmacsha256_update(&s, w->key, sizeof(w->key));
	crypto_auth_hmacsha256_final(&s, out);
	bytes_wipe(&s, sizeof(s));
}

/* ---- parameters, and their signature */

/* In alphabetical order, at every depth: that is the text that is signed. NULL: out of memory. */
static json_t *parameters(const struct altcha_solution *s)
{
	char nonce[ID16_TEXT], salt[ID16_TEXT], prefix[ID16_TEXT], key_mac[HEX_MAC], counter_mac[HEX_MAC];

	hex_encode(s->work.puzzle.nonce, WORK_NONCE, nonce);
	hex_encode(s->work.puzzle.salt, WORK_NONCE, salt);
	hex_encode(s->prefix.b, WORK_PREFIX, prefix);
	hex_encode(s->key_mac, ALTCHA_MAC, key_mac);
	hex_encode(s->counter_mac, ALTCHA_MAC, counter_mac);
	return json_pack("{s:s, s:i, s:{s:s, s:s}, s:I, s:i, s:s, s:s, s:i, s:s, s:i, s:s}", "algorithm", algorithm, "cost",
		(int)WORK_PASSES, "data", "counterSignature", counter_mac, "terms", s->terms, "expiresAt", (json_int_t)s->until,
		"keyLength", (int)WORK_KEY, "keyPrefix", prefix, "keySignature", key_mac, "memoryCost", (int)WORK_MEMORY, "nonce", nonce,
		"parallelism", (int)LANES, "salt", salt);
}

static bool sign(const json_t *parameters, const struct altcha_keys *k, uint8_t out[static ALTCHA_MAC], struct err *e)
{
	struct buf text = { 0 };
	const bool rc = parameters != NULL && json_write(parameters, &text, e);

	if (rc)
		crypto_auth_hmacsha256(out, text.p, text.n, k->signature);
	buf_free(&text);
	return rc || err_memory(e);
}

bool altcha_print(
	const struct work_done *secret, const char *terms, int64_t until, const struct altcha_keys *k, json_t **out, struct err *e)
{
	struct altcha_solution s = { .work.puzzle = secret->puzzle, .until = until };
	char signature[HEX_MAC];
	json_t *p;

	snprintf(s.terms, sizeof(s.terms), "%s", terms);
	memcpy(s.prefix.b, secret->key, WORK_PREFIX);
	mac_key(secret, k, s.key_mac);
	mac_counter(secret, k, s.counter_mac);
	p = parameters(&s);
	if (!sign(p, k, s.signature, e)) {
		json_decref(p);
		return false;
	}
	hex_encode(s.signature, ALTCHA_MAC, signature);
	*out = json_pack("{s:o, s:s}", "parameters", p, "signature", signature);
	return *out != NULL || err_memory(e);
}

/* ---- reading */

/* The widget writes RFC 4648's first alphabet, with padding; whoever puts it into an address writes the second. */
static bool decode(struct slice text, struct buf *out, struct err *e)
{
	uint8_t url[ALTCHA_SOLUTION_MAX];
	size_t n = text.n;

	if (n > sizeof(url))
		return err_set(e, "too_large", "the solution has %zu bytes, at most %zu are allowed", n, sizeof(url));
	if (n % 4 == 0)
		for (int i = 0; i < 2 && n > 0 && text.p[n - 1] == '='; i++)
			n--;
	for (size_t i = 0; i < n; i++)
		url[i] = text.p[i] == '+' ? '-' : text.p[i] == '/' ? '_' : text.p[i];
	if (base64url_decode(slice_of(url, n), out))
		return true;
	return out->failed ? err_memory(e) : err_set(e, "bad_value", "the solution must be base64, as the widget gives it");
}

/* The widget's `time` has a fraction, and the reader knows integers alone: the first dot goes, with the digits behind it. No other place of
 * a solution has one. */
static void cut_fraction(struct buf *json)
{
	size_t dot = 0, end;

	while (dot < json->n && json->p[dot] != '.')
		dot++;
	if (dot == json->n)
		return;
	end = dot + 1;
	while (end < json->n && json->p[end] >= '0' && json->p[end] <= '9')
		end++;
	memmove(json->p + dot, json->p + end, json->n - end);
	json->n -= end - dot;
}

static json_t *read_json(struct slice text, struct err *e)
{
	struct buf json = { 0 };
	json_t *v = NULL;

	if (decode(text, &json, e)) {
		cut_fraction(&json);
		v = json_read(buf_slice(&json), ALTCHA_SOLUTION_MAX, e);
	}
	buf_free(&json);
	return v;
}

static bool read_mac(const struct at *at, const char *name, uint8_t out[static ALTCHA_MAC])
{
	const char *hex;

	return at_string(at, name, HEX_MAC - 1, HEX_MAC - 1, &hex) &&
		(hex_decode(hex, HEX_MAC - 1, out, ALTCHA_MAC) ||
			at_refuse(at, "bad_value", "%s must be %d hex digits, lower case", name, HEX_MAC - 1));
}

static bool read_id(const struct at *at, const char *name, uint8_t out[static WORK_NONCE])
{
	struct id16 id;

	if (!at_id16(at, name, &id))
		return false;
	memcpy(out, id.b, sizeof(id.b));
	return true;
}

static bool is_exactly(const struct at *at, const char *name, int64_t value)
{
	int64_t v;

	return at_int(at, name, value, value, &v);
}

static bool read_data(const struct at *at, struct altcha_solution *out)
{
	static const char *const members[] = { "counterSignature", "terms", NULL };
	const char *terms;

	if (!at_only(at, members) || !read_mac(at, "counterSignature", out->counter_mac) ||
		!at_string(at, "terms", 1, sizeof(out->terms) - 1, &terms))
		return false;
	snprintf(out->terms, sizeof(out->terms), "%s", terms);
	return true;
}

static bool read_parameters(const struct at *at, struct altcha_solution *out)
{
	static const char *const members[] = { "algorithm", "cost", "data", "expiresAt", "keyLength", "keyPrefix", "keySignature",
		"memoryCost", "nonce", "parallelism", "salt", NULL };
	static const char *const algorithms[] = { algorithm, NULL };
	struct at data;
	int word;

	return at_only(at, members) && at_word(at, "algorithm", algorithms, &word) && is_exactly(at, "cost", WORK_PASSES) &&
		at_member(at, "data", &data) && read_data(&data, out) && at_int(at, "expiresAt", 1, JSON_INT_MAX, &out->until) &&
		is_exactly(at, "keyLength", WORK_KEY) && at_id16(at, "keyPrefix", &out->prefix) &&
		read_mac(at, "keySignature", out->key_mac) && is_exactly(at, "memoryCost", WORK_MEMORY) &&
		read_id(at, "nonce", out->work.puzzle.nonce) && is_exactly(at, "parallelism", LANES) &&
		read_id(at, "salt", out->work.puzzle.salt);
}

static bool read_solution(const struct at *at, struct altcha_solution *out)
{
	static const char *const members[] = { "counter", "derivedKey", "time", NULL };
	int64_t counter;

	if (!at_only(at, members) || !at_int(at, "counter", 0, UINT32_MAX, &counter) || !read_mac(at, "derivedKey", out->work.key))
		return false;
	out->work.counter = (uint32_t)counter;
	return true;
}

bool altcha_read(struct slice text, struct altcha_solution *out, struct err *e)
{
	static const char *const members[] = { "challenge", "solution", NULL };
	static const char *const of_challenge[] = { "parameters", "signature", NULL };
	struct altcha_solution s = { 0 };
	json_t *v = read_json(text, e);
	const struct at at = at_root(v, e);
	struct at challenge, inner, solution;
	bool rc;

	rc = v != NULL && at_only(&at, members) && at_member(&at, "challenge", &challenge) && at_only(&challenge, of_challenge) &&
		at_member(&challenge, "parameters", &inner) && read_parameters(&inner, &s) &&
		read_mac(&challenge, "signature", s.signature) && at_member(&at, "solution", &solution) && read_solution(&solution, &s);
	if (rc)
		*out = s;
	json_decref(v);
	return rc;
}

/* ---- checking */

bool altcha_verify(const struct altcha_solution *s, const struct altcha_keys *k, const char *terms, struct work_done *out, struct err *e)
{
	uint8_t signature[ALTCHA_MAC], counter_mac[ALTCHA_MAC];
	json_t *p = parameters(s);
	const bool made = sign(p, k, signature, e);

	json_decref(p);
	if (!made)
		return false;
	if (!bytes_equal_ct(signature, s->signature, sizeof(signature)))
		return err_set(e, "challenge_forged", "this work was not set here, or was altered: ask for another challenge");
	if (strcmp(s->terms, terms) != 0)
		return err_set(e, "challenge_foreign", "this work was set for another challenge than the one it is brought for");
	mac_counter(&s->work, k, counter_mac);
	if (!bytes_equal_ct(counter_mac, s->counter_mac, sizeof(counter_mac)))
		return err_set(e, "answer_wrong", "this counter and key do not solve the work");
	*out = s->work;
	return true;
}
