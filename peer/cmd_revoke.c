/* SPDX-License-Identifier: ISC
 * gmc revoke: taking back a membership, a key or a certificate. */
#include <stdlib.h>
#include <string.h>

#include "peer/cmd.h"
#include "peer/request.h"

static bool read_cause(struct cli *c, enum cause *out)
{
	const char *s = cmd_option(c, OPT_CAUSE);

	*out = CAUSE_UNSPECIFIED;
	for (int i = 0; s != NULL && cause_words[i] != NULL; i++) {
		if (strcmp(s, cause_words[i]) == 0) {
			*out = (enum cause)i;
			return true;
		}
	}
	return s == NULL || err_set(&c->e, "bad_argument", "--cause is one of: %s", option_row(OPT_CAUSE)->help);
}

/* What is revoked: a certificate, a key, the own key, a member, or (without any of these) one's own membership. And the question to ask. */
static bool read_target(struct cli *c, struct revocation *r, char *question, size_t size)
{
	const char *serial = cmd_option(c, OPT_SERIAL), *thumb = cmd_option(c, OPT_THUMBPRINT);
	bool own_key = options_given(&c->opt, OPT_OWN_KEY), member = cmd_option(c, OPT_MEMBER) != NULL;
	char hex[ID16_TEXT];

	if ((serial != NULL) + (thumb != NULL) + own_key + member > 1)
		return err_set(&c->e, "bad_argument", "one of --serial, --thumbprint, --own-key and --member is enough");
	if (serial != NULL) {
		r->target = REVOKE_SERIAL;
		snprintf(question, size, "Revoke certificate %.32s?", serial);
		return id16_parse(serial, &r->serial) || err_set(&c->e, "bad_argument", "--serial takes 32 hex digits");
	}
	if (thumb != NULL || own_key) {
		r->target = REVOKE_KEY;
		jwk_thumbprint(sig_key_pub(c->key), &r->key);
		snprintf(question, size, "Revoke %s and every certificate for it?", own_key ? "your own key" : "this key");
		return own_key || thumb_parse(thumb, &r->key) ||
			err_set(&c->e, "bad_argument", "--thumbprint takes 43 characters of base64url");
	}
	r->target = REVOKE_MEMBER;
	if (!cmd_member(c, &r->member))
		return false;
	id16_text(&r->member, hex);
	if (c->home.has_member && id16_compare(&r->member, &c->home.member) == 0)
		snprintf(question, size, "Leave the group %s for good, as member %s?", c->home.link.group, hex);
	else
		snprintf(question, size, "Revoke member %s of %s?", hex, c->home.link.group);
	return true;
}

/* An operator's word may do no more than suspend. */
static void tell(struct cli *c, const json_t *answer)
{
	const json_t *until = json_object_get(answer, "suspended_until");
	char when[TIME_WORDS + 16];

	if (!json_is_integer(until)) {
		term_line(&c->term, "revoke", "received, receipt kept; the next list says so");
		return;
	}
	cmd_when(json_integer_value(until), c->now, when);
	term_line(&c->term, "revoke", "suspended until %s, receipt kept; the lists say so", when);
	term_note(&c->term, "it is a member again then, unless the group expels it before: gmc expel MEMBER, by a member");
}

int cmd_revoke(struct cli *c)
{
	struct revocation r = { .iat = c->now };
	json_t *envelope = NULL, *answer = NULL;
	char question[256];
	bool rc = cmd_trust(c) && cmd_key(c) && read_cause(c, &r.cause) && read_target(c, &r, question, sizeof(question)) &&
		cmd_confirm(c, question);

	if (rc) {
		r.genesis = c->home.link.genesis;
		r.charter = cmd_in_force(c)->object.digest;
		envelope = cmd_sign(c, KIND_REVOCATION, revocation_print(&r));
	}
	if (envelope != NULL)
		answer = cmd_post_signed(c, "/revocations", "revocation", envelope, KIND_REVOCATION, "", NULL);
	rc = answer != NULL;
	if (rc)
		tell(c, answer);
	json_decref(answer);
	json_decref(envelope);
	return rc ? EXIT_DONE : cmd_fail(c);
}
