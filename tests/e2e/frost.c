/* SPDX-License-Identifier: ISC
 * One holder's steps, and the coordinator's, for tests/interop/frost.mjs: frost deal|prove|check|share|finish|commit|sign|combine reads an
 * object in JSON from stdin, and prints another, or {"error": name}. Scalars and points are hex. It keeps nothing: whoever tests it holds
 * its secrets. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "voting/dkg.h"
#include "voting/frost.h"

enum { MANY = 16 };

static const char *text(const json_t *v, const char *name)
{
	const char *s = json_string_value(json_object_get(v, name));

	return s == NULL ? "" : s;
}

static bool bytes(const json_t *v, const char *name, void *out, size_t n, struct err *e)
{
	const char *s = text(v, name);

	return hex_decode(s, strlen(s), out, n) || err_set(e, "bad_hex", "%s", name);
}

static bool scalar(const json_t *v, const char *name, struct scalar *out, struct err *e)
{
	uint8_t b[32];

	return bytes(v, name, b, sizeof(b), e) && scalar_decode(b, out, e);
}

static bool point(const json_t *v, const char *name, struct point *out, struct err *e)
{
	uint8_t b[32];

	return bytes(v, name, b, sizeof(b), e) && point_decode(b, out, e);
}

/* A list of them under one name. */
static bool points(const json_t *v, const char *name, struct point *out, size_t *n, struct err *e)
{
	const json_t *one;
	size_t i;
	uint8_t b[32];

	json_array_foreach(json_object_get(v, name), i, one)
	{
		const char *s = json_string_value(one);

		if (i >= MANY || s == NULL || !hex_decode(s, strlen(s), b, sizeof(b)) || !point_decode(b, &out[i], e))
			return err_set(e, "bad_hex", "%s", name);
	}
	*n = i;
	return true;
}

static share_id number(const json_t *v, const char *name)
{
	return (share_id)json_integer_value(json_object_get(v, name));
}

static bool polynomial(const json_t *v, struct dkg_polynomial *out, struct err *e)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(v, "coefficients"), i, one)
	{
		const char *s = json_string_value(one);

		if (i >= MANY || s == NULL || !hex_decode(s, strlen(s), out->f[i].b, 32))
			return err_set(e, "bad_hex", "coefficients");
	}
	out->t = i;
	return true;
}

static json_t *hex(const void *p, size_t n)
{
	char s[2 * 64 + 1];

	hex_encode(p, n, s);
	return json_string(s);
}

static json_t *hexes(const void *p, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, hex((const uint8_t *)p + 32 * i, 32));
	return list;
}

/* {t} */
static json_t *deal(const json_t *in, struct err *e)
{
	struct dkg_polynomial f;
	struct point c[MANY];
	uint8_t seed[SEED_BYTES];

	(void)e;
	bytes_random(seed, sizeof(seed));
	dkg_deal(seed, number(in, "t") % MANY, &f);
	shares_commit(f.f, f.t, c);
	return json_pack("{so so}", "coefficients", hexes(f.f, f.t), "commitment", hexes(c, f.t));
}

/* {id, coefficients} */
static json_t *prove(const json_t *in, struct err *e)
{
	struct dkg_polynomial f;
	struct scalar nonce;
	struct dkg_proof proof;
	uint8_t b[64];

	if (!polynomial(in, &f, e))
		return NULL;
	scalar_random(&nonce);
	dkg_prove(&f, number(in, "id"), slice_str(""), &nonce, &proof);
	memcpy(b, proof.r.b, 32);
	memcpy(b + 32, proof.z.b, 32);
	return json_pack("{so}", "proof", hex(b, sizeof(b)));
}

/* {id, first, proof} */
static json_t *check(const json_t *in, struct err *e)
{
	struct dkg_proof proof;
	struct point first;
	uint8_t b[64];

	if (!point(in, "first", &first, e) || !bytes(in, "proof", b, sizeof(b), e) || !point_decode(b, &proof.r, e) ||
		!scalar_decode(b + 32, &proof.z, e) || !dkg_proof_verify(&proof, number(in, "id"), &first, slice_str(""), e))
		return NULL;
	return json_object();
}

/* {coefficients, to} */
static json_t *share(const json_t *in, struct err *e)
{
	struct dkg_polynomial f;
	struct scalar s;

	if (!polynomial(in, &f, e))
		return NULL;
	shares_at(f.f, f.t, number(in, "to"), &s);
	return json_pack("{so}", "share", hex(s.b, 32));
}

