/* SPDX-License-Identifier: ISC
 * The public face of libgmc: names of its own around peer/trust and peer/verify. */
#include "peer/gmc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "peer/file.h"
#include "peer/verify.h"

struct gmc {
	struct crypto *crypto;
};
struct gmc_trust {
	struct trust *trust;
};

struct gmc *gmc_new(void)
{
	struct gmc *g = calloc(1, sizeof(*g));

	if (g == NULL)
		return NULL;
	g->crypto = crypto_new(NULL);
	if (g->crypto != NULL)
		return g;
	free(g);
	return NULL;
}

void gmc_free(struct gmc *g)
{
	if (g == NULL)
		return;
	crypto_free(g->crypto);
	free(g);
}

static struct gmc_trust *refuse(const struct err *e, char *why, size_t why_size)
{
	if (why != NULL && why_size > 0)
		snprintf(why, why_size, "%s: %s", e->name, e->text);
	return NULL;
}

struct gmc_trust *gmc_trust_read(struct gmc *g, const void *bytes, size_t n, const uint8_t *genesis, char *why, size_t why_size)
{
	struct gmc_trust *t = calloc(1, sizeof(*t));
	struct err e = { 0 };
	struct digest pin;

	if (t == NULL) {
		err_memory(&e);
		return refuse(&e, why, why_size);
	}
	if (genesis != NULL)
		memcpy(pin.b, genesis, sizeof(pin.b));
	t->trust = trust_parse(g->crypto, slice_of(bytes, n), genesis == NULL ? NULL : &pin, &e);
	if (t->trust != NULL)
		return t;
	free(t);
	return refuse(&e, why, why_size);
}

struct gmc_trust *gmc_trust_load(struct gmc *g, const char *path, char *why, size_t why_size)
{
	struct gmc_trust *t = NULL;
	struct buf text = { 0 };
	struct err e = { 0 };

	if (file_read(path, TRUST_MAX, &text, &e))
		t = gmc_trust_read(g, text.p, text.n, NULL, why, why_size);
	else
		refuse(&e, why, why_size);
	buf_free(&text);
	return t;
}

void gmc_trust_free(struct gmc_trust *t)
{
	if (t == NULL)
		return;
	trust_free(t->trust);
	free(t);
}

const char *gmc_trust_group(const struct gmc_trust *t)
{
	return t->trust->group;
}

const uint8_t *gmc_trust_genesis(const struct gmc_trust *t)
{
	return t->trust->genesis.b;
}

uint32_t gmc_trust_version(const struct gmc_trust *t)
{
	return trust_newest(t->trust)->version;
}

int64_t gmc_trust_fresh_until(const struct gmc_trust *t)
{
	return t->trust->fresh_until;
}

int gmc_trust_allows_unknown(const struct gmc_trust *t)
{
	return trust_newest(t->trust)->freshness.allow_unknown;
}

int gmc_trust_clients(const struct gmc_trust *t)
{
	return trust_newest(t->trust)->membership.client;
}

enum gmc_verdict gmc_verify(struct gmc *g, const struct gmc_trust *t, const void *der, size_t n, int64_t now, struct gmc_result *out)
{
	struct gmc_result own;

	return verify_gmc(g->crypto, t->trust, slice_of(der, n), now, out == NULL ? &own : out);
}

const char *gmc_verdict_text(enum gmc_verdict v)
{
	switch (v) {
	case GMC_MEMBER:
		return "member";
	case GMC_NOT_MEMBER:
		return "not a member";
	case GMC_EXPIRED:
		return "expired";
	case GMC_REVOKED:
		return "revoked";
	case GMC_CANNOT_TELL:
		return "cannot tell";
	case GMC_FORGED:
		return "forged";
	}
	return "unknown";
}
