/* SPDX-License-Identifier: ISC */
#include "base/p256.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

enum { P256_SLOTS = 64 };

/* A public key made ready. */
struct p256_slot {
	uint8_t xy[P256_XY];
	EVP_PKEY *key;
	EVP_PKEY_CTX *verify; /* NULL: the slot holds nothing */
};

struct p256 {
	EVP_PKEY *curve; /* without a point; each slot's key is a copy of it */
	struct p256_slot slots[P256_SLOTS];
	size_t next; /* the slot to be given away, in turn */
};

/* Building a key from the curve's name takes OpenSSL a third of a verification. A copy of a key that has the curve takes a new point
 * in a fiftieth, and looks just the same whether it lies on the curve. */
static EVP_PKEY *curve_new(void)
{
	char name[] = "P-256";
	OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, name, 0), OSSL_PARAM_construct_end() };
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY *key = NULL;

	if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 || EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEY_PARAMETERS, params) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(ctx);
	return key;
}

struct p256 *p256_new(void)
{
	struct p256 *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->curve = curve_new();
	if (p->curve != NULL)
		return p;
	ERR_clear_error();
	free(p);
	return NULL;
}

void p256_free(struct p256 *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < P256_SLOTS; i++) {
		EVP_PKEY_CTX_free(p->slots[i].verify);
		EVP_PKEY_free(p->slots[i].key);
	}
	EVP_PKEY_free(p->curve);
	free(p);
}

/* Puts a point into a slot in place of what it held; false when it is none, and the slot is then empty. */
static bool slot_load(const struct p256 *p, struct p256_slot *s, const uint8_t xy[static P256_XY])
{
	uint8_t point[1 + P256_XY] = { POINT_CONVERSION_UNCOMPRESSED };

	EVP_PKEY_CTX_free(s->verify);
	s->verify = NULL;
	if (s->key == NULL)
		s->key = EVP_PKEY_dup(p->curve);
	memcpy(point + 1, xy, P256_XY);
	if (s->key == NULL || EVP_PKEY_set1_encoded_public_key(s->key, point, sizeof(point)) != 1)
		return false;
	s->verify = EVP_PKEY_CTX_new_from_pkey(NULL, s->key, NULL);
	if (s->verify != NULL && EVP_PKEY_verify_init(s->verify) == 1) {
		memcpy(s->xy, xy, P256_XY);
		return true;
	}
	EVP_PKEY_CTX_free(s->verify);
	s->verify = NULL;
	return false;
}

/* The context to verify with, p's own; NULL when this is no point. */
static EVP_PKEY_CTX *slot_find(struct p256 *p, const uint8_t xy[static P256_XY])
{
	struct p256_slot *s;

	for (size_t i = 0; i < P256_SLOTS; i++)
		if (p->slots[i].verify != NULL && memcmp(p->slots[i].xy, xy, P256_XY) == 0)
			return p->slots[i].verify;
	s = &p->slots[p->next];
	if (!slot_load(p, s, xy)) {
		ERR_clear_error();
		return NULL;
	}
	p->next = (p->next + 1) % P256_SLOTS;
	return s->verify;
}

bool p256_is_point(struct p256 *p, const uint8_t xy[static P256_XY])
{
	return slot_find(p, xy) != NULL;
}

bool p256_verify(struct p256 *p, const uint8_t xy[static P256_XY], const struct digest *d, struct slice der)
{
	EVP_PKEY_CTX *ctx = slot_find(p, xy);

	if (ctx == NULL)
		return false;
	if (EVP_PKEY_verify(ctx, der.p, der.n, d->b, sizeof(d->b)) == 1)
		return true;
	ERR_clear_error();
	return false;
}

bool p256_is_key(EVP_PKEY *key)
{
	char group[32];
	EVP_PKEY_CTX *ctx;
	bool ok;
	size_t n;

	if (EVP_PKEY_is_a(key, "EC") != 1 || EVP_PKEY_get_group_name(key, group, sizeof(group), &n) != 1 ||
		strcmp(group, "prime256v1") != 0)
		return false;
	ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	ok = ctx != NULL && EVP_PKEY_check(ctx) == 1;
	EVP_PKEY_CTX_free(ctx);
	ERR_clear_error();
	return ok;
}

bool p256_key_point(const EVP_PKEY *key, uint8_t xy[static P256_XY])
{
	BIGNUM *x = NULL, *y = NULL;
	bool ok = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_X, &x) == 1 &&
		EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_Y, &y) == 1 && BN_bn2binpad(x, xy, P256_XY / 2) == P256_XY / 2 &&
		BN_bn2binpad(y, xy + P256_XY / 2, P256_XY / 2) == P256_XY / 2;

	BN_free(x);
	BN_free(y);
	return ok;
}

size_t p256_sign(EVP_PKEY *key, const struct digest *d, uint8_t der[static P256_DER_MAX])
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	size_t n = P256_DER_MAX;

	if (ctx == NULL || EVP_PKEY_sign_init(ctx) != 1 || EVP_PKEY_sign(ctx, der, &n, d->b, sizeof(d->b)) != 1) {
		ERR_clear_error();
		n = 0;
	}
	EVP_PKEY_CTX_free(ctx);
	return n;
}
