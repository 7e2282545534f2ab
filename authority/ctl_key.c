/* SPDX-License-Identifier: ISC
 * gauthctl key new: further keys in the signer, for a group that is to have them by an amendment. */
#include "authority/ctl.h"

#include <string.h>

#include "authority/issuers.h"
#include "authority/signer.h"
#include "base/jwk.h"

static bool wanted(struct ctl *c, enum sig_alg *out)
{
	const char *alg = ctl_value(&c->line, CTL_ALG, 0);

	*out = alg != NULL && strcmp(alg, sig_alg_name(SIG_P256)) == 0 ? SIG_P256 : SIG_ED25519;
	return alg == NULL || strcmp(alg, sig_alg_name(*out)) == 0 || err_set(&c->e, "bad_value", "--alg is Ed25519 or P-256");
}

/* As charters name them. */
static json_t *describe(const struct group *g, const struct digest *spki, const struct sig_pub *issuing, const struct sig_pub *revocation)
{
	char text[DIGEST_TEXT];

	digest_text(spki, text);
	return json_pack("{s:s, s:{s:s, s:s, s:o}, s:o}", "group", g->name, "issuing", "spki", text, "alg", sig_alg_name(issuing->alg),
		"key", jwk_print(issuing), "revocation", jwk_print(revocation));
}

static void tell(struct ctl *c, const struct digest *spki, const struct sig_pub *issuing)
{
	char text[DIGEST_TEXT];

	digest_text(spki, text);
	term_line(&c->term, "issuing", "%s (%s)", text, sig_alg_name(issuing->alg));
	term_note(&c->term, "the next version of the charter names it in /authority/issuing; --json shows the keys whole");
}

int ctl_key_new(struct ctl *c)
{
	struct sig_pub issuing, revocation;
	struct digest spki;
	enum sig_alg alg;
	struct group g;

	if (!wanted(c, &alg) || !ctl_signer(c) || !ctl_group(c, false, &g) ||
		!signer_create(c->w->signer, alg, &issuing, &revocation, &c->e) || !issuer_offer(c->w, g.g, &issuing, &spki, &c->e))
		return ctl_fail(c);
	tell(c, &spki, &issuing);
	return ctl_document(c, describe(&g, &spki, &issuing, &revocation));
}