/* {id, t, dealt: [{from, commitment, share}]} */
static json_t *finish(const json_t *in, struct err *e)
{
	static struct point commitments[MANY][MANY];
	struct dkg_dealt dealt[MANY] = { 0 };
	struct point group[MANY];
	struct share mine;
	bool bad[MANY];
	const json_t *one;
	size_t i, points_n = 0;

	json_array_foreach(json_object_get(in, "dealt"), i, one)
	{
		dealt[i].from = number(one, "from");
		dealt[i].commitment = commitments[i];
		if (i + 1 >= MANY || !points(one, "commitment", commitments[i], &points_n, e) ||
			!dkg_commitment_check(points_n, number(in, "t"), e) || !scalar(one, "share", &dealt[i].share, e))
			return NULL;
	}
	if (!dkg_finish(number(in, "id"), dealt, i, number(in, "t"), &mine, group, bad, e))
		return NULL;
	return json_pack("{so so}", "share", hex(mine.value.b, 32), "commitment", hexes(group, number(in, "t")));
}

static bool own(const json_t *in, struct share *out, struct err *e)
{
	out->id = number(in, "id");
	return scalar(in, "share", &out->value, e);
}

/* {id, share} */
static json_t *commit(const json_t *in, struct err *e)
{
	struct share mine;
	struct round_nonce nonce;
	uint8_t random[ROUND_RANDOM];

	if (!own(in, &mine, e))
		return NULL;
	bytes_random(random, sizeof(random));
	round_commit(&mine, random, &nonce);
	return json_pack("{so so so}", "random", hex(random, sizeof(random)), "hiding", hex(nonce.commitment.hiding.b, 32), "binding",
		hex(nonce.commitment.binding.b, 32));
}

/* {key, t, message, commitments: [{id, hiding, binding}]} */
static bool package(
	const json_t *in, struct round_commitment list[static MANY], uint8_t message[static 64], struct frost_package *out, struct err *e)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(in, "commitments"), i, one)
	{
		if (i + 1 >= MANY || !point(one, "hiding", &list[i].hiding, e) || !point(one, "binding", &list[i].binding, e))
			return false;
		list[i].id = number(one, "id");
	}
	*out = (struct frost_package){
		.message = slice_of(message, strlen(text(in, "message")) / 2), .t = number(in, "t"), .list = list, .n = i
	};
	return out->message.n <= 64 && bytes(in, "message", message, out->message.n, e) && point(in, "key", &out->key, e);
}

/* and {id, share, random} */
static json_t *sign(const json_t *in, struct err *e)
{
	struct round_commitment list[MANY];
	uint8_t message[64], random[ROUND_RANDOM];
	struct frost_package p;
	struct round_nonce nonce;
	struct round_part part;
	struct share mine;

	if (!own(in, &mine, e) || !bytes(in, "random", random, sizeof(random), e) || !package(in, list, message, &p, e))
		return NULL;
	round_commit(&mine, random, &nonce);
	if (!frost_sign(&mine, &nonce, &p, &part, e))
		return NULL;
	return json_pack("{so so}", "z", hex(part.z.b, 32), "r", hex(part.r.b, 32));
}

/* and {parts: [{z, r, share}]}, r and the public share in the commitments' order */
static json_t *combine(const json_t *in, struct err *e)
{
	struct round_commitment list[MANY];
	struct round_part parts[MANY];
	struct point shares[MANY];
	uint8_t message[64], signature[SIG_BYTES];
	struct frost_package p;
	struct crypto *c = crypto_new(e);
	json_t *out = NULL;
	const json_t *one;
	bool bad[MANY];
	size_t i;

	if (c == NULL || !package(in, list, message, &p, e) || !round_check(p.list, p.n, p.t, e))
		goto out;
	json_array_foreach(json_object_get(in, "parts"), i, one)
	{
		if (i >= p.n || !scalar(one, "z", &parts[i].z, e) || !point(one, "r", &parts[i].r, e) ||
			!point(one, "share", &shares[i], e))
			goto out;
		parts[i].id = p.list[i].id;
	}
	if (i == p.n && frost_combine(c, &p, parts, shares, signature, bad, e))
		out = json_pack("{so}", "signature", hex(signature, sizeof(signature)));
out:
	crypto_free(c);
	return out;
}

static const struct {
	const char *name;
	json_t *(*run)(const json_t *in, struct err *e);
} steps[] = {
	{ "deal", deal },
	{ "prove", prove },
	{ "check", check },
	{ "share", share },
	{ "finish", finish },
	{ "commit", commit },
	{ "sign", sign },
	{ "combine", combine },
};

int main(int argc, char **argv)
{
	json_t *in = json_loadf(stdin, 0, NULL), *out = NULL;
	struct err e = { 0 };

	if (!curve_self_test(&e))
		return 1;
	for (size_t i = 0; argc == 2 && in != NULL && i < sizeof(steps) / sizeof(steps[0]); i++)
		if (strcmp(argv[1], steps[i].name) == 0)
			out = steps[i].run(in, &e);
	if (out == NULL)
		out = json_pack("{ss}", "error", *e.name == '\0' ? "usage" : e.name);
	json_dumpf(out, stdout, JSON_COMPACT);
	json_decref(out);
	json_decref(in);
	return 0;
}
